import Foundation
import OnCall
import Timekeeping

/// The rosters that are measured, made of the machine's tz database.
enum BenchRosters {
    static let primary: ScheduleID = "primary"
    private static let places: [ZoneID] = [
        "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Europe/Dublin", "Africa/Cairo", "America/Santiago",
        "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata", "Pacific/Auckland",
    ]

    /// Seven people, an hour each, since that date.
    static func hourly(since date: CivilDate?) -> Roster {
        let layer = Layer(
            name: "hour", eras: [Era(from: date, people: people(7))], turn: .hours(1), handoff: Handoff(time: .midnight)
        )
        return roster([Schedule(id: primary, zone: places[0], plan: .layers([layer]))])
    }

    /// As many schedules, each of five layers: a base, nights, days, working hours that skip, and a weekend of two
    /// people. Weekly and daily turns and turns of two lengths; every fifth has a layer in another zone.
    static func fiveLayers(_ count: Int) -> Roster {
        roster(
            (0..<count).map { number in
                let from = CivilDate("2024-01-01")?.adding(days: number)
                func layer(
                    _ name: String, _ turn: TurnLength, _ handoff: Handoff, _ hours: [Restriction], _ size: Int,
                    _ zone: ZoneID? = nil
                ) -> Layer {
                    Layer(
                        name: name, eras: [Era(from: from, people: people(size))], turn: turn, handoff: handoff,
                        restrictions: hours, zone: zone)
                }
                let workdays: [Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday]
                let elsewhere = number % 5 == 0 ? places[(number / 5 + 1) % places.count] : nil
                let weekend = Layer(
                    name: "weekend", eras: [Era(from: from, turns: [["u0", "u1"], ["u2", "u3"], ["u4"]])],
                    turn: .pattern([.days(5), .days(2)]), handoff: monday("00:00"),
                    restrictions: [hours([.saturday, .sunday], "00:00", "24:00")])
                return Schedule(
                    id: ScheduleID(rawValue: "schedule\(number)"), zone: places[number % places.count],
                    plan: .layers([
                        layer("base", .weeks(1), monday("10:00"), [], 5),
                        layer("night", .weeks(1), monday("10:00"), [hours([], "20:00", "08:00")], 6),
                        layer(
                            "day", .days(1), Handoff(time: clock("08:00")), [hours([], "08:00", "20:00")], 7, elsewhere),
                        layer("office", .days(1), Handoff(time: .midnight), [hours(workdays, "09:00", "17:00")], 4),
                        weekend,
                    ]))
            })
    }

    /// Replacements of a few hours each in the weeks around that instant.
    static func overrides(_ count: Int, around instant: Instant) -> Amendments {
        Amendments(
            overrides: (0..<count).map { number in
                let from = instant + .hours(Int64(number * 17 - count * 8))
                return Override(
                    id: number + 1, schedule: primary, from: from, until: from + .hours(5),
                    kind: .replace(user(number % 7), with: user((number + 3) % 7)), createdAt: from)
            })
    }

    /// Absences of two hours each, over many years, of the people of the rotation in turn.
    static func timeOff(_ count: Int, around instant: Instant) -> Amendments {
        Amendments(
            timeOff: (0..<count).map { number in
                let from = instant + .hours(Int64((number - count / 2) * 19))
                return TimeOff(user: user(number % 7), from: from, until: from + .hours(2))
            })
    }

    private static func user(_ number: Int) -> UserID { UserID(rawValue: "u\(number)") }

    private static func people(_ count: Int) -> [UserID] { (0..<count).map(user) }

    private static func clock(_ text: String) -> CivilTime { CivilTime(text) ?? .midnight }

    private static func monday(_ text: String) -> Handoff { Handoff(weekday: .monday, time: clock(text)) }

    private static func hours(_ days: [Weekday], _ start: String, _ end: String) -> Restriction {
        Restriction(days: days, start: clock(start), end: clock(end))
    }

    private static func roster(_ schedules: [Schedule]) -> Roster {
        var zones: [ZoneID: ZoneRules] = [:]
        for place in places {
            guard let bytes = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(place)"),
                let rules = try? ZoneRules(id: place, tzif: Array(bytes))
            else { fatalError("The machine has no rules for \(place).") }
            zones[place] = rules
        }
        return Roster(schedules: Dictionary(uniqueKeysWithValues: schedules.map { ($0.id, $0) }), zones: zones)
    }
}
