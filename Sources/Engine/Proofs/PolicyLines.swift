import Incidents
import OnCall
import Timekeeping

/// The table severity × way in, and below it what is wrong with each policy, with a trace.
struct PolicyLines {
    let lines: [String]

    init(_ proof: DirectoryProof, _ directory: Directory, amendments: Amendments, allowFallback: Bool) {
        guard !proof.policies.isEmpty else {
            lines = []
            return
        }
        let zone = Self.zone(directory)
        var lines = ["", Self.row("way in", "policy", Severity.allCases.map(\.rawValue))]
        for entrance in proof.entrances {
            let cells = Severity.allCases.map { severity -> String in
                let meant = entrance.severities[severity] ?? severity
                let cell = proof.proof(of: entrance.policy, meant).map { Self.cell($0, allowFallback) } ?? "?"
                return meant == severity ? cell : "\(cell) (\(meant.rawValue))"
            }
            lines.append(Self.row(Self.name(entrance), entrance.policy.rawValue, cells))
        }
        let resort = proof.lastResortGaps.isEmpty ? "covered" : "HOLE"
        lines.append(Self.row("the last resort", "", [resort, resort, "never", "never"]))

        for (policy, group) in Self.grouped(proof, allowFallback) {
            lines.append("")
            let severities = HoleWords.list(group.map(\.severity.rawValue))
            lines.append("Policy \(policy) at \(severities):")
            lines += Self.findings(group[0], allowFallback, zone).map { "  \($0)" }
            guard let gap = group[0].holes(allowFallback: allowFallback).first,
                let trace = directory.trace(policy, group[0].severity, at: gap.from, amendments: amendments)
            else { continue }
            lines.append("  An incident that begins then, and that nobody acknowledges:")
            lines += Self.lines(trace, zone).map { "    \($0)" }
        }
        if let gap = proof.lastResortGaps.first {
            lines += [
                "",
                "The last resort reaches nobody \(proof.lastResortGaps.count) times, first from "
                    + "\(HoleWords.span(gap.from, gap.until, zone)). Name a person there whom a method reaches.",
            ]
        }
        self.lines = lines
    }

    /// Policies have no clocks of their own: everybody's, if all are the same, else UTC.
    private static func zone(_ directory: Directory) -> ZoneRules {
        let zones = Set(directory.roster.schedules.values.map(\.zone))
        return zones.count == 1 ? zones.first.flatMap { directory.roster.zones[$0] } ?? .utc : .utc
    }

    static func cell(_ proof: PolicyProof, _ allowFallback: Bool) -> String {
        if proof.pagesNobodyOnPurpose { return "no step" }
        if proof.gaps.isEmpty { return "covered" }
        return proof.holes(allowFallback: allowFallback).isEmpty ? "fallback" : "HOLE"
    }

    static func name(_ entrance: DirectoryProof.Entrance) -> String {
        switch entrance.reason {
        case .route(let number): "route \(number) to \(entrance.service)"
        case .integration: "\(entrance.integration?.rawValue ?? "?") to \(entrance.service)"
        case .unrouted: "unrouted to \(entrance.service)"
        case .declared: "declared on \(entrance.service)"
        }
    }

    private static func row(_ name: String, _ policy: String, _ cells: [String]) -> String {
        let columns = [name.padded(28), policy.padded(16)] + cells.map { $0.padded(16) }
        var line = columns.joined(separator: " ")
        while line.last == " " { line.removeLast() }
        return line
    }

    /// Policies with holes, severities of the same findings together.
    private static func grouped(_ proof: DirectoryProof, _ allowFallback: Bool) -> [(PolicyID, [PolicyProof])] {
        var found: [(PolicyID, [PolicyProof])] = []
        for policy in proof.policies where !policy.holes(allowFallback: allowFallback).isEmpty {
            let like = found.firstIndex { id, group in
                id == policy.policy && group[0].gaps == policy.gaps && group[0].firstStep == policy.firstStep
            }
            if let like { found[like].1.append(policy) } else { found.append((policy.policy, [policy])) }
        }
        return found
    }

    private static func findings(_ proof: PolicyProof, _ allowFallback: Bool, _ zone: ZoneRules) -> [String] {
        var kinds: [(PolicyProof.Fallback, [PolicyProof.Gap])] = []
        for gap in proof.holes(allowFallback: allowFallback) {
            if let place = kinds.firstIndex(where: { $0.0 == gap.fallback }) {
                kinds[place].1.append(gap)
            } else {
                kinds.append((gap.fallback, [gap]))
            }
        }
        let opening = proof.firstStep.map { "step \($0 + 1) reaches nobody" } ?? "no step applies"
        return kinds.map { fallback, gaps in
            let times = gaps.count == 1 ? "" : " \(gaps.count) times, first"
            let stand =
                switch fallback {
                case .step(let step): "Step \(step + 1) stands in."
                case .lastResort: "Only the last resort stands in."
                case .nobody: "Nobody is paged."
                }
            return "\(opening)\(times) from \(HoleWords.span(gaps[0].from, gaps[0].until, zone)). \(stand)"
        }
    }

    private static func lines(_ trace: PolicyTrace, _ zone: ZoneRules) -> [String] {
        trace.events.flatMap { event -> [String] in
            let minutes = (event.at - trace.at).milliseconds / 60_000
            let passed = event.passedOver.map { passed -> String in
                let why = passed.reason == .conditionFalse ? "does not apply" : "reaches nobody\(holes(passed))"
                return "+\(minutes) min  step \(passed.step + 1) \(why)"
            }
            let people = event.people.map { person in
                let rules = person.rules.map { rule in
                    rule.after == .zero
                        ? rule.method.rawValue : "\(rule.method.rawValue) after \(rule.after.milliseconds / 1000) s"
                }
                return "\(person.user), who \(person.why), by \(HoleWords.list(rules))"
            }
            let who = people.isEmpty ? "nobody" : people.joined(separator: " and ")
            switch event.kind {
            case .step(let step, let round):
                let again = round == 0 ? "" : " again"
                return passed + ["+\(minutes) min  step \(step + 1)\(again): \(who)"]
            case .deferred(let step, let until):
                return passed + [
                    "+\(minutes) min  step \(step + 1) waits for the end of quiet hours, "
                        + "\((until - event.at).milliseconds / 60_000) min later"
                ]
            case .lastResort: return passed + ["+\(minutes) min  the last resort: \(who)"]
            case .givenUp: return passed + ["+\(minutes) min  nobody more: it waits for the morning"]
            }
        }
    }

    private static func holes(_ passed: PassedOver) -> String {
        let reasons = passed.answers.compactMap { answer in answer.hole.map { "\(answer.target): \($0)" } }
        return reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"
    }
}

extension String {
    func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
