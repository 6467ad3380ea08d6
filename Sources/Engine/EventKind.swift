import Incidents

/// The name an event is kept under. Written out and never changed: logs live longer than names in the source.
public enum EventKind: String, Sendable, CaseIterable {
    case engineStarted = "engineStarted"
    case clockStepped = "clockStepped"
    case logRecovered = "logRecovered"
    case directoryApplied = "directoryApplied"
    case overrideAdded = "overrideAdded"
    case overrideRemoved = "overrideRemoved"
    case timeOffAdded = "timeOffAdded"
    case timeOffRemoved = "timeOffRemoved"
    case holidaysRead = "holidaysRead"
    case coverRequested = "coverRequested"
    case coverAnswered = "coverAnswered"
    case coverWithdrawn = "coverWithdrawn"
    case handoffTold = "handoffTold"
    case digestTold = "digestTold"
    case calendarIssued = "calendarIssued"
    case calendarRevoked = "calendarRevoked"
    case silenceAdded = "silenceAdded"
    case silenceEnded = "silenceEnded"
    case alertSuppressed = "alertSuppressed"
    case suppressionEnded = "suppressionEnded"
    case incidentOpened = "incidentOpened"
    case alertFired = "alertFired"
    case alertResolved = "alertResolved"
    case alertsCounted = "alertsCounted"
    case alertKeptFiring = "alertKeptFiring"
    case severityChanged = "severityChanged"
    case incidentTriggered = "incidentTriggered"
    case escalationStarted = "escalationStarted"
    case stepTaken = "stepTaken"
    case stepDeferred = "stepDeferred"
    case dutyChanged = "dutyChanged"
    case lastResortRaised = "lastResortRaised"
    case escalationExhausted = "escalationExhausted"
    case runStarted = "runStarted"
    case runDeferred = "runDeferred"
    case pageRequested = "pageRequested"
    case attemptBegun = "attemptBegun"
    case attemptEnded = "attemptEnded"
    case attemptReported = "attemptReported"
    case pageEnded = "pageEnded"
    case acknowledged = "acknowledged"
    case ownerChanged = "ownerChanged"
    case ownerAsked = "ownerAsked"
    case noteAdded = "noteAdded"
    case incidentResolved = "incidentResolved"
    case holdEnded = "holdEnded"
    case incidentSnoozed = "incidentSnoozed"
    case peoplePaged = "peoplePaged"
    case chatPosted = "chatPosted"
    case chatTold = "chatTold"
    case chatClosed = "chatClosed"
    case runbookLinked = "runbookLinked"
    case contactVerified = "contactVerified"
    case contactRemoved = "contactRemoved"
    case servingVersionChanged = "servingVersionChanged"
    case servingVersionProved = "servingVersionProved"
    case rollbackPlanned = "rollbackPlanned"
    case rollbackSurveyed = "rollbackSurveyed"
    case rollbackApproved = "rollbackApproved"
    case rollbackApprovalAsked = "rollbackApprovalAsked"
    case rollbackChangeBegun = "rollbackChangeBegun"
    case rollbackChangeEnded = "rollbackChangeEnded"
    case rollbackVerified = "rollbackVerified"
    case rollbackEnded = "rollbackEnded"
    case automaticRollbackArmed = "automaticRollbackArmed"
    case automaticRollbackRefused = "automaticRollbackRefused"

