/// What can go wrong, or at least oddly, in a simulated world. Each is counted where it happens.
package enum FaultClass: String, CaseIterable, Sendable {
    case clockForward = "clock steps forward"
    case clockBack = "clock steps back"

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

    case acknowledgedAtDeadline = "acknowledged in the millisecond of the next step"
    case acknowledgedTwice = "acknowledged twice"
    case acknowledgedByUninvolved = "acknowledged by somebody not involved"
    case commandAfterResolution = "acknowledged after the resolution"
    case resolvedWhileFiring = "resolved by a person while it fires"
    case commandRetried = "command sent again"
    case overrideAdded = "override added"
    case overrideRemoved = "override removed"
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
