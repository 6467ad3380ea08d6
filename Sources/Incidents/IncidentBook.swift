import DequeModule
import HeapModule
import OnCall
import Timekeeping

/// All that decisions rest on: the live incidents, the overrides and what is owed. Changed by `evolve` alone.
///
/// An incident is *live* while it can still affect a decision: open, owing a page, or resolved less than
/// `memory` ago. Memory and the cost of a decision follow the live incidents, not the history; but every override
/// ever made is kept, since who was on call in the past is a question people ask.
public struct IncidentBook: Sendable {
    public internal(set) var incidents: [Incident.ID: Incident] = [:]
    /// The latest live incident of each group.
    var groups: [GroupKey: Incident.ID] = [:]
    /// The live incident each alert was last seen in.
    var places: [AlertKey: Incident.ID] = [:]
    /// Overrides, time off that people entered, and holidays that were read. What is over stays: the past is asked
    /// about too.
    public internal(set) var amendments = Amendments.none
    var lastOverride = 0
    var lastTimeOff = 0
    /// By calendar of holidays, the digest of what was read last.
    public internal(set) var holidayDigests: [String: String] = [:]
    /// Requests for cover that were neither accepted, withdrawn nor refused by all; some may be over.
    public internal(set) var coverRequests: [Int: CoverRequest] = [:]
    var lastCoverRequest = 0
    /// When requests of the last day were made, by the person to be covered, whatever became of them.
    var coverRequestsMade: [UserID: [Instant]] = [:]
    /// What people were told of the handoffs of the last day and the next.
    public internal(set) var toldHandoffs: [ScheduleID: [Instant: ToldHandoff]] = [:]
    /// The day of the last digest of each person.
    public internal(set) var toldDigests: [UserID: CivilDate] = [:]
    /// Calendar feeds that are answered.
    public internal(set) var calendars: [Int: CalendarScope] = [:]
    var lastCalendar = 0
    /// Silences that have not ended; some begin later.
    public internal(set) var silences: [Int: Silence] = [:]
    var lastSilence = 0
    /// What silences hold back, and for a day what was resolved meanwhile.
    public internal(set) var suppressed: [AlertKey: SuppressedAlert] = [:]
    /// How many of these fire.
    public internal(set) var suppressedCount = 0
    /// The highest incident number given out.
    public internal(set) var lastNumber = 0
    public internal(set) var incarnation = 0
    /// By how much the wall clock has stepped since the log began (S3).
    public internal(set) var clockOffset = Duration.zero
    var answered = AnsweredRequests()
    /// The version of the directory recorded last.
    public internal(set) var directoryVersion = 0
    public internal(set) var directoryDigest = ""
    /// The place in the log, and the time, of the record that put it in force.
    public internal(set) var directoryRecord: (sequence: Int64, at: Instant) = (0, .distantPast)
    /// Keyed digests of the addresses people have proved to be theirs.
    public internal(set) var verifiedContacts: [UserID: [ContactMethod: String]] = [:]

    /// What each service's serving layer serves.
    public internal(set) var serving: [ServiceID: ServingRecord] = [:]
    /// The rollback under way for a service: one at a time.
    public internal(set) var rollbacksInFlight: [ServiceID: RollbackID] = [:]
    /// Rollbacks that ended without a verdict, until a later one of the service goes well.
    var frozenRollbacks: [ServiceID: RollbackID] = [:]
    /// Incidents that wait to be rolled back by themselves.
    var armedRollbacks: Set<Incident.ID> = []
    /// Open incidents of a service, and when one was last opened, triggered or resolved.
    var trouble: [ServiceID: Trouble] = [:]
    /// Whether an incident of the service is open.
    public func isInTrouble(_ service: ServiceID) -> Bool { (trouble[service]?.open ?? 0) > 0 }

    // What is due and what is owed, as heaps with lazy deletion: an entry that no longer agrees with its incident is
    // dropped when it surfaces.
    var deadlines = Heap<Due<SteadyInstant>>()
    var shiftChanges = Heap<Due<Instant>>()
    var owed: [ContactMethod: Heap<Owed>] = [:]
    /// What each recipient was sent lately, where messages are spaced out (S17).
    var spells: [Recipient: Spell] = [:]

    /// How long a resolved incident is remembered: late duplicates are recognised and a new incident is linked.
    public static let memory = Duration.hours(24)
    /// How long a person's resolution is held against a sender that repeats (S15).
    static let hold = Duration.minutes(15)

    public init() {}

    public var overrides: [Override] { amendments.overrides }
    public var timeOff: [TimeOff] { amendments.timeOff }

    public func steady(_ wall: Instant) -> SteadyInstant {
        SteadyInstant(milliseconds: wall.milliseconds - clockOffset.milliseconds)
    }

    public func wall(_ steady: SteadyInstant) -> Instant {
        Instant(milliseconds: steady.milliseconds + clockOffset.milliseconds)
    }

    public func page(_ id: PageID) -> Page? {
        guard let incident = incidents[id.incident], id.ordinal >= 1, id.ordinal <= incident.pages.count else {
            return nil
        }
        return incident.pages[id.ordinal - 1]
    }

    /// Pages that have not ended.
    public var openPageCount: Int {
        incidents.values.reduce(0) { $0 + $1.pages.count(where: \.isOpen) }
    }

    /// How that request was answered, if it was carried out within the last day.
    public func reply(to request: RequestID) -> Reply? { answered.replies[request] }

    public var openIncidents: [Incident] {
        incidents.values.filter(\.isOpen).sorted { $0.id < $1.id }
    }
}

