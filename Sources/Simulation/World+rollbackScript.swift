import Incidents
import OnCall
import Timekeeping

/// Rollbacks and serving layers, as a scenario speaks of them.
extension World {
    func rollingBack(
        _ words: [String], _ options: [String: String], _ line: Scenario.Line
    ) throws -> Command {
        let sides = line.text.split(separator: ":", maxSplits: 1)
        let reason = sides.count == 2 ? sides[1].split(separator: " ").joined(separator: " ") : nil
        let user = words.firstIndex(of: "by").map { index in
            UserID(rawValue: String(words[index + 1].prefix { $0 != ":" }))
        }
        let actor = Actor(user: user, via: .slack)
        if words[0] == "good" { return .declareGood(ServiceID(rawValue: words[1]), version: words[2], by: actor) }
        guard let id = Incident.ID(words[1]) else { throw ScenarioProblem(line, "not an incident") }
        switch words[0] {
        case "plan": return .planRollback(id, to: words.firstIndex(of: "to").map { words[$0 + 1] }, by: actor)
        case "approve":
            let plan = options["plan"].flatMap(Int.init).map { RollbackID(incident: id, ordinal: $0) }
            return .approveRollback(id, by: user ?? "nobody", via: .slack, breakGlass: reason, plan: plan)
        case "cancel": return .cancelRollback(id, by: actor)
        default: return .undoRollback(id, by: actor)
        }
    }

    func setServing(_ words: [String], _ line: Scenario.Line) throws {
        let service = ServiceID(rawValue: words[1])
        guard serving[service] != nil else { throw ScenarioProblem(line, "nothing serves \(words[1])") }
        func wait(_ standard: Duration) throws -> Duration {
            try words.count > 3 ? SmallDirectory.duration(words[3], line) : standard
        }
        func next(_ fate: ServingFate) { servingFates[service, default: []].append(fate) }
        switch words[2] {
        case "away": serving[service]!.isAwayUntil = now + (try wait(.minutes(1)))
        case "no": serving[service]!.hasNoMetric = true
        case "lies": serving[service]!.liesAboutReadiness = true
        case "honest": endServingSpell(service)
        case "races": serving[service]!.comparesAndSets = false
        case "refuses": next(.refuses(after: .zero))
        case "unsent": next(.notSent(after: .zero))
        case "lost": next(.lost(after: .zero))
        case "drops": next(.drops(after: .zero))
        case "silent": next(.silent(after: nil))
        case "late": next(.silent(after: try wait(.minutes(2))))
        case "slow": next(.answers(after: try wait(.seconds(30))))
        case "denies": next(.deniesIt(after: .zero))
        case "claims": next(.claims(after: .zero))
        case "half": next(.half(to: words.count > 3 ? words[3] : nil, after: .zero))
        default: throw ScenarioProblem(line, "a serving layer does not do that")
        }
    }
}
