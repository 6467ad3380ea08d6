import OnCall
import Testing
import Timekeeping

@Suite("Layers and their hours (S5, S7)")
struct LayerTests {
    @Test("Follow the sun: three layers share the day, and each handoff is on the dot")
    func followTheSun() {
        let story = Story(
            "UTC",
            .of("chi dia", .weeks(1), "mon 00:00", from: "2026-11-02", hours: [.of("00:00-08:00")], name: "apac"),
            .of("ana", .weeks(1), "mon 08:00", from: "2026-11-02", hours: [.of("08:00-16:00")], name: "emea"),
            .of("ben", .weeks(1), "mon 16:00", from: "2026-11-02", hours: [.of("16:00-24:00")], name: "amer"))
        #expect(
            story.shifts("2026-11-08 00:00+00:00", "2026-11-10 00:00+00:00") == [
                "2026-11-08 00:00+00:00 chi", "2026-11-08 08:00+00:00 ana", "2026-11-08 16:00+00:00 ben",
                "2026-11-09 00:00+00:00 dia", "2026-11-09 08:00+00:00 ana", "2026-11-09 16:00+00:00 ben",
            ])
    }

    @Test("A later layer covers an earlier one while it is open, and only then")
    func laterCoversEarlier() {
        let story = Story(
            "Europe/Berlin", .of("ana", .weeks(1), "mon 00:00"),
            .of("ben", .weeks(1), "mon 00:00", hours: [.of("mon,tue,wed,thu,fri 09:00-17:00")], name: "office"))
        #expect(
            story.shifts("2026-11-06 00:00+01:00", "2026-11-09 12:00+01:00") == [
                "2026-11-06 00:00+01:00 ana", "2026-11-06 09:00+01:00 ben", "2026-11-06 17:00+01:00 ana",
                "2026-11-09 09:00+01:00 ben",
            ])
    }

    @Test("An also layer adds its person, once, and answers alone where nothing else does")
    func also() {
        let story = Story(
            "UTC", .of("ana ben", .days(1), "00:00", from: "2026-11-02", hours: [.of("08:00-20:00")]),
            .of("ben chi", .days(1), "00:00", from: "2026-11-02", hours: [.of("10:00-22:00")], also: true))
        #expect(
            story.shifts("2026-11-02 00:00+00:00", "2026-11-04 00:00+00:00") == [
                "2026-11-02 00:00+00:00 -", "2026-11-02 08:00+00:00 ana", "2026-11-02 10:00+00:00 ana+ben",
                "2026-11-02 20:00+00:00 ben", "2026-11-02 22:00+00:00 -", "2026-11-03 08:00+00:00 ben",
                "2026-11-03 10:00+00:00 ben+chi", "2026-11-03 20:00+00:00 chi", "2026-11-03 22:00+00:00 -",
            ])
        let twice = Story("UTC", .of("ana", .days(1), "00:00"), .of("ana", .days(1), "00:00", also: true))
        #expect(twice.who("2026-11-02 00:00+00:00") == "ana")
    }

    @Test("A layer in force from a later era on leaves the time before to the layer below")
    func laterEra() {
        let story = Story(
            "UTC", .of("ana", .days(1), "00:00"), .of("ben", .days(1), "06:00", from: "2026-11-02", name: "new"))
        #expect(
            story.shifts("2026-11-01 00:00+00:00", "2026-11-09 00:00+00:00") == [
                "2026-11-01 00:00+00:00 ana", "2026-11-02 06:00+00:00 ben",
            ])
    }

    @Test("A window over midnight belongs to the weekday of its start (S8)")
    func overMidnight() {
        let story = Story("UTC", .of("ana", .weeks(1), "mon 00:00", hours: [.of("fri 22:00-06:00")]))
        #expect(
            story.shifts("2026-11-05 00:00+00:00", "2026-11-09 00:00+00:00") == [
                "2026-11-05 00:00+00:00 -", "2026-11-06 22:00+00:00 ana", "2026-11-07 06:00+00:00 -",
            ])
    }

    @Test("A window whose end is its start lasts a day")
    func wholeDay() {
        let story = Story("UTC", .of("ana", .weeks(1), "mon 00:00", hours: [.of("sat 09:00-09:00")]))
        #expect(
            story.shifts("2026-11-06 00:00+00:00", "2026-11-09 00:00+00:00") == [
                "2026-11-06 00:00+00:00 -", "2026-11-07 09:00+00:00 ana", "2026-11-08 09:00+00:00 -",
            ])
    }

    static let clockChanges: [(String, ZoneID, String, String, [String])] = [
        // window, zone, asked from and until, answer
        (
            "01:00-02:30", "Europe/Berlin", "2026-10-25 00:00+02:00", "2026-10-25 12:00+01:00",
            ["2026-10-25 00:00+02:00 -", "2026-10-25 01:00+02:00 ana", "2026-10-25 02:30+01:00 -"]
        ),
        (
            "02:30-06:00", "Europe/Berlin", "2026-10-25 00:00+02:00", "2026-10-25 12:00+01:00",
            ["2026-10-25 00:00+02:00 -", "2026-10-25 02:30+02:00 ana", "2026-10-25 06:00+01:00 -"]
        ),
        (
            "02:30-06:00", "Europe/Berlin", "2026-03-29 00:00+01:00", "2026-03-29 12:00+02:00",
            ["2026-03-29 00:00+01:00 -", "2026-03-29 03:00+02:00 ana", "2026-03-29 06:00+02:00 -"]
        ),
        (
            "02:00-03:00", "Europe/Berlin", "2026-03-29 00:00+01:00", "2026-03-29 12:00+02:00",
            ["2026-03-29 00:00+01:00 -"]
        ),
        (
            "16:00-24:00", "America/Havana", "2026-10-31 12:00-04:00", "2026-11-01 12:00-05:00",
            ["2026-10-31 12:00-04:00 -", "2026-10-31 16:00-04:00 ana", "2026-11-01 00:00-05:00 -"]
        ),
        (
            "16:00-24:00", "America/Santiago", "2026-04-04 12:00-03:00", "2026-04-05 12:00-04:00",
            ["2026-04-04 12:00-03:00 -", "2026-04-04 16:00-03:00 ana", "2026-04-05 00:00-04:00 -"]
        ),
        (
            "23:30-00:30", "Africa/Cairo", "2026-04-23 12:00+02:00", "2026-04-24 12:00+03:00",
            ["2026-04-23 12:00+02:00 -", "2026-04-23 23:30+02:00 ana", "2026-04-24 01:00+03:00 -"]
        ),
        (
            "08:00-16:00", "Pacific/Apia", "2011-12-29 00:00-10:00", "2012-01-01 00:00+14:00",
            [
                "2011-12-29 00:00-10:00 -", "2011-12-29 08:00-10:00 ana", "2011-12-29 16:00-10:00 -",
                "2011-12-31 08:00+14:00 ana", "2011-12-31 16:00+14:00 -",
            ]
        ),
    ]

    @Test(
        "A window opens at the first occurrence of its start and closes at the last of its end",
        arguments: clockChanges)
    func windows(window: String, zone: ZoneID, from: String, until: String, expected: [String]) {
        let story = Story(zone, .of("ana", .weeks(1), "mon 00:00", hours: [.of(window)]))
        #expect(story.shifts(from, until) == expected)
    }

    @Test("Overlapping windows of one layer are one stretch")
    func overlappingWindows() {
        let hours: [Restriction] = [.of("08:00-12:00"), .of("10:00-16:00"), .of("mon 16:00-18:00")]
        let story = Story("UTC", .of("ana", .weeks(1), "mon 00:00", hours: hours))
        let answer = story.answer("2026-11-02 11:00+00:00")
        #expect(answer.duties.first?.since == at("2026-11-02 08:00+00:00"))
        #expect(answer.duties.first?.until == at("2026-11-02 18:00+00:00"))
        #expect(answer.nextChange == at("2026-11-02 18:00+00:00"))
    }
}
