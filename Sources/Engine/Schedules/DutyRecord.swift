import OnCall
import Timekeeping

/// A chart for programs. Instants are RFC 3339 in UTC, `*_local` on the clocks of the chart's zone; lengths are minutes.
public struct DutyRecord: Encodable, Hashable, Sendable {
    public let schedule: String
    /// Of the plan.
    public let planZone: String
    /// Of the days and of `*_local`.
    public let zone: String
    public let from: String
    public let until: String
    public let bars: [Bar]
    public let holes: [Hole]
    public let people: [Person]
    /// In sentences.
    public let clockChanges: [String]

    public struct Bar: Encodable, Hashable, Sendable {
        public let user, from, until, fromLocal, untilLocal, why: String
        /// The number of the override that put them there.
        public let override: Int?
        /// 0 for whoever answers first.
        public let track: Int
    }

    public struct Hole: Encodable, Hashable, Sendable {
        public let from, until, fromLocal, untilLocal, why: String
    }

    public struct Person: Encodable, Hashable, Sendable {
        public let user, name, initials, zone: String
        public let minutesOnCall, minutesInTheirNight: Int
    }

    public init(_ chart: DutyChart) {
        let clock = chart.days.clock
        schedule = chart.schedule.id.rawValue
        planZone = chart.schedule.zone.rawValue
        zone = clock.zone.id.rawValue
        from = chart.days.from.rfc3339
        until = chart.days.until.rfc3339
        bars = chart.bars.map { bar in
            var number: Int?
            if case .override(let id) = bar.cause { number = id }
            return Bar(
                user: chart.people[bar.person].user.rawValue, from: bar.from.rfc3339, until: bar.until.rfc3339,
                fromLocal: clock.rfc3339(bar.from), untilLocal: clock.rfc3339(bar.until),
                why: bar.reason.explanation, override: number, track: bar.track)
        }
        holes = chart.holes.map {
            Hole(
                from: $0.from.rfc3339, until: $0.until.rfc3339, fromLocal: clock.rfc3339($0.from),
                untilLocal: clock.rfc3339($0.until), why: $0.reason.explanation)
        }
        people = chart.people.indices.map { index in
            let (person, load) = (chart.people[index], chart.load(of: index))
            return Person(
                user: person.user.rawValue, name: person.name, initials: person.initials,
                zone: person.clock.zone.id.rawValue, minutesOnCall: Int(load.whole.components.seconds / 60),
                minutesInTheirNight: Int(load.night.components.seconds / 60))
        }
        clockChanges = chart.clockChanges
    }
}
