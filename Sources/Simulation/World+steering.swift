import Incidents
import OnCall
import Timekeeping

/// The commands by which a scenario's people steer an incident.
extension World {
    func steering(_ words: [String], _ line: Scenario.Line) throws -> Command {
        let user = words.firstIndex(of: "by").map { index in
            UserID(rawValue: String(words[index + 1].prefix { $0 != ":" }))
        }
        let actor = Actor(user: user, via: .slack)
        guard let id = Incident.ID(words[1]) else { throw ScenarioProblem(line, "not an incident") }
        switch words[0] {
        case "snooze":
            guard let length = words.last, words.contains("for") else { throw ScenarioProblem(line, "for how long?") }
            let until = wallNow + (try SmallDirectory.duration(length, line))
            return .snooze(id, until: until, by: user ?? "nobody", via: .slack)
        case "reopen": return .reopen(id, by: actor)
        case "escalate": return .escalate(id, by: actor)
        case "severity":
            guard let severity = Severity(word: words[2]) else { throw ScenarioProblem(line, "not a severity") }
            return .changeSeverity(id, severity, by: actor)
        case "assign": return .assign(id, to: UserID(rawValue: words[2]), by: actor)
        case "page":
            let names = line.text.split(separator: ":", maxSplits: 1)
            guard names.count == 2 else { throw ScenarioProblem(line, "page whom?") }
            let targets = try names[1].split(separator: ",").map { name in
                guard let target = Target(String(name)) else { throw ScenarioProblem(line, "not a target") }
                return target
            }
            return .page(id, targets, by: actor)
        default:
            let room = ChatRoom(platform: "slack", name: "#ops")
            switch words[2] {
            case "posted":
                return .noteChat(.posted(ChatPosted(incident: id, room: room, channel: "C1", message: "1.000100")))
            case "told": return .noteChat(.told(ChatTold(incident: id, room: room, through: chronicle.lastSequence)))
            case "closed":
                return .noteChat(.closed(ChatClosed(incident: id, room: room, reason: "is_archived")))
            default: throw ScenarioProblem(line, "nothing of that name can happen to a chat message")
            }
        }
    }
}
