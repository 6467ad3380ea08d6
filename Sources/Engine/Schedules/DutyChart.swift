import Incidents
import OnCall
import Timekeeping

/// One schedule over some days, ready to be drawn: who is on call and why, where nobody is, and everybody's nights.
///
/// Pure: what is drawn is what `Roster.shifts` answers, so a picture cannot disagree with a page.
public struct DutyChart: Sendable {
    public let schedule: Schedule
    public let days: DutyDays
    /// Nil where the picture is of no particular moment.
    public let now: Instant?
    /// Whoever is on call in these days or in the rotation, in the rotation's order.
    public let people: [Person]
    /// Sorted by beginning, then track.
    public let bars: [Bar]
    public let holes: [Hole]
    /// Those that touch these days, by beginning.
    public let overrides: [Override]

    /// Somebody on call without a break and for one cause, as far as the days reach.
    public struct Bar: Hashable, Sendable {
        /// Into `people`.
        public let person: Int
        public let from: Instant
        public var until: Instant
        /// As it was at the beginning.
        public let reason: OnCallReason
        /// 0 for whoever answers first, 1 for the next beside them.
        public let track: Int

        public var cause: Cause { Cause(reason) }
    }

    /// What a bar is there for, as far as it is drawn differently.
    public enum Cause: Hashable, Sendable {
        case plan
        case override(Int)
        case timeOffCover(of: UserID)

        init(_ reason: OnCallReason) {
            switch reason {
            case .rotation, .behind: self = .plan
            case .override(let id, _, _): self = .override(id)
            case .timeOffCover(let absent, _): self = .timeOffCover(of: absent)
            }
        }
    }

    public struct Hole: Hashable, Sendable {
        public let from: Instant
        public var until: Instant
        public let reason: HoleReason
    }

    /// A stretch `[from, until)`.
    public struct Stretch: Hashable, Sendable {
        public let from: Instant
        public let until: Instant

        public init(from: Instant, until: Instant) {
            self.from = from
            self.until = until
        }
    }

    public struct Person: Sendable {
        public let user: UserID
        /// Without control characters.
        public let name: String
        /// One to four letters that nobody else in the picture has.
        public let initials: String
        /// 0..<`DutyColours.count`.
        public let colour: Int
        public let clock: LocalTime
        /// Clipped to the days, as are absences.
        public let nights: [Stretch]
        public let absences: [Stretch]
        /// Of their own clocks.
        public let changes: [ClockChange]
    }

    /// From 22:00 to 07:00 on a person's own clock.
    public static let nightBegins = CivilTime(secondsFromMidnight: 22 * 3600)
    public static let nightEnds = CivilTime(secondsFromMidnight: 7 * 3600)
    /// A rotation with more people than this shows only those who are on call.
    static let mostOnlookers = 12

    /// Nil when there is no such schedule.
    /// - Parameter amendments: may hold those of other schedules.
    public init?(
        _ id: ScheduleID, directory: Directory, amendments: Amendments, days: DutyDays, now: Instant? = nil
    ) {
        guard let schedule = directory.roster.schedules[id] else { return nil }
        let (from, until) = (days.from, days.until)
        let shifts = directory.roster.shifts(id, from: from, until: until, amendments: amendments)

        let rotation = directory.roster.members(of: id)
        let present = directory.roster.members(of: id, from: days.days.first?.date, until: days.days.last?.date)
        var shown = present.count <= Self.mostOnlookers ? present : []
        for user in shifts.flatMap(\.duties).map(\.user) where !shown.contains(user) { shown.append(user) }
        shown = shown.enumerated().sorted {
            (rotation.firstIndex(of: $0.element) ?? .max, $0.offset)
                < (rotation.firstIndex(of: $1.element) ?? .max, $1.offset)
        }.map(\.element)

        let names = shown.map { PlainText.printable(directory.users[$0]?.name ?? $0.rawValue) }
        let initials = Initials.tellingApart(names)
        let colours = DutyColours.choose(rotation: rotation, others: shown)
        let absences = schedule.timeOff + amendments.timeOff
        people = shown.indices.map { index in
            let user = shown[index]
            let zone = (directory.users[user]?.zone).flatMap { directory.roster.zones[$0] } ?? .utc
            return Person(
                user: user, name: names[index], initials: initials[index], colour: colours[user] ?? 0,
                clock: LocalTime(zone: zone), nights: Self.nights(zone, from: from, until: until),
                absences: absences.compactMap { absence in
                    absence.user == user ? Stretch(absence.from, absence.until, within: from, until) : nil
                }.sorted { $0.from < $1.from },
                changes: zone.changes(from: from, until: until))
        }
        self.schedule = schedule
        self.days = days
        self.now = now
        (bars, holes) = Self.read(shifts, people: shown)
        overrides = amendments.overrides.filter { $0.schedule == id && $0.from < until && $0.until > from }
            .sorted { ($0.from, $0.id) < ($1.from, $1.id) }
    }

