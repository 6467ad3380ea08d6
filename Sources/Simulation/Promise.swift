/// What must hold in every simulated world, after every step. The rules are those of SEMANTICS.
package enum Promise: String, CaseIterable, Sendable {
    case answeredIsDurable = "what was answered as done is in the log"
    case pageEnds = "every page ends, and says truly how"
    case nothingSentAfterStop = "S13: no send begins after the acknowledgement"
    case onlyTargetsPaged = "only who is on call, named, asked or last resort is paged"
    case somebodyIsPaged = "S1: nobody sleeps through it"
    case liveness = "once everything works again, everything owed is done"
    case stepsOnTime = "S3: steps come when their wait is over, and not before"
    case stepsInOrder = "S11: steps follow the policy"
    case personalRules = "S12: a person's rules"
    case quietHours = "S10: quiet hours hold back what can wait, and nothing else"
    case reports = "S12: what a provider reports later counts, once, and weakens nothing"
    case shiftChanges = "S12: the incoming person is paged too"
    case agreements = "S9: nobody is put on call by an agreement they did not make"
    case ownership = "S13: who owns it, and for how long"
    case snooze = "S14: a snooze ends when it was to, and with it the rest"
    case grouping = "S6: alerts join an incident"
    case refiring = "S15: resolve and refire"
    case silences = "S16: a silence holds back what it fits, as long as it runs, and loses nothing"
    case runbooks = "an incident has few runbooks, and each once, and those its service names"
    case bundles = "S17: in a storm everything is told, together, the worst first, and no phone rings twice at once"
    case door = "S2: nothing is dropped at the door"
    case rollbackOnce = "S19: a change leaves once, after it was recorded, and one at a time for a service"
    case rollbackApproved = "S19: nothing is changed without a yes of those who may give it"
    case rollbackAsPlanned = "S19: a plan executes only on what it was made for"
    case rollbackVerified = "S19: no data is never healthy"
    case rollbackEnds = "S19: every rollback ends, and says truly how"
    case rollbackCalls = "S19: what did not end well calls people"
    case servingSeen = "S19: what serves, and what is good, is recorded as it was seen"
    case repeatsMarked = "a page that may arrive twice says so"
    case noHoles = "the log has no holes"
    case replayAgrees = "a replay ends in the same state"
    case oneAtATime = "one batch at a time, one reply for each ticket"
    case slots = "no more attempts at once than slots"
    case noBusyLoop = "time that has been told is never due again"
    case alarms = "alarms are true"
}

/// A promise was not kept.
package struct Broken: Error, CustomStringConvertible {
    package let promise: Promise
    package let what: String
    package var seed: UInt64?
    package var at = Moment.zero
    package var trace: [String] = []

    init(_ promise: Promise, _ what: String) {
        self.promise = promise
        self.what = what
    }

    package var description: String {
        let story = trace.suffix(Self.linesShown).joined(separator: "\n")
        let left = trace.count > Self.linesShown ? "… \(trace.count - Self.linesShown) lines before\n" : ""
        let origin = seed.map { "seed \($0), " } ?? ""
        return "\(left)\(story)\n\(origin)at \(at): broken: \(promise.rawValue): \(what)"
    }

    private static let linesShown = 400
}

/// Throws unless it holds.
func demand(_ promise: Promise, _ isKept: Bool, _ what: @autoclosure () -> String) throws {
    guard isKept else { throw Broken(promise, what()) }
}
