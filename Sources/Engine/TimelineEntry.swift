import Incidents
import OnCall
import Timekeeping

/// One line of an incident's timeline, for people: what happened, in a plain English sentence without a full stop.
public struct TimelineEntry: Sendable, Hashable {
    /// The event it tells of, to be cited.
    public let sequence: Int64
    public let at: Instant
    public let kind: String
    public let sentence: String
    /// What a person or a sender wrote; nil when there is nothing or it was erased.
    public let body: String?
    public let labels: [String: String]
    /// Name to URL.
    public let links: [String: String]
    /// The page it is about, when it is about one.
    public let page: PageID?

    init(_ event: Event, sentence: String) {
        sequence = event.sequence
        at = event.at
        kind = event.payload.kind.rawValue
        self.sentence = sentence
        body = event.text?.body
        labels = event.text?.labels ?? [:]
        links = event.text?.links ?? [:]
        page = event.payload.page
    }

    /// Tells of one event by itself. What only earlier events know (which policy, why this person) is left out; a whole
    /// timeline says more.
    /// - Parameter directory: for people's and services' names; who is not in it is called by the id.
    public init(_ event: Event, directory: Directory) {
        var writer = TimelineWriter(directory: directory)
        self = writer.write(event)
    }

    /// Tells of an incident's events, given in order from its first.
    public static func timeline(_ events: [Event], directory: Directory) -> [TimelineEntry] {
        var writer = TimelineWriter(directory: directory)
        return events.map { writer.write($0) }
    }
}

extension EventPayload {
    /// The page this is about, when it is about one.
    public var page: PageID? {
        switch self {
        case .pageRequested(let e): e.page
        case .attemptBegun(let e): e.attempt.page
        case .attemptEnded(let e): e.attempt.page
        case .attemptReported(let e): e.attempt.page
        case .pageEnded(let e): e.page
        case .engineStarted, .clockStepped, .logRecovered, .directoryApplied, .overrideAdded, .overrideRemoved,
            .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested, .coverAnswered, .coverWithdrawn,
            .handoffTold, .digestTold, .calendarIssued, .calendarRevoked, .silenceAdded, .silenceEnded,
            .alertSuppressed,
            .suppressionEnded,
            .incidentOpened,
            .alertFired, .alertResolved, .alertsCounted, .alertKeptFiring, .severityChanged, .incidentTriggered,
            .escalationStarted, .stepTaken, .stepDeferred, .dutyChanged, .lastResortRaised, .escalationExhausted,
            .runStarted, .runDeferred,
            .acknowledged, .ownerChanged, .ownerAsked, .noteAdded, .incidentResolved, .holdEnded, .incidentSnoozed,
            .peoplePaged, .chatPosted, .chatTold, .chatClosed, .contactVerified, .contactRemoved,
            .servingVersionChanged, .servingVersionProved, .rollbackPlanned, .rollbackSurveyed, .rollbackApproved,
            .rollbackApprovalAsked, .rollbackChangeBegun, .rollbackChangeEnded, .rollbackVerified, .rollbackEnded,
            .automaticRollbackArmed, .automaticRollbackRefused,
            .runbookLinked:
            nil
        }
    }
}
