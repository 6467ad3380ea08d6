import Engine
import Testing
import Timekeeping

@Suite("Moments as people ask about them")
struct AskedMomentTests {
    private let london = zoneRules("Europe/London")

    @Test(
        "A local time is read on the clocks of the zone, with a T or a space; a date alone is its midnight",
        arguments: [
            ("2026-07-01T09:30", "2026-07-01T08:30:00Z"), ("2026-07-01 09:30", "2026-07-01T08:30:00Z"),
            ("2026-07-01 09:30:15", "2026-07-01T08:30:15Z"), ("2026-07-01", "2026-06-30T23:00:00Z"),
            ("2026-07-01T24:00", "2026-07-01T23:00:00Z"), ("2026-12-01T09:30", "2026-12-01T09:30:00Z"),
            ("2026-07-01T09:30:00+09:00", "2026-07-01T00:30:00Z"), ("2026-07-01T09:30:00Z", "2026-07-01T09:30:00Z"),
        ])
    func read(text: String, expected: String) throws {
        let moment = try #require(AskedMoment(text, in: london))
        #expect(moment.readings == [instant(expected)])
        #expect(moment.note == nil)
    }

    @Test("A time that clocks show twice has two readings, and says their offsets")
    func twice() throws {
        let moment = try #require(AskedMoment("2026-10-25T01:30", in: london))
        #expect(moment.readings == [instant("2026-10-25T00:30:00Z"), instant("2026-10-25T01:30:00Z")])
        #expect(
            moment.note
                == "Clocks in Europe/London show 01:30 twice on 2026-10-25: at +01:00 and again at +00:00. Both are "
                + "answered.")
        #expect(AskedMoment("2026-10-25T01:30:00+01:00", in: london)?.readings == [instant("2026-10-25T00:30:00Z")])
    }

    @Test("A time that clocks skip is the first valid moment after, also when a whole day is skipped")
    func skipped() throws {
        let spring = try #require(AskedMoment("2026-03-29T01:30", in: london))
        #expect(spring.readings == [instant("2026-03-29T01:00:00Z")])
        #expect(
            spring.note
                == "Clocks in Europe/London never show 01:30 on 2026-03-29: they go straight to 02:00, and that is "
                + "answered.")
        let day = try #require(AskedMoment("2011-12-30T12:00", in: zoneRules("Pacific/Apia")))
        #expect(day.readings == [instant("2011-12-30T10:00:00Z")])
        #expect(day.note?.contains("straight to 00:00 on 2011-12-31") == true)
    }

    @Test(
        "What is no time is nothing",
        arguments: [
            "", "now", "2026-13-01", "2026-02-30", "2026-10-25T", "2026-10-25T25:00", "01:30", "2026-10-25x01:30",
        ])
    func wrong(text: String) { #expect(AskedMoment(text, in: london) == nil) }
}