/// How a service fared lately, for whether what it serves is good (S19).
struct Trouble: Hashable, Sendable {
    var open = 0
    var latest: SteadyInstant
}

struct Due<Clock: Comparable & Sendable>: Comparable, Sendable {
    let at: Clock
    let incident: Incident.ID

    static func < (a: Self, b: Self) -> Bool { (a.at, a.incident) < (b.at, b.incident) }
}

struct Owed: Comparable, Sendable {
    let notBefore: SteadyInstant
    let page: PageID

    static func < (a: Self, b: Self) -> Bool { (a.notBefore, a.page) < (b.notBefore, b.page) }
}

/// Requests already carried out, so that a client's retry is answered and not repeated. Bounded in number and age.
struct AnsweredRequests: Hashable, Sendable {
    private(set) var replies: [RequestID: Reply] = [:]
    private var order: Deque<(RequestID, SteadyInstant)> = []

    static let capacity = 10_000

    mutating func remember(_ request: RequestID, _ reply: Reply, at: SteadyInstant) {
        if replies.updateValue(reply, forKey: request) == nil { order.append((request, at)) }
        while let (oldest, then) = order.first,
            order.count > Self.capacity || at - then > IncidentBook.memory
        {
            replies[oldest] = nil
            order.removeFirst()
        }
    }

    static func == (a: Self, b: Self) -> Bool { a.replies == b.replies }
    func hash(into hasher: inout Hasher) { hasher.combine(replies.count) }
}

extension IncidentBook {
    /// Whether two books hold the same truth; the heaps are left out, being derived.
    public func agrees(with other: IncidentBook) -> Bool {
        incidents == other.incidents && groups == other.groups && places == other.places
            && agreesOnArrangements(with: other) && agreesOnSilences(with: other) && lastNumber == other.lastNumber
            && incarnation == other.incarnation
            && clockOffset == other.clockOffset && answered == other.answered
            && directoryVersion == other.directoryVersion && verifiedContacts == other.verifiedContacts
            && serving == other.serving && rollbacksInFlight == other.rollbacksInFlight
    }

    /// Files the incident's deadlines anew after a change.
    mutating func file(_ incident: Incident) {
        fileDeadline(incident)
        fileShiftChange(incident)
    }

    mutating func fileDeadline(_ incident: Incident) {
        if let at = incident.nextDeadline { deadlines.insert(Due(at: at, incident: incident.id)) }
        guard deadlines.count > Self.staleLimit(incidents.count) else { return }
        deadlines = Heap(
            incidents.values.compactMap { one in one.nextDeadline.map { Due(at: $0, incident: one.id) } })
    }

    mutating func fileShiftChange(_ incident: Incident) {
        if let at = incident.nextShiftChange { shiftChanges.insert(Due(at: at, incident: incident.id)) }
        guard shiftChanges.count > Self.staleLimit(incidents.count) else { return }
        shiftChanges = Heap(
            incidents.values.compactMap { one in one.nextShiftChange.map { Due(at: $0, incident: one.id) } })
    }

    /// A heap larger than this holds mostly entries that are no longer true, and is made anew.
    private static func staleLimit(_ live: Int) -> Int { 8 * live + 64 }

    /// The next moment, by the wall clock, at which a decision falls due.
    public mutating func nextDeadline() -> Instant? {
        while let top = deadlines.min, incidents[top.incident]?.nextDeadline != top.at { deadlines.removeMin() }
        while let top = shiftChanges.min, incidents[top.incident]?.nextShiftChange != top.at {
            shiftChanges.removeMin()
        }
        return [deadlines.min.map { wall($0.at) }, shiftChanges.min?.at].compactMap { $0 }.min()
    }

    /// Takes the incident whose deadline is the earliest not after `now`.
    mutating func takeDue(now: Instant) -> Incident.ID? {
        guard let next = nextDeadline(), next <= now else { return nil }
        if let top = deadlines.min, wall(top.at) <= now { return deadlines.removeMin().incident }
        return shiftChanges.removeMin().incident
    }

    /// The page of this method that has waited longest for an attempt, if one may begin now.
    public mutating func nextOwed(_ method: ContactMethod, now: Instant) -> Page? {
        guard let top = peekOwed(method), top.notBefore <= steady(now) else { return nil }
        return page(top.page)
    }

    /// When the next attempt by this method may begin, by the wall clock.
    public mutating func nextOwedAt(_ method: ContactMethod) -> Instant? {
        peekOwed(method).map { wall($0.notBefore) }
    }

    private mutating func peekOwed(_ method: ContactMethod) -> Owed? {
        while let top = owed[method]?.min {
            if let page = page(top.page), case .owed(let notBefore) = page.status, notBefore == top.notBefore,
                incidents[top.page.incident]?.isStopped(page) == false
            {
                return top
            }
            owed[method]?.removeMin()
        }
        return nil
    }
}

extension IncidentBook {
    /// A page that is owed no more. Only a planted bug asks for one.
    func stoppedPage(_ method: ContactMethod, now: Instant) -> Page? {
        incidents.values.flatMap { incident in incident.pages.filter(incident.isStopped) }
            .filter { page in
                guard case .owed(let notBefore) = page.status else { return false }
                return page.method == method && notBefore <= steady(now)
            }
            .min { $0.id < $1.id }
    }

    /// Never gives out these numbers again.
    public mutating func reserveNumbers(through number: Int) { lastNumber = max(lastNumber, number) }
}
