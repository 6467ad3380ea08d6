import Incidents
import OnCall
import Timekeeping

/// A proof for scripts. Instants are RFC 3339 in UTC; `local` are the same in the zone named there.
public struct ProofReport: Encodable, Sendable {
    public let proved: Bool
    public let from: String
    public let until: String
    public let allowFallback: Bool
    public let schedules: [ScheduleEntry]
    public let policies: [PolicyEntry]
    public let waysIn: [WayIn]
    /// How often the last resort reaches nobody.
    public let lastResortHoles: Int

    /// Holes listed of one schedule or policy; `holeCount` counts them all.
    public static let mostHoles = 10_000

    public struct ScheduleEntry: Encodable, Sendable {
        public let schedule: String
        public let covered: Bool
        public let shifts: Int
        public let people: [String]
        public let holeCount: Int
        public let holes: [Hole]
    }

    public struct Hole: Encodable, Sendable {
        public let from: String
        public let until: String
        public let local: [Local]
        public let why: String
        public let whatToDo: String
        /// The zone whose clocks changed, when the hole is there only because of that.
        public let clockChange: String?
    }

    public struct Local: Encodable, Sendable {
        /// `schedule`, or a person.
        public let whose: String
        public let zone: String
        public let from: String
        public let until: String
    }

    public struct PolicyEntry: Encodable, Sendable {
        public let policy: String
        public let severity: String
        /// `covered`, `fallback`, `hole` or `no step`.
        public let verdict: String
        /// Counted from 1.
        public let firstStep: Int?
        public let gapCount: Int
        public let gaps: [Gap]
    }

    public struct Gap: Encodable, Sendable {
        public let from: String
        public let until: String
        /// `step 2`, `last resort` or `nobody`.
        public let fallback: String
    }

    public struct WayIn: Encodable, Sendable {
        public let wayIn: String
        public let service: String
        public let policy: String
        /// By the sender's severity.
        public let severities: [String: String]
    }

    public init(_ proof: DirectoryProof, _ directory: Directory, allowFallback: Bool, words: HoleWords) {
        proved = !proof.holes(allowFallback: allowFallback)
        from = proof.from.rfc3339
        until = proof.until.rfc3339
        self.allowFallback = allowFallback
        schedules = proof.schedules.map { Self.entry($0, directory, words) }
        policies = proof.policies.map { policy in
            PolicyEntry(
                policy: policy.policy.rawValue, severity: policy.severity.rawValue,
                verdict: PolicyLines.cell(policy, allowFallback).lowercased(),
                firstStep: policy.firstStep.map { $0 + 1 },
                gapCount: policy.gaps.count,
                gaps: policy.gaps.prefix(Self.mostHoles).map { gap in
                    Gap(from: gap.from.rfc3339, until: gap.until.rfc3339, fallback: Self.name(gap.fallback))
                })
        }
        waysIn = proof.entrances.map { entrance in
            WayIn(
                wayIn: PolicyLines.name(entrance), service: entrance.service.rawValue,
                policy: entrance.policy.rawValue,
                severities: Dictionary(
                    uniqueKeysWithValues: entrance.severities.map { ($0.key.rawValue, $0.value.rawValue) }))
        }
        lastResortHoles = proof.lastResortGaps.count
    }

    private static func entry(
        _ proof: CoverageProof, _ directory: Directory, _ words: HoleWords
    ) -> ScheduleEntry {
        let zone = directory.roster.schedules[proof.schedule].flatMap { directory.roster.zones[$0.zone] } ?? .utc
        let clocks =
            [("schedule", LocalTime(zone: zone))]
            + Set(directory.roster.members(of: proof.schedule) + proof.people).sorted().map {
                ($0.rawValue, LocalTime(zone: directory.zone(of: $0)))
            }
        return ScheduleEntry(
            schedule: proof.schedule.rawValue, covered: proof.isCovered, shifts: proof.shiftCount,
            people: proof.people.map(\.rawValue), holeCount: proof.holes.count,
            holes: proof.holes.prefix(mostHoles).map { hole in
                Hole(
                    from: hole.from.rfc3339, until: hole.until.rfc3339,
                    local: clocks.map { whose, clock in
                        Local(
                            whose: whose, zone: clock.zone.id.rawValue, from: clock.rfc3339(hole.from),
                            until: clock.rfc3339(hole.until))
                    }, why: words.why(hole), whatToDo: words.wayOut(hole, in: proof.schedule),
                    clockChange: hole.clockChange?.zone.rawValue)
            })
    }

    private static func name(_ fallback: PolicyProof.Fallback) -> String {
        switch fallback {
        case .step(let step): "step \(step + 1)"
        case .lastResort: "last resort"
        case .nobody: "nobody"
        }
    }
}