    /// The version written today. Versions count from 1; every earlier one can still be read.
    public var version: Int {
        switch self {
        // 2: says whether it is for practice.
        case .incidentOpened, .incidentResolved: 2
        // 2: says which person did it, if one did.
        case .severityChanged: 2
        // 2: as above; 3: a reason more, "rollback"; 4: "assignmentUnconfirmed".
        case .incidentTriggered: 4
        // 2: a reason more, "asked"; 3: "rollback", "approval", "breakGlass"; 4: "quietEnded", "assigned".
        case .runStarted, .pageRequested: 4
        // 2: a reason more, "rollback"; 3: "assigned", and by whom.
        case .ownerAsked: 3
        // 2: in whose message it left.
        case .attemptBegun: 2
        // 2: how many more people must acknowledge.
        case .acknowledged: 2
        // 2: teams, turns, hours and rooms in a policy.
        case .escalationStarted: 2
        // 2: teams, and who is held back by quiet hours or the step's own.
        case .stepTaken, .dutyChanged, .lastResortRaised, .escalationExhausted, .peoplePaged: 2
        // 2: a kind more, "add", and the cover request that it follows from.
        case .overrideAdded: 2
        default: 1
        }
    }
}

extension EventPayload {
    public var kind: EventKind {
        switch self {
        case .engineStarted: .engineStarted
        case .clockStepped: .clockStepped
        case .logRecovered: .logRecovered
        case .directoryApplied: .directoryApplied
        case .overrideAdded: .overrideAdded
        case .overrideRemoved: .overrideRemoved
        case .timeOffAdded: .timeOffAdded
        case .timeOffRemoved: .timeOffRemoved
        case .holidaysRead: .holidaysRead
        case .coverRequested: .coverRequested
        case .coverAnswered: .coverAnswered
        case .coverWithdrawn: .coverWithdrawn
        case .handoffTold: .handoffTold
        case .digestTold: .digestTold
        case .calendarIssued: .calendarIssued
        case .calendarRevoked: .calendarRevoked
        case .silenceAdded: .silenceAdded
        case .silenceEnded: .silenceEnded
        case .alertSuppressed: .alertSuppressed
        case .suppressionEnded: .suppressionEnded
        case .incidentOpened: .incidentOpened
        case .alertFired: .alertFired
        case .alertResolved: .alertResolved
        case .alertsCounted: .alertsCounted
        case .alertKeptFiring: .alertKeptFiring
        case .severityChanged: .severityChanged
        case .incidentTriggered: .incidentTriggered
        case .escalationStarted: .escalationStarted
        case .stepTaken: .stepTaken
        case .stepDeferred: .stepDeferred
        case .dutyChanged: .dutyChanged
        case .lastResortRaised: .lastResortRaised
        case .escalationExhausted: .escalationExhausted
        case .runStarted: .runStarted
        case .runDeferred: .runDeferred
        case .pageRequested: .pageRequested
        case .attemptBegun: .attemptBegun
        case .attemptEnded: .attemptEnded
        case .attemptReported: .attemptReported
        case .pageEnded: .pageEnded
        case .acknowledged: .acknowledged
        case .ownerChanged: .ownerChanged
        case .ownerAsked: .ownerAsked
        case .noteAdded: .noteAdded
        case .incidentResolved: .incidentResolved
        case .holdEnded: .holdEnded
        case .incidentSnoozed: .incidentSnoozed
        case .peoplePaged: .peoplePaged
        case .chatPosted: .chatPosted
        case .chatTold: .chatTold
        case .chatClosed: .chatClosed
        case .runbookLinked: .runbookLinked
        case .contactVerified: .contactVerified
        case .contactRemoved: .contactRemoved
        case .servingVersionChanged: .servingVersionChanged
        case .servingVersionProved: .servingVersionProved
        case .rollbackPlanned: .rollbackPlanned
        case .rollbackSurveyed: .rollbackSurveyed
        case .rollbackApproved: .rollbackApproved
        case .rollbackApprovalAsked: .rollbackApprovalAsked
        case .rollbackChangeBegun: .rollbackChangeBegun
        case .rollbackChangeEnded: .rollbackChangeEnded
        case .rollbackVerified: .rollbackVerified
        case .rollbackEnded: .rollbackEnded
        case .automaticRollbackArmed: .automaticRollbackArmed
        case .automaticRollbackRefused: .automaticRollbackRefused
        }
    }
}