    init(
        schedule: Schedule, days: DutyDays, now: Instant?, people: [Person], bars: [Bar], holes: [Hole],
        overrides: [Override]
    ) {
        self.schedule = schedule
        self.days = days
        self.now = now
        self.people = people
        self.bars = bars
        self.holes = holes
        self.overrides = overrides
    }

    private static func read(_ shifts: [Shift], people: [UserID]) -> ([Bar], [Hole]) {
        var bars: [Bar] = []
        var holes: [Hole] = []
        var latest: [Int: Int] = [:]
        for shift in shifts {
            if let reason = shift.hole {
                if let last = holes.last, last.until == shift.from, last.reason == reason {
                    holes[holes.count - 1].until = shift.until
                } else {
                    holes.append(Hole(from: shift.from, until: shift.until, reason: reason))
                }
            }
            for (track, duty) in shift.duties.enumerated() {
                guard let person = people.firstIndex(of: duty.user) else { continue }
                if let last = latest[track], bars[last].until == shift.from, bars[last].person == person,
                    bars[last].cause == Cause(duty.reason)
                {
                    bars[last].until = shift.until
                } else {
                    latest[track] = bars.count
                    bars.append(
                        Bar(person: person, from: shift.from, until: shift.until, reason: duty.reason, track: track))
                }
            }
        }
        return (bars, holes)
    }

    static func nights(_ zone: ZoneRules, from: Instant, until: Instant) -> [Stretch] {
        guard from < until else { return [] }
        let first = zone.civil(at: from).date.daysSinceEpoch - 1
        return (first...zone.civil(at: until).date.daysSinceEpoch).compactMap { day in
            let date = CivilDate(daysSinceEpoch: day)
            return Stretch(
                zone.firstInstant(of: CivilDateTime(date: date, time: nightBegins)),
                zone.lastInstant(of: CivilDateTime(date: date.adding(days: 1), time: nightEnds)),
                within: from, until)
        }
    }

    // MARK: Of one person

    /// How long somebody is on call in these days, and how much of that in their own nights.
    public func load(of person: Int) -> (whole: Duration, night: Duration) {
        var (whole, night) = (Duration.zero, Duration.zero)
        for bar in bars where bar.person == person {
            whole += bar.until - bar.from
            for dark in people[person].nights {
                let (from, until) = (max(bar.from, dark.from), min(bar.until, dark.until))
                if from < until { night += until - from }
            }
        }
        return (whole, night)
    }

    /// How many people are on call at once, at most; 1 where nobody ever is.
    public var tracks: Int { (bars.map(\.track).max() ?? 0) + 1 }

    /// "Chi Tanaka, Mon 23 Nov 08:00 to 16:00 in Berlin (16:00 to 24:00 in Tokyo), has turn 1 of layer apac".
    public func sentence(_ bar: Bar) -> String {
        let person = people[bar.person]
        var text = "\(person.name), \(DutyWords.span(bar.from, bar.until, days.clock))"
        if person.clock.zone.id != days.clock.zone.id {
            text +=
                " \(days.clock.place) time (\(DutyWords.span(bar.from, bar.until, person.clock)) in \(person.clock.place))"
        }
        return "\(text), \(PlainText.printable(bar.reason.explanation))"
    }

    /// What clocks do in these days, of everybody concerned, once a zone.
    public var clockChanges: [String] {
        var told: [ZoneID] = []
        var lines: [String] = []
        for (clock, changes) in [(days.clock, days.changes)] + people.map({ ($0.clock, $0.changes) })
        where !told.contains(clock.zone.id) {
            told.append(clock.zone.id)
            lines += changes.map { $0.sentence(clock) }
        }
        return lines
    }
}

extension DutyChart.Stretch {
    /// Nil when nothing of it lies within.
    init?(_ from: Instant, _ until: Instant, within first: Instant, _ last: Instant) {
        guard max(from, first) < min(until, last) else { return nil }
        self.init(from: max(from, first), until: min(until, last))
    }
}
