import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What being on call cost each person, from the log: shifts as they were known when they were held, pages as they were
/// sent.
public struct LoadReport: Sendable {
    public let load: DutyLoad
    /// On whose clocks the report is written; the nights are each person's own.
    public let zone: ZoneRules
    public let names: [UserID: String]
    public let zones: [UserID: ZoneRules]
    /// When the log begins, if that is after the report does: shifts before it go by the oldest configuration.
    public let logBegins: Instant?

    /// A report reads every incident of its span, so a span has an end.
    public static let longestDays: Int64 = 400
    /// What is reported when nobody says: four weeks, so that every weekday counts the same.
    public static let standardDays: Int64 = 28

    /// Adds up `[from, until)`, reading one incident at a time.
    /// - Parameter progress: told the number of incidents read so far.
    /// - Throws: `PastRosterError`, or what the store throws.
    public init(
        from: Instant, until: Instant, zone: ZoneRules, past: PastRosters, store: any RecordStore,
        progress: (Int) -> Void = { _ in }
    ) throws {
        // What ends a rest may lie beyond the end.
        let horizon = until + LoadFinding.restNeeded
        var shifts = ShiftBook()
        var (names, zones): ([UserID: String], [UserID: ZoneRules]) = ([:], [:])
        let stretches = try past.stretches(from: from, until: horizon, in: store)
        for stretch in stretches {
            shifts.add(stretch)
            for user in stretch.known.directory.users.values {
                names[user.id] = user.name
                zones[user.id] = stretch.known.directory.zone(of: user.id)
            }
        }
        let pages = try Self.pages(from: from, until: horizon, store, progress)
        load = DutyLoad(from: from, until: until, shifts: shifts.shifts, pages: pages) { zones[$0] ?? .utc }
        self.zone = zone
        self.names = names
        self.zones = zones
        logBegins = stretches.first?.known.logBegins
    }

    public func name(_ user: UserID) -> String { names[user] ?? user.rawValue }

    private static func pages(
        from: Instant, until: Instant, _ store: any RecordStore, _ progress: (Int) -> Void
    ) throws -> [DutyLoad.Page] {
        var found: [DutyLoad.Page] = []
        var query = IncidentQuery(limit: 200)
        var read = 0
        while case let summaries = try store.summaries(query), let last = summaries.last {
            for summary in summaries where summary.openedAt < until && (summary.resolvedAt ?? until) >= from {
                var tally = PageTally()
                for record in try store.records(stream: Event.Stream.incident(summary.incident).description) {
                    guard let kind = EventKind(rawValue: record.kind), Self.kinds.contains(kind) else { continue }
                    tally.note(try EventCodec.decode(record))
                }
                found += tally.pages.filter { from <= $0.at && $0.at < until }
                read += 1
                progress(read)
            }
            query.before = last.incident
        }
        return found
    }

    private static let kinds: Set<EventKind> = [.pageRequested, .attemptBegun, .attemptEnded, .attemptReported]
}

/// Who held which shift: the stretches of one person in one schedule, joined where one goes on as the other ends.
private struct ShiftBook {
    private struct Key: Hashable {
        let schedule: ScheduleID
        let user: UserID
    }

    private var open: [Key: DutyLoad.Shift] = [:]
    private var closed: [DutyLoad.Shift] = []

    /// Stretches come in order of time.
    mutating func add(_ stretch: PastRosters.Stretch) {
        let roster = stretch.known.directory.roster
        for schedule in stretch.known.schedules {
            let shifts = roster.shifts(
                schedule, from: stretch.from, until: stretch.until, amendments: stretch.known.amendments)
            for shift in shifts { for user in Set(shift.duties.map(\.user)) { add(shift, of: user, schedule) } }
        }
    }

    private mutating func add(_ shift: Shift, of user: UserID, _ schedule: ScheduleID) {
        let key = Key(schedule: schedule, user: user)
        var from = shift.from
        if let last = open[key] {
            if last.until == shift.from { from = last.from } else { closed.append(last) }
        }
        open[key] = DutyLoad.Shift(user: user, schedule: schedule, from: from, until: shift.until)
    }

    var shifts: [DutyLoad.Shift] {
        (closed + open.values).sorted {
            ($0.from, $0.schedule, $0.user, $0.until) < ($1.from, $1.schedule, $1.user, $1.until)
        }
    }
}

extension Engine {
    /// - Throws: `PastRosterError`, or what the store throws when the log cannot be read.
    public func loadReport(
        from: Instant, until: Instant, zone: ZoneRules, _ past: PastRosters
    ) async throws -> LoadReport {
        try await reading { try LoadReport(from: from, until: until, zone: zone, past: past, store: $0) }
    }
}
