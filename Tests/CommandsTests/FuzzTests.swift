import Commands
import Foundation
import Incidents
import OnCall
import Testing
import Timekeeping

/// Whatever is typed, nothing happens that was not meant.
@Suite struct FuzzTests {
    static let lines = ProcessInfo.processInfo.environment["TOCSIN_FUZZ_LINES"].flatMap(Int.init) ?? 20_000
    static let scenes = [
        Stage.busy, Stage.calm, Stage.idle, Stage.thread, Stage.stranger, Stage.loneService, Stage.rollingThread,
        Stage.rollingCalm, Stage.oddlyNamed,
        Stage.clock("2026-10-24T23:15:00Z"), Stage.clock("2026-03-29T00:10:00Z"),
        Stage.clock("2026-11-23T18:20:30Z", "Asia/Kathmandu"), Stage.clock("2026-10-03T14:00:00Z", "America/New_York"),
    ]

    @Test("no made-up line crashes the reader or does what it does not say")
    func nothingUnmeant() {
        var mill = LineMill(seed: 42)
        var (orders, choices, changes, complaints) = (0, 0, 0, 0)
        for number in 0..<Self.lines where complaints < 20 {
            let line = mill.line()
            let scene = Self.scenes[number % Self.scenes.count]
            let reading = CommandReader().read(line, in: scene)
            if case .order(let order, _) = reading {
                orders += 1
                if order.changesSomething { changes += 1 }
            }
            if case .choose = reading { choices += 1 }
            if let complaint = Self.complaint(about: reading, to: line, in: scene) {
                complaints += 1
                Issue.record("line \(number) \(line.debugDescription): \(complaint): \(written(reading))")
            }
        }
        // The made-up lines must be worth something: many are nearly right.
        #expect(orders > Self.lines / 20 && changes > Self.lines / 40 && choices > Self.lines / 100)
    }

    /// What is wrong with the reading; nil when all is well.
    static func complaint(about reading: Reading, to line: String, in scene: Scene) -> String? {
        switch reading {
        case .order(let order, _):
            guard order.changesSomething else { return nil }
            if scene.speaker == nil { return "a stranger acted" }
            // Who hands something to themselves takes it.
            let spoken = spokenVerb(line, scene)
            if spoken != order.verb, !(spoken == .assign && order.verb == .take) {
                return "the first word is not that verb"
            }
            return unsaid(order, line, scene) ?? impossible(order, scene)
        case .choose(_, let choices):
            if choices.isEmpty || choices.count > 12 { return "\(choices.count) choices" }
            for choice in choices {
                guard case .order = CommandReader().read(choice.line, in: scene) else {
                    return "'\(choice.line)' is not settled"
                }
            }
            return nil
        case .wrong(let what, _): return what.isEmpty ? "no reason" : nil
        }
    }

