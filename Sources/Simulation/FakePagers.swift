import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What really left and really arrived, which no log can know.
struct Ledger {
    struct Entry {
        let transmission: Transmission
        /// The process that sent it.
        let process: Int
        let began: Moment
        var arrived: Moment?
        /// It will still arrive, unless the process dies first.
        var isOnItsWay = false
    }

    private(set) var entries: [Entry] = []
    /// By which attempts each page has arrived.
    private(set) var arrivals: [PageID: [Int]] = [:]
    private var isMarked: [AttemptID: Bool] = [:]

    mutating func began(_ transmission: Transmission, process: Int, at now: Moment) -> Int {
        entries.append(Entry(transmission: transmission, process: process, began: now))
        return entries.count - 1
    }

    subscript(_ index: Int) -> Entry { entries[index] }

    mutating func expect(_ index: Int) { entries[index].isOnItsWay = true }

    /// The process died: what was under way stays where it is.
    mutating func cut(_ index: Int) { entries[index].isOnItsWay = false }

    /// A page reached somebody. Of two that arrive, the later attempt must have said that it may be a repeat.
    mutating func arrived(_ index: Int, at now: Moment) throws {
        let message = entries[index].transmission
        entries[index].isOnItsWay = false
        entries[index].arrived = now
        try arrived(message.attempt, isRepeat: message.isRepeat, message.user.id)
        for other in message.others { try arrived(other.attempt, isRepeat: other.isRepeat, message.user.id) }
    }

    private mutating func arrived(_ attempt: AttemptID, isRepeat: Bool, _ user: UserID) throws {
        let page = attempt.page
        let earlier = arrivals[page] ?? []
        arrivals[page, default: []].append(attempt.number)
        isMarked[attempt] = isRepeat
        let later = AttemptID(page: page, number: max(attempt.number, earlier.max() ?? 0))
        try demand(
            .repeatsMarked,
            earlier.isEmpty || (!earlier.contains(attempt.number) && isMarked[later] == true),
            "page \(page) reaches \(user) again as attempt \(attempt.number) and does not say so")
    }

    /// The transfers that the death of a process cuts.
    func underWay(of process: Int) -> [Int] {
        entries.indices.filter { entries[$0].process == process && entries[$0].isOnItsWay }
    }
}

/// What a provider says of an attempt after it has taken it over.
struct ProviderReport: Equatable {
    let after: Duration
    let isDelivered: Bool
}

/// How a pager treats one attempt.
enum PagerFate: Equatable {
    case delivers(after: Duration)
    case sends(after: Duration)
    case failsForNow(after: Duration, retryAfter: Duration?)
    case failsForGood(after: Duration)
    /// It arrives, and no report ever comes.
    case neverReports(after: Duration)
    case reportsLate(arrives: Duration, reports: Duration)
    case drops(after: Duration, arrives: Bool)
    /// Accepts it, and says later what became of it: each report, so long after the answer.
    case reportsLater(after: Duration, arrives: Bool, [ProviderReport])
}
