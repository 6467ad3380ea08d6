import OnCall
import Timekeeping

/// What a whole configuration would do from one instant to another: each schedule, each policy at each severity, each
/// way in, and the last resort (S18).
public struct DirectoryProof: Sendable {
    public let from: Instant
    public let until: Instant
    /// In order of name. Somebody whom only the inbox reaches covers nothing.
    public let schedules: [CoverageProof]
    /// In order of policy, the worst severity first.
    public let policies: [PolicyProof]
    /// In order of routes, then the rest.
    public let entrances: [Entrance]
    /// When the last resort reaches nobody, by any method.
    public let lastResortGaps: [PolicyProof.Gap]

    /// One way an incident begins, and the policies it can mean.
    public struct Entrance: Hashable, Sendable {
        /// Why an alert comes this way.
        public let reason: RoutingReason
        /// For an integration that has a service of its own.
        public let integration: IntegrationID?
        public let service: ServiceID
        public let policy: PolicyID
        /// What it makes of each severity.
        public let severities: [Severity: Severity]
    }

    /// - Parameters:
    ///   - schedules: those to prove; nil means all, with policies and the last resort.
    ///   - proved: is told after each schedule how many of how many are done.
    public init(
        _ directory: Directory, from: Instant, until: Instant, amendments: Amendments, schedules: [ScheduleID]? = nil,
        proved: (Int, Int) -> Void = { _, _ in }
    ) {
        self.from = from
        self.until = until
        var silences = Silences(directory, from: from, until: until, amendments: amendments)
        let wanted = schedules ?? directory.roster.schedules.keys.sorted()
        var proofs: [CoverageProof] = []
        for (index, id) in wanted.enumerated() {
            proofs.append(silences.proof(of: id, .steps(.high)))
            proved(index + 1, wanted.count)
        }
        self.schedules = proofs
        guard schedules == nil else {
            (policies, entrances, lastResortGaps) = ([], [], [])
            return
        }
        policies = directory.policies.values.sorted { $0.id < $1.id }.flatMap { policy in
            Severity.allCases.map { silences.proveForItsServices(policy, $0) }
        }
        entrances = directory.entrances
        lastResortGaps = silences.ofLastResort.map {
            PolicyProof.Gap(from: $0.from, until: $0.until, fallback: .nobody)
        }
    }

    public func holes(allowFallback: Bool) -> Bool {
        schedules.contains { !$0.isCovered } || !lastResortGaps.isEmpty
            || policies.contains { !$0.holes(allowFallback: allowFallback).isEmpty }
    }

    public func proof(of policy: PolicyID, _ severity: Severity) -> PolicyProof? {
        policies.first { $0.policy == policy && $0.severity == severity }
    }
}

extension Directory {
    /// The schedules that a policy or the last resort pages, sorted.
    public var pagedSchedules: [ScheduleID] {
        let targets = policies.values.flatMap { $0.steps.flatMap(\.page) } + lastResort
        return Set(targets.compactMap { if case .schedule(let id) = $0 { id } else { nil } }).sorted()
    }

    /// Every way an incident begins.
    var entrances: [DirectoryProof.Entrance] {
        func entrance(
            _ reason: RoutingReason, _ service: ServiceID, _ severity: Severity? = nil,
            integration: IntegrationID? = nil
        ) -> DirectoryProof.Entrance? {
            guard let policy = services[service]?.policy else { return nil }
            let pairs = Severity.allCases.map { ($0, severity ?? $0) }
            return DirectoryProof.Entrance(
                reason: reason, integration: integration, service: service, policy: policy,
                severities: Dictionary(uniqueKeysWithValues: pairs))
        }
        return routes.enumerated().compactMap {
            entrance(.route($0.offset + 1), $0.element.service, $0.element.severity)
        }
            + integrations.values.sorted { $0.id.rawValue < $1.id.rawValue }.compactMap { integration in
                integration.service.flatMap { entrance(.integration, $0, integration: integration.id) }
            }
            + [entrance(.unrouted, unrouted)].compactMap { $0 }
            + services.keys.sorted { $0.rawValue < $1.rawValue }.compactMap { entrance(.declared, $0) }
    }
}

/// When targets reach nobody, worked out once each.
private struct Silences {
    private let directory: Directory
    private let from: Instant
    private let until: Instant
    private let amendments: Amendments
    /// Whom pages reach, by what they are for.
    private let reached: [Directory.Occasion: Set<UserID>]
    private var proofs: [Question: CoverageProof] = [:]

    private struct Question: Hashable {
        let schedule: ScheduleID
        let reached: Set<UserID>
    }

    init(_ directory: Directory, from: Instant, until: Instant, amendments: Amendments) {
        self.directory = directory
        self.from = from
        self.until = until
        self.amendments = amendments
        var reached: [Directory.Occasion: Set<UserID>] = [:]
        for occasion in Directory.Occasion.allCases {
            reached[occasion] = Set(directory.users.keys.filter { directory.reaches($0, occasion) })
        }
        self.reached = reached
    }

    mutating func proof(of schedule: ScheduleID, _ occasion: Directory.Occasion) -> CoverageProof {
        let users = reached[occasion] ?? []
        let question = Question(schedule: schedule, reached: users)
        if let known = proofs[question] { return known }
        let proof = directory.roster.proveCoverage(
            of: schedule, from: from, until: until, amendments: amendments, reachable: users.contains)
        proofs[question] = proof
        return proof
    }

    var ofLastResort: [TimeStretch] {
        mutating get { silence(of: directory.lastResort, .lastResort) }
    }

