import OnCall
import Timekeeping

/// The policy's steps begin, from a copy of the policy as it is now (S11).
public struct EscalationStarted: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    /// Counts from 1 within the incident.
    public let generation: Int
    public let policy: EscalationPolicy

    public init(incident: Incident.ID, generation: Int, policy: EscalationPolicy) {
        self.incident = incident
        self.generation = generation
        self.policy = policy
    }
}

/// A step fired: who its targets turned out to be, and why.
public struct StepTaken: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let generation: Int
    /// 0 the first time through.
    public let round: Int
    /// Index into the policy's steps.
    public let step: Int
    /// Elapsed time until the next step, counted from this event.
    public let waitMilliseconds: Int64
    public let answers: [TargetAnswer]
    /// Steps skipped on the way here.
    public let passedOver: [PassedOver]
    public let tell: [TeamID]

    public init(
        incident: Incident.ID, generation: Int, round: Int, step: Int, waitMilliseconds: Int64, answers: [TargetAnswer],
        passedOver: [PassedOver], tell: [TeamID]
    ) {
        self.incident = incident
        self.generation = generation
        self.round = round
        self.step = step
        self.waitMilliseconds = waitMilliseconds
        self.answers = answers
        self.passedOver = passedOver
        self.tell = tell
    }
}

/// A shift changed hands while nobody had acknowledged; the incoming person is paged too (S12).
public struct DutyChanged: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let answer: TargetAnswer

    public init(incident: Incident.ID, answer: TargetAnswer) {
        self.incident = incident
        self.answer = answer
    }
}

/// The policy is exhausted and nobody acknowledged (S1).
public struct LastResortRaised: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    /// Counts from 1 within the escalation.
    public let count: Int
    public let reason: LastResortReason
    /// Elapsed time until it is raised again.
    public let nextMilliseconds: Int64
    public let answers: [TargetAnswer]
    public let passedOver: [PassedOver]

    public init(
        incident: Incident.ID, count: Int, reason: LastResortReason, nextMilliseconds: Int64, answers: [TargetAnswer],
        passedOver: [PassedOver]
    ) {
        self.incident = incident
        self.count = count
        self.reason = reason
        self.nextMilliseconds = nextMilliseconds
        self.answers = answers
        self.passedOver = passedOver
    }
}

/// A low-urgency policy ran out; it waits for the morning instead of the last resort (S1).
public struct EscalationExhausted: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let passedOver: [PassedOver]

    public init(incident: Incident.ID, passedOver: [PassedOver]) {
        self.incident = incident
        self.passedOver = passedOver
    }
}

/// Everybody the step means is in their quiet hours: it waits for the first of them to be over (S10).
public struct StepDeferred: Hashable, Sendable, Codable {
    public let incident: Incident.ID
    public let generation: Int
    /// 0 the first time through.
    public let round: Int
    /// Index into the policy's steps.
    public let step: Int
    /// By the wall clock: then the targets are looked up again.
    public let until: Instant
    public let answers: [TargetAnswer]
    public let passedOver: [PassedOver]

    public init(
        incident: Incident.ID, generation: Int, round: Int, step: Int, until: Instant, answers: [TargetAnswer],
        passedOver: [PassedOver]
    ) {
        self.incident = incident
        self.generation = generation
        self.round = round
        self.step = step
        self.until = until
        self.answers = answers
        self.passedOver = passedOver
    }
}
