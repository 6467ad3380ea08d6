/// What can go wrong, or at least oddly, in a simulated world. Each is counted where it happens.
package enum FaultClass: String, CaseIterable, Sendable {
    case clockForward = "clock steps forward"
    case clockBack = "clock steps back"

    case clocksChange = "a zone changes its clocks while something is open"

    case crashBetweenEffects = "crash between two effects"
    case crashBeforeCommit = "crash before the append reached the store"
    case crashAfterCommit = "crash after the commit, before its answer"
    case crashTransferArrived = "crash during a transfer that arrived"
    case crashTransferLost = "crash during a transfer that was lost"
    case shortDowntime = "downtime under a minute"
    case longDowntime = "downtime over a minute"

    case appendFails = "append fails"
    case appendLies = "append reports failure and is stored"
    case appendSlow = "append takes seconds"
    case appendUnanswered = "append never answers"
    case appendLate = "append is stored after the time limit"
    case appendConflict = "append conflicts with one before it"
    case storeOutage = "store is away"
    case recoveryFails = "recovery fails"

    case pagerFailsForNow = "pager fails for now"
    case pagerRetryAfter = "pager asks for a longer wait"
    case pagerFailsForGood = "pager fails for good"
    case pagerNeverReports = "pager accepts and never reports"
    case pagerReportsLate = "pager reports after the time limit"
    case pagerDropsArrived = "connection drops, the page arrived"
    case pagerDropsLost = "connection drops, the page is lost"
    case pagerSlow = "pager is slow"
    case providerReportsFailure = "provider reports failure after accepting"
    case providerReportsTwice = "provider reports twice or out of order"
    case providerReportsDelivery = "provider reports delivery after accepting"

    case providerReportsFirst = "provider reports before it has answered"
    case providerReportsLate = "provider reports after an hour"

    case acknowledgedAtDeadline = "acknowledged in the millisecond of the next step"
    case acknowledgedTwice = "acknowledged twice"
    case acknowledgedLate = "acknowledged after the next step"
    case acknowledgedElsewhere = "acknowledged in another incident's room"
    case acknowledgedByOne = "acknowledged by one where two must"
    case assigned = "handed to somebody else"
    case assignedInVain = "handed to somebody who does not take it"
    case stepDeferred = "step waits for quiet hours"
    case methodDeferred = "method waits for quiet hours"
    case quietEnded = "paged when quiet hours end"
    case askedInTurn = "asked in turn"
    case acknowledgedByUninvolved = "acknowledged by somebody not involved"
    case commandAfterResolution = "acknowledged after the resolution"
    case resolvedWhileFiring = "resolved by a person while it fires"
    case commandRetried = "command sent again"
    case overrideAdded = "override added"
    case overrideRemoved = "override removed"
    case timeOffAdded = "time off entered"
    case timeOffRemoved = "time off taken back"
    case holidaysRead = "holidays read"
    case coverAccepted = "cover request accepted"
    case coverDeclined = "cover request declined"
    case swapAccepted = "swap accepted"
    case directoryEdited = "directory edited"
    case personRemoved = "person removed from the directory"

    case snoozed = "snoozed"
    case worseWhileSnoozed = "worse while snoozed"
    case clockStepsWhileSnoozed = "clock steps while something is snoozed"
    case crashWhileSnoozed = "crash while something is snoozed"
    case reopenedByPerson = "reopened by a person"
    case escalatedByPerson = "escalated by a person"
    case raisedByPerson = "severity raised by a person"
    case loweredByPerson = "severity lowered by a person"
    case peopleAsked = "people asked for by name"

    case pagesTogether = "pages told together"
    case silenceAdded = "silence added"
    case silenceOver = "silence is over"
    case silenceRemoved = "silence removed"
    case alertSuppressed = "alert held back by a silence"
    case resolvedWhileSilenced = "alert resolved while it is held back"
    case suppressedReleased = "alert still fires when its silence ends"

    case servingRefuses = "serving layer refuses"
    case servingUnsent = "change does not leave the house"
    case servingLost = "change is lost on the way"
    case servingDrops = "change is made and its answer lost"
    case servingSilentChange = "change is never answered"
    case servingActsLate = "change takes effect after everybody gave up"
    case servingReportsLate = "change is answered after everybody gave up"
    case servingDenies = "change is made and called refused"
    case servingClaims = "change is not made and called made"
    case servingHalf = "change is half made"
    case servingRace = "serving layer changes between look and act"
    case servingUnderneath = "somebody else changes the serving layer"
    case servingAway = "serving layer is away"
    case servingSlow = "serving layer is slow to say what it serves"
    case servingSilent = "serving layer never says what it serves"
    case servingLies = "serving layer lies about readiness"
    case servingNoMetric = "metric without data"
    case crashChangeLost = "crash during a change that was lost"
    case crashChangeMade = "crash during a change that may be made"
    case rollbackTaken = "rollback planned by a person"
    case rollbackAutomatic = "rollback without a person"
    case rollbackAutomaticRefused = "rollback without a person refused"
    case rollbackSecondPerson = "second person asked"
    case rollbackAlone = "break-glass"
    case rollbackUndone = "rollback undone"
    case rollbackWrongPerson = "rollback approved by somebody who may not"
    case rollbackApprovedTwice = "rollback approved twice by one person"
    case rollbackVoid = "rollback approved that another has taken the place of"
    case rollbackOverResolved = "rollback goes on after the resolution"
    case rollbackSucceeded = "rollback succeeded"
    case rollbackReverted = "rollback taken back"
    case rollbackFrozen = "rollback frozen"
    case rollbackRefused = "rollback refused"
    case rollbackExpired = "rollback expired"
    case rollbackCancelled = "rollback cancelled"

    case senderRetried = "sender sends again"
    case lateDuplicate = "late duplicate of a resolved episode"
    case newEpisode = "new episode of an alert"
    case severityRaised = "alert becomes worse"
    case unreadable = "unreadable alert"
    case unrouted = "alert without a route"
    case storm = "storm of alerts"
    case senderSilent = "expected sender falls silent"
    case turnedAway = "turned away: the inbox is full or the log is away"
}

/// How often each fault was met.
package struct FaultCounts: Sendable, Equatable {
    private var counts: [FaultClass: Int] = [:]

    package init() {}

    package subscript(_ fault: FaultClass) -> Int { counts[fault, default: 0] }

    mutating func met(_ fault: FaultClass) { counts[fault, default: 0] += 1 }

    package static func += (a: inout Self, b: Self) { a.counts.merge(b.counts, uniquingKeysWith: +) }

    /// The classes met less often than that, in the order of their declaration.
    package func rarer(than minimum: Int) -> [FaultClass] { FaultClass.allCases.filter { self[$0] < minimum } }
}
