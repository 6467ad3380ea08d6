import OnCall
import Timekeeping

/// What people arrange about being on call, apart from any incident: overrides, time off, cover, calendars.
extension IncidentBook {
    /// How long a told handoff is remembered after its instant: the wall clock may be set back a little. The log keeps
    /// them all, and nothing asks for older ones.
    static let handoffMemory = Duration.days(1)

    /// How long it counts that somebody asked for cover.
    static let coverMemory = Duration.days(1)

    mutating func evolveArrangements(_ event: Event, _ now: SteadyInstant) {
        var reply = Reply.done(incidents: [])
        amendments.follow(event.payload)
        switch event.payload {
        case .overrideAdded(let e):
            lastOverride = max(lastOverride, e.override.id)
            reply = .overrideAdded(id: e.override.id)
        case .overrideRemoved, .timeOffRemoved: break
        case .timeOffAdded(let e):
            if case .entered(let id) = e.timeOff.source {
                lastTimeOff = max(lastTimeOff, id)
                reply = .timeOffAdded(id: id)
            }
        case .holidaysRead(let e): holidayDigests[e.calendar] = e.digest
        case .coverRequested(let e):
            coverRequests = coverRequests.filter { !$0.value.isOver(at: event.at) }
            coverRequests[e.request.id] = e.request
            let oldest = event.at - Self.coverMemory
            coverRequestsMade = coverRequestsMade.mapValues { $0.filter { $0 > oldest } }.filter { !$0.value.isEmpty }
            coverRequestsMade[e.request.user, default: []].append(event.at)
            lastCoverRequest = max(lastCoverRequest, e.request.id)
            reply = .coverRequested(id: e.request.id)
        case .coverAnswered(let e):
            if e.accepted { coverRequests[e.id] = nil } else { decline(e.id, e.by) }
        case .coverWithdrawn(let e): coverRequests[e.id] = nil
        case .handoffTold(let e):
            let oldest = event.at - Self.handoffMemory
            toldHandoffs = toldHandoffs.mapValues { $0.filter { $0.key >= oldest } }.filter { !$0.value.isEmpty }
            toldHandoffs[e.schedule, default: [:]][e.at, default: ToldHandoff()].tell(
                incoming: e.incoming, outgoing: e.outgoing)
        case .digestTold(let e): toldDigests[e.user] = max(toldDigests[e.user] ?? e.day, e.day)
        case .calendarIssued(let e):
            calendars[e.id] = e.scope
            lastCalendar = max(lastCalendar, e.id)
            reply = .calendarIssued(id: e.id)
        case .calendarRevoked(let e): calendars[e.id] = nil
        default: return
        }
        if let request = event.request { answered.remember(request, reply, at: now) }
    }

    /// A request is closed when everybody who was asked by name has said no.
    private mutating func decline(_ id: Int, _ user: UserID) {
        guard var request = coverRequests[id] else { return }
        if !request.declined.contains(user) { request.declined.append(user) }
        let isRefusedByAll = !request.asked.isEmpty && request.asked.allSatisfy(request.declined.contains)
        coverRequests[id] = isRefusedByAll ? nil : request
    }

    /// Requests that somebody can still answer, in order of their numbers.
    public func openCoverRequests(at now: Instant) -> [CoverRequest] {
        coverRequests.values.filter { !$0.isOver(at: now) }.sorted { $0.id < $1.id }
    }

    /// How many requests of that person were made within the day before `now`, open or not.
    func coverRequestsMade(for user: UserID, until now: Instant) -> Int {
        coverRequestsMade[user]?.count { $0 > now - Self.coverMemory } ?? 0
    }

    /// Time off of that number, if a person entered it and nobody took it back.
    public func timeOff(entered id: Int) -> TimeOff? { timeOff.first { $0.source == .entered(id: id) } }

    package func agreesOnArrangements(with other: IncidentBook) -> Bool {
        amendments == other.amendments && holidayDigests == other.holidayDigests
            && coverRequests == other.coverRequests && coverRequestsMade == other.coverRequestsMade
            && toldHandoffs == other.toldHandoffs && toldDigests == other.toldDigests
            && calendars == other.calendars && lastOverride == other.lastOverride && lastTimeOff == other.lastTimeOff
            && lastCoverRequest == other.lastCoverRequest && lastCalendar == other.lastCalendar
    }
}

extension Amendments {
    /// Takes up what was recorded. Other events change nothing.
    package mutating func follow(_ payload: EventPayload) {
        switch payload {
        case .overrideAdded(let e): overrides.append(e.override)
        case .overrideRemoved(let e): overrides.removeAll { $0.id == e.id }
        case .timeOffAdded(let e): add(e.timeOff)
        case .timeOffRemoved(let e): timeOff.removeAll { $0.source == .entered(id: e.id) }
        case .holidaysRead(let e):
            timeOff = timeOff.filter { $0.source.calendar != e.calendar } + e.timeOff
        default: break
        }
    }
}

extension TimeOff.Source {
    /// The calendar of holidays it comes from, if it does.
    public var calendar: String? {
        if case .holiday(let calendar, _) = self { calendar } else { nil }
    }
}
