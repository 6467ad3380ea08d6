import EngineCore
import Incidents
import OnCall
import Timekeeping

/// A rollback in plain short sentences, for somebody half awake: what would change, who must say yes, how far it is,
/// and what was seen before and after. Every face says these.
public struct RollbackLines: Sendable {
    public let file: RollbackFile
    private let words: TimelineWords
    private let clock: LocalTime
    private let now: Instant

    /// - Parameter clock: the reader's.
    public init(_ file: RollbackFile, directory: Directory, clock: LocalTime, now: Instant) {
        self.file = file
        words = TimelineWords(directory: directory)
        self.clock = clock
        self.now = now
    }

    private var incident: Incident.ID { file.id.incident }

    // MARK: The plan

    /// "version 2", "nothing".
    public var from: String { Self.version(file.from.version) }

    /// "version 1, the last good one".
    public var to: String {
        switch file.kind {
        case .lastGood: "version \(file.to), the last good one"
        case .named where file.secondPerson == .unproved: "version \(file.to), which nothing shows to be good"
        case .named: "version \(file.to)"
        case .undo: "version \(file.to), what was served before the last rollback"
        }
    }

    /// "ranker: version 2 is served → version 1, the last good one"; without "is served" once it is approved.
    public var difference: String {
        "\(file.service): \(from)\(file.stage == .waiting ? " is served" : "") → \(to)"
    }

    /// What is looked at afterwards, and what follows from it.
    public var checks: String {
        let time = words.duration(file.policy.verifyMilliseconds)
        let otherwise = file.from.version == nil ? "" : " If it makes nothing better, it is taken back."
        return "Checks afterwards, for \(time): \(words.list(file.checked.map(\.words))).\(otherwise)"
    }

    /// Whose yes it needs.
    public var consent: String {
        let who = "somebody on call for \(file.service) or paged for \(incident)"
        guard let reason = file.secondPerson else { return "One yes is enough, from \(who)." }
        return "Two people must say yes, because \(reason.explanation). Each is \(who)."
    }

    /// Who has said yes and who was asked, each a sentence; empty when nobody.
    public var said: [String] {
        let yes = file.approvals.map { approval -> String in
            let who = approval.by.map(words.actor) ?? "The policy"
            let reason = approval.reason.map { ": \(PlainText.printable($0))" } ?? ""
            return approval.isBreakGlass
                ? "\(who) went on alone at \(clock.moment(approval.at, now: now))\(reason)."
                : "\(who) said yes at \(clock.moment(approval.at, now: now))."
        }
        guard file.stage == .waiting, let asked = file.asked.last else { return yes }
        let until = clock.moment(asked.until, now: now)
        let people = words.list(asked.people.map(words.name))
        return yes + ["Asked for a second yes: \(people). The next are asked at \(until)."]
    }

    // MARK: How far it is

    /// One sentence: "It waits for a yes until 03:42 Berlin time."
    public var stage: String {
        switch file.stage {
        case .waiting:
            "Nothing has changed yet. It waits for \(file.approvals.isEmpty ? "a" : "a second") yes until "
                + "\(clock.moment(file.expires, now: now)) \(clock.place) time, then it is void."
        case .approved: "It is approved, and the change begins now."
        case .changing: file.isReverting ? "It is being taken back now." : "The change is being made now."
        case .doubtful:
            "The request left, and nobody can say yet what came of it. It is not sent again. Tocsin looks what is served."
        case .verifying:
            "Version \(file.changes.last?.to ?? file.to) is served. It is being checked since "
                + "\(clock.moment(file.verifyingSince ?? now, now: now))."
        case .revertOwed: "It made nothing better, and is about to be taken back."
        case .ended: file.end.map(ended) ?? ""
        }
    }

    private func ended(_ end: RollbackFile.End) -> String {
        let who = end.by.map { " by \(words.actor($0))" } ?? ""
        let why = end.why == .calledOff || end.end == .reverted ? "" : ": \(end.why.explanation)"
        let detail = end.detail.map { " (\(PlainText.printable($0)))" } ?? ""
        let served = end.serving.map { " Version \($0) is served." } ?? ""
        return "It \(end.end.words)\(who) at \(clock.moment(end.at, now: now))\(why)\(detail).\(served)"
    }

    /// What was seen before anything was touched.
    public var before: String? { file.before.map(words.checks) }
    /// What was seen after the change.
    public var after: String? { file.after.map { words.checks($0.checks) } }

    /// What a person may do next, with the line to type; empty when nothing.
    public var next: [(words: String, line: String)] {
        switch file.stage {
        case .waiting:
            let alone = file.secondPerson != nil && file.policy.allowsBreakGlass
            return [("Say yes", "rollback approve \(file.id)")]
                + (alone ? [("Go on alone", "rollback break-glass \(file.id) \(Self.blank)")] : [])
                + [("Call it off", "rollback cancel \(incident)")]
        case .approved, .changing, .doubtful, .verifying, .revertOwed:
            return [("Look again", "rollback status \(incident)")]
        case .ended:
            guard let end = file.end else { return [] }
            switch end.end {
            case .succeeded: return [("Take it back", "rollback undo \(incident)")]
            case .frozen:
                return [
                    ("Look what is served, then go back", "rollback undo \(incident)"),
                    ("Or go on", "rollback \(incident)"),
                ]
            case .reverted, .refused, .expired, .cancelled: return [("Plan anew", "rollback \(incident)")]
            }
        }
    }

    /// Stands in a line to type for what only the person knows.
    static let blank = "WHY"

    /// All of it, line by line.
    public var all: [String] {
        var lines = ["Rollback \(file.id) of \(incident). \(difference).", stage]
        if file.stage == .waiting { lines += [checks, consent] }
        lines += said
        if let before { lines.append("Before: \(before).") }
        if let after { lines.append("After: \(after).") }
        return lines + next.map { "\($0.words): \($0.line)" }
    }

    /// On one line, for an incident's card: "version 2 → 1: waits for a yes".
    static func card(_ rollback: Rollback) -> String {
        let stage =
            switch rollback.phase {
            case .planned: rollback.isApproved ? "approved" : "waits for a yes"
            case .changing(let isRevert, _): isRevert ? "is being taken back" : "is being changed"
            case .doubtful: "nobody can say yet what came of it"
            case .verifying(let isRevert, _): isRevert ? "taken back, is being checked" : "changed, is being checked"
            case .revertOwed: "made nothing better, is about to be taken back"
            case .ended(let end): end.words
            }
        return "\(version(rollback.from.version)) → \(rollback.to): \(stage)"
    }

    static func version(_ version: String?) -> String { version.map { "version \($0)" } ?? "nothing" }
}

extension ServingCheck.Kind {
    /// "golden request".
    public var words: String {
        switch self {
        case .readiness: "readiness"
        case .golden: "golden request"
        case .metric: "metric"
        }
    }
}