    /// Services look after themselves at different hours; a gap for any of them is one.
    mutating func proveForItsServices(_ policy: EscalationPolicy, _ severity: Severity) -> PolicyProof {
        let services = directory.services.values.filter { $0.policy == policy.id }.sorted { $0.id < $1.id }
        var kinds: [EscalationPolicy] = []
        for service in services {
            let kind = policy.inHours(service.hours)
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        let proofs = (kinds.isEmpty ? [policy] : kinds).map { prove($0, severity) }
        guard proofs.count > 1, let first = proofs.first else { return proofs[0] }
        var gaps: [PolicyProof.Gap] = []
        for gap in proofs.flatMap(\.gaps).sorted(by: { ($0.from, $1.until) < ($1.from, $0.until) }) {
            let from = max(gap.from, gaps.last?.until ?? gap.from)
            if from < gap.until { gaps.append(.init(from: from, until: gap.until, fallback: gap.fallback)) }
        }
        return PolicyProof(
            policy: policy.id, severity: severity, from: self.from, until: until, firstStep: first.firstStep, gaps: gaps
        )
    }

    mutating func prove(_ policy: EscalationPolicy, _ severity: Severity) -> PolicyProof {
        let applying = policy.steps.indices.filter { policy.steps[$0].when?.holds(for: severity) ?? true }
        var gaps: [PolicyProof.Gap] = []
        // When no step has applied yet, and when one has and reached nobody.
        var (fresh, failed) = (whole, [TimeStretch]())
        func fallBack(_ silence: [TimeStretch], _ fallback: PolicyProof.Fallback) {
            gaps += failed.subtracting(silence).map { .init(from: $0.from, until: $0.until, fallback: fallback) }
            failed = failed.intersection(silence)
        }
        for index in applying where !(fresh.isEmpty && failed.isEmpty) {
            let step = policy.steps[index]
            let resting = whole.subtracting(stretches(step.during, policy.serviceHours))
            let silence = silence(of: step, .steps(severity.urgency))
            let first = fresh.subtracting(resting)
            fresh = fresh.intersection(resting)
            fallBack(union(silence, resting), .step(index))
            failed = union(failed, first.intersection(silence))
        }
        if severity.urgency == .high {
            failed = union(failed, fresh)
            if !failed.isEmpty { fallBack(ofLastResort, .lastResort) }
        } else if applying.isEmpty {
            failed = fresh
        }
        gaps += failed.map { .init(from: $0.from, until: $0.until, fallback: .nobody) }
        return PolicyProof(
            policy: policy.id, severity: severity, from: from, until: until, firstStep: applying.first,
            gaps: gaps.sorted { $0.from < $1.from })
    }

    private var whole: [TimeStretch] { from < until ? [TimeStretch(from: from, until: until)] : [] }

    /// When a step with that condition applies.
    private func stretches(_ during: EscalationPolicy.During?, _ hours: ZonedHours?) -> [TimeStretch] {
        guard let during else { return whole }
        guard let hours, let zone = directory.roster.zones[hours.zone] else {
            return during == .serviceHours ? whole : []
        }
        let open = hours.hours.openStretches(from: from, until: until, in: zone)
            .map { TimeStretch(from: $0.lowerBound, until: $0.upperBound) }
        return during == .serviceHours ? open : whole.subtracting(open)
    }

    /// When the step reaches nobody, of those on whose clocks it is the right hour.
    private mutating func silence(of step: EscalationPolicy.Step, _ occasion: Directory.Occasion) -> [TimeStretch] {
        guard let hours = step.recipientHours else { return silence(of: step.page, occasion) }
        var left = whole
        for target in step.page {
            for (user, on) in onCall(target) where reached[occasion]?.contains(user) == true && !left.isEmpty {
                let open = hours.openStretches(from: from, until: until, in: directory.zone(of: user))
                    .map { TimeStretch(from: $0.lowerBound, until: $0.upperBound) }
                left = left.subtracting(on.intersection(open))
            }
        }
        return left
    }

    /// Everybody a target means at some time, and when.
    private func onCall(_ target: Target) -> [(UserID, [TimeStretch])] {
        switch target {
        case .user(let user): return [(user, whole)]
        case .team(let team): return (directory.teams[team]?.members ?? []).map { ($0, whole) }
        case .schedule(let id):
            var times: [UserID: [TimeStretch]] = [:]
            directory.roster.forEachShift(id, from: from, until: until, amendments: amendments) { shift in
                for duty in shift.duties {
                    times[duty.user, default: []].append(TimeStretch(from: shift.from, until: shift.until))
                }
            }
            return times.sorted { $0.key < $1.key }.map { ($0.key, union($0.value.sorted { $0.from < $1.from }, [])) }
        }
    }

    private func union(_ a: [TimeStretch], _ b: [TimeStretch]) -> [TimeStretch] {
        whole.subtracting(whole.subtracting(a).subtracting(b))
    }

    /// When none of the targets reaches anybody.
    private mutating func silence(of targets: [Target], _ occasion: Directory.Occasion) -> [TimeStretch] {
        var left = whole
        for target in targets where !left.isEmpty {
            switch target {
            case .team(let team):
                let members = directory.teams[team]?.members ?? []
                if members.contains(where: { reached[occasion]?.contains($0) == true }) { left = [] }
            case .user(let user): if reached[occasion]?.contains(user) == true { left = [] }
            case .schedule(let schedule):
                let holes = proof(of: schedule, occasion).holes
                left = left.intersection(holes.map { TimeStretch(from: $0.from, until: $0.until) })
            }
        }
        return left
    }
}
