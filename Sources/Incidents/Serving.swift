import Timekeeping

/// What a serving layer was seen to serve.
public struct ServingState: Hashable, Sendable, Codable {
    /// The version that answers whoever names none; nil when nothing does.
    public let version: String?
    /// Names this state of the serving layer, and is another as soon as anything of it changes. A plan made on one
    /// generation never executes on another.
    public let generation: String
    /// What could be served without anybody bringing a file, oldest first, as far as the serving layer says.
    public let available: [String]
    /// Whether that is all there is. Triton does not list what it never loaded.
    public let isComplete: Bool

    public init(version: String?, generation: String, available: [String], isComplete: Bool = true) {
        self.version = version
        self.generation = generation
        self.available = available
        self.isComplete = isComplete
    }

    /// Whether it may be asked to serve that version.
    public func mayHave(_ wanted: String) -> Bool { !isComplete || wanted == version || available.contains(wanted) }
}

/// A change of the serving layer: always to a version named outright, never "one back", so that saying it twice is
/// saying it once.
public struct ServingChange: Hashable, Sendable, Codable {
    public let to: String
    /// It is made only where this is what is served (compare-and-set).
    public let expected: ServingState

    public init(to: String, expected: ServingState) {
        self.to = to
        self.expected = expected
    }
}

/// What came of a change, with the evidence: the server's status and words.
public struct ServingOutcome: Hashable, Sendable, Codable {
    public enum Result: String, Sendable, Codable, CaseIterable {
        /// It was made, and seen to be made.
        case applied
        /// Nothing was changed: the serving layer was not as expected.
        case changedUnderneath
        /// Nothing was changed: the serving layer, or our own check before it, said no.
        case refused
        /// Nothing left the house.
        case notSent
        /// The request had left, and nobody can say what came of it.
        case inDoubt
    }

    public let result: Result
    public let evidence: String
    /// What was seen afterwards, if it was.
    public let state: ServingState?

    public init(_ result: Result, evidence: String, state: ServingState? = nil) {
        self.result = result
        self.evidence = evidence
        self.state = state
    }
}

/// One look at whether what is served is well.
public struct ServingCheck: Hashable, Sendable, Codable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The version that is meant says it is ready, and is the one that answers.
        case readiness
        /// A request with a known answer, answered by the version that is meant.
        case golden
        /// A PromQL query against a bound.
        case metric
    }

    public enum Result: String, Sendable, Codable, CaseIterable {
        case passed, failed
        /// No data, no answer, no number. Never taken for health.
        case unknown
    }

    public let kind: Kind
    public let result: Result
    /// One clause for people: "p99 is 0.31, below 0.8", "answered by version 2". At most 200 characters.
    public let evidence: String

    public init(_ kind: Kind, _ result: Result, evidence: String) {
        self.kind = kind
        self.result = result
        self.evidence = evidence
    }
}

/// What the configuration says about rolling a service back: what decisions need of it. How to reach the serving layer
/// is the driver's business and not in here.
public struct RollbackPolicy: Hashable, Sendable, Codable {
    /// For people, and the identity of what is rolled back: `model ranker at http://triton:8000`.
    public var target: String
    /// Whether whoever is on call must find a second person, though it is a return to the last good version.
    public var needsSecondPerson: Bool
    /// Whether one person may go on alone with a reason, where a second would be required.
    public var allowsBreakGlass: Bool
    /// What is looked at, before and after.
    public var checks: [ServingCheck.Kind]
    /// For how long every check must pass without a break.
    public var verifyMilliseconds: Int64
    /// How many looks must have passed in that time.
    public var minSamples: Int
    public var automatic: Automatic?

    /// Without a person: once per incident, to the last good version only, when nobody has acknowledged.
    public struct Automatic: Hashable, Sendable, Codable {
        /// An alert must match all of them.
        public var matchers: [LabelMatcher]
        /// How long the incident must have gone unacknowledged.
        public var afterMilliseconds: Int64

        public init(matchers: [LabelMatcher], after: Duration) {
            self.matchers = matchers
            afterMilliseconds = after.milliseconds
        }
    }

    public init(
        target: String, needsSecondPerson: Bool = false, allowsBreakGlass: Bool = true,
        checks: [ServingCheck.Kind] = [.readiness], verify: Duration = .minutes(1), minSamples: Int = 3,
        automatic: Automatic? = nil
    ) {
        self.target = target
        self.needsSecondPerson = needsSecondPerson
        self.allowsBreakGlass = allowsBreakGlass
        self.checks = checks
        verifyMilliseconds = verify.milliseconds
        self.minSamples = minSamples
        self.automatic = automatic
    }

    /// A version must have served this long without an incident to be called good (S19).
    public static let provedAfter = Duration.hours(24)
    /// A plan that nobody approved by then is void.
    public static let approvalTime = Duration.minutes(30)
    /// How long a second person has to answer before the next are asked.
    public static let secondPersonTime = Duration.minutes(5)

    /// How often it is looked: so that the samples come together in half the time that all must pass.
    public var interval: Duration {
        .milliseconds(max(1000, min(10_000, verifyMilliseconds / Int64(2 * max(1, minSamples)))))
    }

    /// Without a verdict by then there is none: the rollback is inconclusive.
    public var patience: Duration { .milliseconds(2 * verifyMilliseconds) + .minutes(1) }
}

/// What came of looking at a serving layer.
public enum ServingObservation: Hashable, Sendable {
    case seen(ServingState)
    /// Why nothing could be seen, in one clause.
    case unreachable(String)
}
