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

    public init(id: PolicyID, steps: [Step], repeats: Int = 0, ackTimeouts: AckTimeouts = AckTimeouts()) {
        self.id = id
        self.steps = steps
        self.repeats = repeats
        self.ackTimeouts = ackTimeouts
    }

    public struct Step: Hashable, Sendable, Codable {
        public let page: [Target]
        /// Elapsed time to wait for an acknowledgement before the next step.
        public let waitMilliseconds: Int64
        public let when: Condition?
        public let tell: [TeamID]

        public init(page: [Target], wait: Duration, when: Condition? = nil, tell: [TeamID] = []) {
            self.page = page
            self.waitMilliseconds = wait.milliseconds
            self.when = when
            self.tell = tell
        }

        public var wait: Duration { .milliseconds(waitMilliseconds) }
    }

    /// `severity >= sev2`, the only condition there is so far.
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

/// Somebody to page: a person by name, or whoever a schedule says.
public enum Target: Hashable, Sendable, Comparable {
    case user(UserID)
    case schedule(ScheduleID)

    private var order: (Int, String) {
        switch self {
        case .user(let id): (0, id.rawValue)
        case .schedule(let id): (1, id.rawValue)
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
        }
    }

    public init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2 else { return nil }
        switch words[0] {
        case "user": self = .user(UserID(rawValue: String(words[1])))
        case "schedule": self = .schedule(ScheduleID(rawValue: String(words[1])))
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
