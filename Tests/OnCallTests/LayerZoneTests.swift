import OnCall
import Testing
import Timekeeping

@Suite("Layers with clocks of their own")
struct LayerZoneTests {
    @Test("Follow the sun, each region by its own clocks: they overlap or gape by what their clocks differ")
    func followTheSun() {
        let story = Story(
            "UTC",
            .of("base", .weeks(1), "mon 00:00", name: "base"),
            .of("tok", .weeks(1), "mon 09:00", hours: [.of("09:00-17:00")], zone: "Asia/Tokyo", name: "apac"),
            .of("ber", .weeks(1), "mon 09:00", hours: [.of("09:00-17:00")], zone: "Europe/Berlin", name: "emea"),
            .of("nyc", .weeks(1), "mon 09:00", hours: [.of("11:00-19:00")], zone: "America/New_York", name: "amer"))
        // Berlin changes its clocks on 25 October, New York on 1 November.
        #expect(
            story.shifts("2026-10-24 00:00+00:00", "2026-10-25 00:00+00:00") == [
                "2026-10-24 00:00+00:00 tok", "2026-10-24 07:00+00:00 ber", "2026-10-24 15:00+00:00 nyc",
                "2026-10-24 23:00+00:00 base",
            ])
        #expect(
            story.shifts("2026-10-26 00:00+00:00", "2026-10-27 00:00+00:00") == [
                "2026-10-26 00:00+00:00 tok", "2026-10-26 08:00+00:00 ber", "2026-10-26 15:00+00:00 nyc",
                "2026-10-26 23:00+00:00 base",
            ])
        #expect(
            story.shifts("2026-11-02 00:00+00:00", "2026-11-03 00:00+00:00") == [
                "2026-11-02 00:00+00:00 tok", "2026-11-02 08:00+00:00 ber", "2026-11-02 16:00+00:00 nyc",
            ])
    }

    @Test("Handoffs and the dates of eras are read by the layer's clocks")
    func handoffs() {
        let story = Story(
            "America/New_York",
            .of("ana ben", .days(1), "09:00", from: "2026-11-02", zone: "Asia/Tokyo"))
        #expect(
            story.shifts("2026-11-01 12:00-05:00", "2026-11-03 12:00-05:00") == [
                "2026-11-01 12:00-05:00 -", "2026-11-01 19:00-05:00 ana", "2026-11-02 19:00-05:00 ben",
            ])
    }

    @Test("A layer in a zone that is not known never answers, and the others do")
    func unknown() {
        let story = Story(
            "UTC", .of("ana", .weeks(1), "mon 00:00", name: "below"),
            .of("ben", .weeks(1), "mon 00:00", zone: "Mars/Olympus"))
        #expect(story.who("2026-11-02 00:00+00:00") == "ana")
        #expect(
            story.roster.problems() == [
                "Schedule primary: layer week has the time zone Mars/Olympus, which is not known; it never answers."
            ])
    }
}