    /// The verb the line begins with, found by other means than the reader's.
    private static func spokenVerb(_ line: String, _ scene: Scene) -> Verb? {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || [0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF].contains(scalar.value)
        }
        func bare(_ word: Substring.UnicodeScalarView) -> String {
            let isMark = { (scalar: Unicode.Scalar) in "?？؟⁇⁈⁉❓❔.,;:!…！".unicodeScalars.contains(scalar) }
            let inner = word.drop(while: isMark).reversed().drop(while: isMark).reversed()
            return String(String.UnicodeScalarView(inner)).lowercased()
        }
        func isEmoji(_ word: Substring.UnicodeScalarView) -> Bool {
            word.allSatisfy { "✅✔👀👍🙏🚨🔥\u{FE0F}".unicodeScalars.contains($0) || (0x1F3FB...0x1F3FF).contains($0.value) }
        }
        var words = line.unicodeScalars.split(whereSeparator: isBlank).filter { !bare($0).isEmpty }[...]
        while let word = words.first {
            let isNoise =
                ["please", "pls", "plz", "hey", "hi", "hello", "tocsin", "@tocsin", "/tocsin"].contains(bare(word))
                || String(word).hasPrefix(":") && ["eyes", "white_check_mark"].contains(bare(word))
                || isEmoji(bare(word).unicodeScalars[...])
                || String(word).hasPrefix("<@") && !scene.mentions.keys.contains { String(word).hasPrefix("<@\($0)") }
            guard isNoise else { break }
            words = words.dropFirst()
        }
        let two = words.prefix(2).map(bare)
        guard let first = two.first else { return nil }
        if let verb = Verb.table[two.joined(separator: " ")] ?? Verb.table[first] { return verb }
        return first.hasPrefix("sev") ? .severity : nil
    }

    /// A name or an incident that is neither in the line nor the only one there could be.
    private static func unsaid(_ order: Order, _ line: String, _ scene: Scene) -> String? {
        let said = line.lowercased()
        func user(_ id: UserID) -> String? {
            let mention = scene.mentions.contains { $0.value == id && line.contains("<@\($0.key)") }
            let isMe = id == scene.speaker && (said.contains("me") || said.contains("cover"))
            let name = scene.directory.users[id]?.name.lowercased() ?? ""
            let words = said.split { $0.isWhitespace }.joined(separator: " ")
            return said.contains(id.rawValue) || words.contains(name) || mention || isMe ? nil : "nobody said \(id)"
        }
        func service(_ id: ServiceID) -> String? {
            said.contains(id.rawValue) || scene.directory.services.count == 1 ? nil : "nobody said \(id)"
        }
        func incidents(_ ids: [Incident.ID], _ fits: (KnownIncident) -> Bool) -> String? {
            if ids.isEmpty { return "no incident" }
            let only = scene.incidents.filter(fits)
            let isImplied = ids == [scene.here] || scene.here == nil && only.count == 1 && ids == [only[0].id]
            let isAll = order.verb == .ack && (said.contains("all") || said.contains("everything"))
            let areSaid = ids.allSatisfy { said.contains("\($0.number)") }
            return isImplied || areSaid || isAll ? nil : "nobody said \(ids)"
        }
        func isOpen(_ incident: KnownIncident) -> Bool { incident.state != .resolved }
        switch order {
        case .declare(let id, let title, _): return title.isEmpty ? "no title" : service(id)
        case .page(let targets, let id):
            let unsaid = targets.compactMap { target in
                switch target {
                case .user(let id): user(id)
                case .team(let id): said.contains(id.rawValue) ? nil : "nobody said \(id)"
                case .schedule(let id): said.contains(id.rawValue) ? nil : "nobody said \(id)"
                }
            }
            return targets.isEmpty ? "nobody is paged" : unsaid.first ?? incidents([id], isOpen)
        case .acknowledge(let ids): return incidents(ids) { $0.state == .triggered }
        case .resolve(let ids): return incidents(ids, isOpen)
        case .reopen(let id): return incidents([id]) { !isOpen($0) }
        case .take(let id), .snooze(let id, _), .escalate(let id), .severity(let id, _): return incidents([id], isOpen)
        case .assign(let id, let other):
            return user(other) ?? incidents([id], isOpen)
        case .note(let id, let text):
            return line.contains(text) ? incidents([id], isOpen) : "the note is not what was typed"
        case .rollback(let id, let rollback): return unsaid(rollback, id, said) ?? incidents([id], fits(rollback, said))
        case .declareGood(let id, let version):
            return line.contains(version) ? service(id) : "nobody said \(version)"
        case .override(let schedule, _, _, let kind):
            guard said.contains(schedule.rawValue) else { return "nobody said \(schedule)" }
            switch kind {
            case .cover(let present): return user(present)
            case .replace(let away, let present): return user(away) ?? user(present)
            case .remove(let away), .add(let away): return user(away)
            }
        case .requestCover(let schedule, _, _, let asked):
            return said.contains(schedule.rawValue) ? asked.compactMap(user).first : "nobody said \(schedule)"
        case .answerCover(let number, let accept):
            return said.contains("\(number)") && said.contains(accept ? "accept" : "decline")
                ? nil : "nobody answered \(number)"
        case .timeOff: return said.contains("off") ? nil : "nobody said off"
        case .silence(let wanted):
            return wanted.matchers.allSatisfy { line.contains($0.label) } ? nil : "a matcher nobody said"
        case .endSilence(let number): return said.contains("\(number)") ? nil : "nobody said \(number)"
        case .who, .list, .silences, .contacts, .help, .runbook, .postmortem: return nil
        }
    }

    /// A yes that nobody said, or of another plan than the one named.
    private static func unsaid(_ order: RollbackOrder, _ id: Incident.ID, _ said: String) -> String? {
        func plan(_ plan: RollbackID?) -> String? {
            plan.map { $0.incident == id && said.contains("\($0)") } ?? true ? nil : "nobody said that plan"
        }
        switch order {
        case .plan(let version):
            return version.map { said.contains($0.lowercased()) } ?? true ? nil : "nobody said that version"
        case .approve(let named): return said.contains("approve") ? plan(named) : "nobody said approve"
        case .breakGlass(let named, let reason):
            guard said.contains("glass") || said.contains("because") else { return "nobody said alone" }
            return said.contains(reason.lowercased()) && !reason.isEmpty
                ? plan(named) : "the reason is not what was typed"
        case .cancel: return said.contains("cancel") || said.contains("abort") ? nil : "nobody said cancel"
        case .undo: return said.contains("undo") ? nil : "nobody said undo"
        case .status: return nil
        }
    }

    private static func fits(_ order: RollbackOrder, _ said: String) -> (KnownIncident) -> Bool {
        { incident in
            switch order {
            case .plan:
                incident.state != .resolved
                    && (["ranker", "billing"].allSatisfy { !said.contains($0) }
                        || said.contains(incident.service.rawValue))
            case .approve, .breakGlass: incident.rollback?.stage == .waiting
            case .cancel: incident.rollback.map { $0.stage != .over } ?? false
            case .undo: incident.rollback?.stage == .over
            case .status: incident.rollback != nil
            }
        }
    }

    private static func impossible(_ order: Order, _ scene: Scene) -> String? {
        switch order {
        case .snooze(_, let until):
            until > scene.now && until <= scene.now + .hours(24) ? nil : "snoozes until \(until.rfc3339)"
        case .override(_, let from, let until, _), .requestCover(_, let from, let until, _),
            .timeOff(let from, let until):
            from >= scene.now && until > from && until - from <= .days(366) ? nil : "an impossible span"
        case .silence(let wanted):
            wanted.until > scene.now && wanted.from >= scene.now && wanted.until > wanted.from
                && wanted.until - wanted.from <= .days(366) ? nil : "an impossible end"
        default: nil
        }
    }
}
