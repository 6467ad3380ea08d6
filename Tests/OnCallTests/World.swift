import OnCall
import Timekeeping

/// A configuration made up from a seed: a primary of several layers, a secondary behind it, people away, overrides.
struct World {
    let seed: UInt64
    let zone: ZoneRules
    /// In which some layers live; nil when all have the schedule's zone.
    let elsewhere: ZoneRules?
    /// The first local day of its eras, and how many days it is about.
    let firstDay: CivilDate
    let days: Int
    let places: Int
    let layers: [Layer]
    let timeOff: [TimeOff]
    let overrides: [Override]

    static let primary: ScheduleID = "primary"
    static let second: ScheduleID = "second"

    /// A lean one has at most two layers, and none that adds people.
    init(
        seed: UInt64, zone: ZoneRules, elsewhere: ZoneRules? = nil, firstDay: CivilDate, days: Int,
        isLean: Bool = false
    ) {
        var dice = Dice(seed: seed)
        self.seed = seed
        self.zone = zone
        self.elsewhere = elsewhere
        self.firstDay = firstDay
        self.days = days
        places = dice.roll(4) == 0 ? 2 : 1
        layers = (0..<dice.roll(1...(isLean ? 2 : 4))).map {
            let moved = dice.roll(2) == 0 ? elsewhere?.id : nil
            return Self.layer($0, zone: moved, firstDay: firstDay, days: days, mayAdd: !isLean, &dice)
        }
        let noon = zone.firstInstant(of: CivilDateTime(date: firstDay, time: CivilTime("12:00")!))
        func span(_ longestMinutes: Int) -> (Instant, Instant) {
            let from = noon + .minutes(Int64(dice.roll(days * 1440)))
            return (from, from + .minutes(Int64(dice.roll(1...longestMinutes))))
        }
        timeOff = (0..<dice.roll(5)).map { _ in
            let (from, until) = span(8 * 1440)
            return TimeOff(user: Self.person(&dice), from: from, until: until)
        }
        overrides = (0..<dice.roll(10)).map { index in
            let (from, until) = span(index % 2 == 0 ? 6 * 1440 : 600)
            let kind: Override.Kind
            switch dice.roll(6) {
            case 0: kind = .cover(Self.person(&dice))
            case 1: kind = .remove(Self.person(&dice))
            case 2: kind = .add(Self.person(&dice))
            default: kind = .replace(Self.person(&dice), with: Self.person(&dice))
            }
            return Override(
                id: index + 1, schedule: dice.roll(3) == 0 ? Self.second : Self.primary, from: from, until: until,
                kind: kind, createdAt: from)
        }.reversed()
    }

    var roster: Roster {
        let plans: [(ScheduleID, Plan)] = [
            (Self.primary, .layers(layers)), (Self.second, .behind(Self.primary, by: places)),
        ]
        let schedules = plans.map { Schedule(id: $0.0, zone: zone.id, plan: $0.1, timeOff: configuredTimeOff) }
        return Roster(
            schedules: Dictionary(uniqueKeysWithValues: schedules.map { ($0.id, $0) }),
            zones: Dictionary([zone, elsewhere ?? zone].map { ($0.id, $0) }) { first, _ in first })
    }

    /// Some time off stands in the configuration, some was entered.
    var amendments: Amendments {
        Amendments(overrides: overrides, timeOff: Array(timeOff.dropFirst(configuredTimeOff.count)))
    }

    private var configuredTimeOff: [TimeOff] { Array(timeOff.prefix(timeOff.count / 2)) }

    private static func person(_ dice: inout Dice) -> UserID {
        dice.pick(["ana", "ben", "chi", "dia", "eva", "fay", "gus"])
    }

    private static func layer(
        _ number: Int, zone: ZoneID?, firstDay: CivilDate, days: Int, mayAdd: Bool, _ dice: inout Dice
    ) -> Layer {
        let turn = dice.pick(
            [
                .hours(1), .hours(2), .hours(3), .hours(5), .hours(6), .hours(7), .hours(8), .hours(12), .hours(24),
                .hours(36), .hours(48), .days(1), .days(2), .days(3), .days(5), .days(9), .weeks(1), .weeks(2),
                .months(1), .months(2), .pattern([.days(5), .days(2)]), .pattern([.hours(12), .hours(12)]),
                .pattern([.days(1), .hours(9), .hours(15)]), .pattern([.weeks(1), .days(3)]),
                .pattern([.hours(7), .hours(10), .hours(7)]), .pattern([.days(3)]),
            ] as [TurnLength])
        let isMonthly = if case .months = turn { true } else { false }
        let weekday: Weekday? = !isMonthly && dice.roll(2) == 0 ? Weekday(rawValue: dice.roll(1...7)) : nil
        let dayOfMonth: Int? = isMonthly && dice.roll(3) > 0 ? dice.pick([1, 15, 28, 29, 30, 31]) : nil
        var next = firstDay.adding(days: dice.roll(6))
        let eras = (0..<dice.pick([1, 1, 2, 3])).map { _ in
            let count = dice.roll(12) == 0 ? 0 : dice.roll(1...5)
            let turns = (0..<count).map { _ in
                let together = dice.pick([1, 1, 1, 1, 1, 2, 2, 3, dice.roll(4)])
                return (0..<together).map { _ in person(&dice) }
            }
            let era = Era(from: next, turns: turns)
            next = next.adding(days: dice.roll(1...(days / 2)))
            return era
        }
        let restrictions = (0..<dice.pick([0, 0, 1, 1, 2])).map { _ in
            Restriction(
                days: dice.roll(2) == 0 ? [] : (0..<dice.roll(1...4)).map { _ in Weekday(rawValue: dice.roll(1...7))! },
                start: quarter(dice.roll(96)), end: quarter(dice.roll(97)))
        }
        return Layer(
            name: "layer\(number)", eras: eras, turn: turn,
            handoff: Handoff(
                weekday: weekday, dayOfMonth: dayOfMonth, time: quarter(dice.pick([0, 4, 6, 8, 9, 10, 12, 40, 93]))),
            restrictions: restrictions, also: mayAdd && number > 0 && dice.roll(5) == 0,
            outsideHours: dice.roll(3) == 0 ? .consume : .skip, zone: zone)
    }

    private static func quarter(_ number: Int) -> CivilTime { CivilTime(secondsFromMidnight: number * 900) }
}

/// SplitMix64, so that a seed means the same on every machine.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func roll(_ sides: Int) -> Int { Int(next() % UInt64(sides)) }
    mutating func roll(_ range: ClosedRange<Int>) -> Int { range.lowerBound + roll(range.count) }
    mutating func roll(_ range: Range<Int>) -> Int { range.lowerBound + roll(range.count) }
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[roll(choices.count)] }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
