import OnCall
import Timekeeping

/// Whom to page, in which order, and how long to wait for an answer in between.
///
/// A value: an incident keeps a copy from the moment its escalation starts, so editing the policy at noon does not
/// change an escalation that began at nine (S11). *Who* a target means is looked up when the step is taken.
public struct EscalationPolicy: Hashable, Sendable, Codable {
    public let id: PolicyID
    public let steps: [Step]
    /// How many more times the steps are gone through after the first. Then comes the last resort.
    public let repeats: Int
    public let ackTimeouts: AckTimeouts
    private let acknowledgements: Int?
    /// When the service is looked after, for the steps that ask. Filled in when the escalation starts.
    public let serviceHours: ZonedHours?

    /// - Parameter acknowledgements: how many people must acknowledge before it counts as acknowledged.
    public init(
        id: PolicyID, steps: [Step], repeats: Int = 0, ackTimeouts: AckTimeouts = AckTimeouts(),
        acknowledgements: Int = 1, serviceHours: ZonedHours? = nil
    ) {
        self.id = id
        self.steps = steps
        self.repeats = repeats
        self.ackTimeouts = ackTimeouts
        self.acknowledgements = acknowledgements == 1 ? nil : acknowledgements
        self.serviceHours = serviceHours
    }

    /// How many people must acknowledge.
    public var acknowledgementsNeeded: Int { acknowledgements ?? 1 }

    /// The same for a service that is looked after in `hours`.
    func inHours(_ hours: ZonedHours?) -> EscalationPolicy {
        guard let hours, steps.contains(where: { $0.during != nil }) else { return self }
        return EscalationPolicy(
            id: id, steps: steps, repeats: repeats, ackTimeouts: ackTimeouts,
            acknowledgements: acknowledgementsNeeded, serviceHours: hours)
    }

    /// Whether the step's conditions hold now.
    ///
    /// A service without hours is always looked after.
    func applies(_ index: Int, to severity: Severity, at now: Instant, in zones: [ZoneID: ZoneRules]) -> Bool {
        let step = steps[index]
        if let condition = step.when, !condition.holds(for: severity) { return false }
        guard let during = step.during else { return true }
        let isOpen = serviceHours.flatMap { hours in zones[hours.zone].map { hours.hours.state(at: now, in: $0).isOpen }
        }
        return (isOpen ?? true) == (during == .serviceHours)
    }

    public struct Step: Hashable, Sendable, Codable {
        public let page: [Target]
        /// Elapsed time to wait for an acknowledgement before the next step.
        public let waitMilliseconds: Int64
        public let when: Condition?
        public let during: During?
        /// Only those are paged on whose own clocks it is one of these hours.
        public let recipientHours: WeeklyHours?
        public let tell: [TeamID]
        private let channels: [ChatRoom]?
        private let roundRobin: Bool?

        /// - Parameters:
        ///   - isRoundRobin: one of the targets is paged, the next one for the next incident.
        ///   - rooms: chat rooms the incident is told of in. That reaches nobody (S11).
        public init(
            page: [Target], wait: Duration, when: Condition? = nil, during: During? = nil,
            recipientHours: WeeklyHours? = nil, tell: [TeamID] = [], rooms: [ChatRoom] = [],
            isRoundRobin: Bool = false
        ) {
            self.page = page
            self.waitMilliseconds = wait.milliseconds
            self.when = when
            self.during = during
            self.recipientHours = recipientHours
            self.tell = tell
            channels = rooms.isEmpty ? nil : rooms
            roundRobin = isRoundRobin ? true : nil
        }

        public var wait: Duration { .milliseconds(waitMilliseconds) }
        public var isRoundRobin: Bool { roundRobin ?? false }
        public var rooms: [ChatRoom] { channels ?? [] }
    }

    /// A condition on the service's hours.
    public enum During: String, Sendable, Codable { case serviceHours, outsideServiceHours }

    /// `severity >= sev2`.
    public struct Condition: Hashable, Sendable, Codable {
        public enum Comparison: String, Sendable, Codable { case atLeast, atMost, equal }
        public let comparison: Comparison
        public let severity: Severity

        public init(_ comparison: Comparison, _ severity: Severity) {
            self.comparison = comparison
            self.severity = severity
        }

        public func holds(for actual: Severity) -> Bool {
            switch comparison {
            case .atLeast: actual >= severity
            case .atMost: actual <= severity
            case .equal: actual == severity
            }
        }
    }

    /// How long an acknowledgement lasts before its owner is asked again (S13); nil never.
    public struct AckTimeouts: Hashable, Sendable, Codable {
        public let sev1Milliseconds: Int64?
        public let sev2Milliseconds: Int64?

        public init(sev1: Duration? = .minutes(30), sev2: Duration? = .minutes(60)) {
            sev1Milliseconds = sev1?.milliseconds
            sev2Milliseconds = sev2?.milliseconds
        }

        public func timeout(for severity: Severity) -> Duration? {
            switch severity {
            case .sev1: sev1Milliseconds.map { .milliseconds($0) }
            case .sev2: sev2Milliseconds.map { .milliseconds($0) }
            case .sev3, .sev4: nil
            }
        }
    }
}

/// Somebody to page: a person by name, whoever a schedule says, or everybody of a team.
public enum Target: Hashable, Sendable, Comparable {
    case user(UserID)
    case schedule(ScheduleID)
    case team(TeamID)

    private var order: (Int, String) {
        switch self {
        case .user(let id): (0, id.rawValue)
        case .schedule(let id): (1, id.rawValue)
        case .team(let id): (2, id.rawValue)
        }
    }

    public static func < (a: Target, b: Target) -> Bool { a.order < b.order }
}

/// Written as in the configuration: `user ana`, `schedule sun`.
extension Target: Codable, CustomStringConvertible {
    public var description: String {
        switch self {
        case .user(let id): "user \(id.rawValue)"
        case .schedule(let id): "schedule \(id.rawValue)"
        case .team(let id): "team \(id.rawValue)"
        }
    }

    public init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2 else { return nil }
        switch words[0] {
        case "user": self = .user(UserID(rawValue: String(words[1])))
        case "schedule": self = .schedule(ScheduleID(rawValue: String(words[1])))
        case "team": self = .team(TeamID(rawValue: String(words[1])))
        default: return nil
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let target = Target(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a target: \(text)")
        }
        self = target
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
