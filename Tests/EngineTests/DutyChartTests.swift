import Engine
import Foundation
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite struct DutyChartTests {
    private func chart(
        _ id: ScheduleID, _ days: DutyDays, _ amendments: Amendments = .none, names: [UserID: String] = [:]
    ) throws -> DutyChart {
        try #require(
            DutyChart(id, directory: try DutyHouse.directory(names: names), amendments: amendments, days: days))
    }

    @Test(
        "days are as long as clocks make them, and the change is said",
        arguments: [
            ("Europe/Berlin", "2026-10-19", 6, 25.0, "Clocks in Berlin go back 1 h on Sun 25 Oct at 03:00."),
            ("Europe/Berlin", "2026-03-23", 6, 23.0, "Clocks in Berlin go forward 1 h on Sun 29 Mar at 02:00."),
            (
                "Australia/Lord_Howe", "2026-03-30", 6, 24.5,
                "Clocks in Lord Howe go back 30 min on Sun 5 Apr at 02:00."
            ),
            ("Africa/Cairo", "2026-04-20", 4, 23.0, "Clocks in Cairo go forward 1 h on Thu 23 Apr at 24:00."),
        ])
    func clockChange(zone: String, first: String, changed: Int, hours: Double, sentence: String) throws {
        let days = try DutyHouse.days(first, 7, zone)
        #expect(days.days.count == 7)
        for (index, day) in days.days.enumerated() {
            let expected = index == changed ? hours : 24
            #expect(Double((day.until - day.from).milliseconds) / 3_600_000 == expected, "\(day.date)")
        }
        #expect(days.changes.map { $0.sentence(days.clock) } == [sentence])
        #expect(zip(days.days, days.days.dropFirst()).allSatisfy { $0.until == $1.from })
    }

    @Test("a day that a zone never had is not drawn, and the others stand close")
    func missingDay() throws {
        let days = try DutyHouse.days("2011-12-26", 7, "Pacific/Apia")
        #expect(
            days.days.map(\.date.description) == [
                "2011-12-26", "2011-12-27", "2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01",
            ])
        #expect(zip(days.days, days.days.dropFirst()).allSatisfy { $0.until == $1.from })
        #expect(days.changes.map(\.short) == ["+1 day"])
    }

    @Test("a month begins on a Monday and ends on a Sunday, whatever the month")
    func months() throws {
        let zone = try DutyHouse.zone("Europe/Berlin")
        for month in 1...12 {
            let date = try #require(CivilDate(year: 2027, month: month, day: 15))
            let days = DutyDays.month(of: date, zone: zone).days
            let (first, last) = (try #require(days.first), try #require(days.last))
            #expect(first.date.weekday == .monday && last.date.weekday == .sunday)
            #expect(first.date <= date.adding(days: -14) && last.date > date.adding(days: 12))
            #expect(days.count % 7 == 0 && days.count <= 42)
        }
    }

    @Test("bars and holes together are the whole time, once")
    func wholeTime() throws {
        let days = try DutyHouse.days("2026-10-19", 14, "Europe/Berlin")
        let chart = try chart("sun", days)
        #expect(chart.holes.count == 14)
        #expect(chart.holes.allSatisfy { $0.until - $0.from == .minutes(30) && $0.reason == .noLayerCovers })
        let spans = (chart.bars.map { ($0.from, $0.until) } + chart.holes.map { ($0.from, $0.until) })
            .sorted { $0.0 < $1.0 }
        #expect(spans.first?.0 == days.from && spans.last?.1 == days.until)
        #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.1 == $1.0 })
    }

    @Test("nights are each person's own, and the load is what lies in them")
    func nights() throws {
        let chart = try chart("daily", try DutyHouse.days("2026-11-23", 7, "UTC"))
        let berlin = try #require(chart.people.first { $0.user == "ana" })
        #expect(berlin.nights.count == 8)
        #expect(berlin.nights[1].from == (try DutyHouse.instant("2026-11-23T21:00:00Z")))
        #expect(berlin.nights[1].until == (try DutyHouse.instant("2026-11-24T06:00:00Z")))
        let load = chart.people.indices.map { chart.load(of: $0) }
        #expect(load.reduce(Duration.zero) { $0 + $1.whole } == .hours(7 * 24))
        let whole = chart.bars.filter { $0.person == 0 && $0.until - $0.from == .hours(24) }
        #expect(load[0].night >= .hours(Int64(9 * whole.count)))
        #expect(load.allSatisfy { $0.night < $0.whole })
    }

    @Test("an override and a cover for somebody who is off are bars of their own, and two at once have two tracks")
    func causes() throws {
        let amendments = Amendments(
            overrides: [
                try DutyHouse.override(
                    1, "sun", "2026-11-24T09:00:00Z", "2026-11-24T12:00:00Z", .replace("ana", with: "dia")),
                try DutyHouse.override(2, "daily", "2026-11-24T09:00:00Z", "2026-11-24T12:00:00Z", .cover("ben")),
            ],
            timeOff: [
                TimeOff(
                    user: "chi", from: try DutyHouse.instant("2026-11-25T00:00:00Z"),
                    until: try DutyHouse.instant("2026-11-26T00:00:00Z"))
            ])
        let week = try chart("sun", try DutyHouse.days("2026-11-23", 7, "UTC"), amendments)
        #expect(week.overrides.map(\.id) == [1])
        let swapped = week.bars.filter { $0.cause == .override(1) }
        #expect(swapped.map { week.people[$0.person].user } == ["dia"])
        #expect(swapped.map { $0.until - $0.from } == [.hours(3)])
        let plain = try chart("sun", try DutyHouse.days("2026-11-23", 7, "UTC"))
        let onCall = plain.people[plain.bars[0].person].user
        let other: UserID = onCall == "chi" ? "dia" : "chi"
        let covers = week.bars.filter { $0.cause == .timeOffCover(of: onCall) }
        #expect(covers.map { week.people[$0.person].user } == (onCall == "chi" ? [other] : []))
        let off = try #require(week.people.first { $0.user == "chi" })
        #expect(off.absences.map { $0.until - $0.from } == [.hours(24)])
        #expect(week.tracks == 1)
    }

    @Test("colours stay the same from week to week, and strangers change none")
    func colours() throws {
        let override = try DutyHouse.override(
            1, "sun", "2026-11-24T09:00:00Z", "2026-11-24T12:00:00Z", .cover("stranger"))
        let weeks = try ["2026-11-02", "2026-11-09", "2026-11-23"].map {
            try chart("sun", try DutyHouse.days($0, 7, "UTC"), Amendments(overrides: [override]))
        }
        let colours = weeks.map { week in
            Dictionary(uniqueKeysWithValues: week.people.filter { $0.user != "stranger" }.map { ($0.user, $0.colour) })
        }
        #expect(Set(colours).count == 1)
        #expect(Set(colours[0].values).count == 4)
        #expect(Set(weeks[2].people.map(\.colour)).count == 5)
    }

    @Test("initials tell apart people whose names begin alike")
    func initials() throws {
        let chart = try chart(
            "daily", try DutyHouse.days("2026-11-23", 7, "UTC"),
            names: ["ana": "Ana Lindt", "ben": "Alba Lopez", "chi": "Ada Lund", "dia": "Ana Lindt"])
        let initials = chart.people.map(\.initials)
        #expect(initials[0] == "AL")
        #expect(Set(initials).count == 4)
        #expect(initials.allSatisfy { (1...4).contains($0.count) })
    }
}
