import Incidents
import OnCall
import Timekeeping

/// The pages of one incident that may have reached somebody, read off its events in order.
///
/// A page counts from the beginning of its first attempt that did not fail: one that was cancelled before, or failed
/// every time, woke nobody. One whose outcome is in doubt, or not known yet, counts.
struct PageTally {
    private struct Sending {
        let user: UserID
        let method: ContactMethod
        /// Attempts that have not failed, by number.
        var attempts: [Int: Instant] = [:]
    }

    private var sendings: [PageID: Sending] = [:]

    mutating func note(_ event: Event) {
        switch event.payload {
        case .pageRequested(let e): sendings[e.page] = Sending(user: e.user, method: e.method)
        case .attemptBegun(let e): sendings[e.attempt.page]?.attempts[e.attempt.number] = event.at
        case .attemptEnded(let e):
            switch e.outcome.result {
            case .sent, .delivered, .inDoubt: break
            case .failedForNow, .failedForGood, .notSent: sendings[e.attempt.page]?.attempts[e.attempt.number] = nil
            }
        case .attemptReported(let e):
            if e.outcome.result == .failedForGood { sendings[e.attempt.page]?.attempts[e.attempt.number] = nil }
        default: break
        }
    }

    /// In order of their numbers.
    var pages: [DutyLoad.Page] {
        sendings.sorted { $0.key < $1.key }.compactMap { id, sending in
            guard let at = sending.attempts.values.min() else { return nil }
            return DutyLoad.Page(user: sending.user, incident: id.incident, at: at, rings: sending.method.rings)
        }
    }
}

extension ContactMethod {
    /// Whether it asks for attention by itself.
    fileprivate var rings: Bool {
        switch self {
        case .webhook, .push, .chat, .sms, .call: true
        case .inbox, .mail: false
        }
    }
}
