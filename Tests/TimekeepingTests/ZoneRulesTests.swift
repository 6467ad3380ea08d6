import Testing
import Timekeeping

/// The expected instants are from the tz database's own comments and the laws they quote.
@Suite("Clocks of real zones")
struct ZoneRulesTests {
    @Test(
        "a local time is unique, skipped or repeated",
        arguments: [
            ("Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29T00:59:59Z", nil),
            ("Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00Z", nil),
            ("Europe/Berlin", "2026-10-25 02:00", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"),
            ("Europe/Berlin", "2026-10-25 02:59:59", "2026-10-25T00:59:59Z", "2026-10-25T01:59:59Z"),
            ("Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00:00Z", nil),
            ("Europe/Berlin", "2026-10-25 01:59:59", "2026-10-24T23:59:59Z", nil),
            // After the end of the table.
            ("Europe/Berlin", "2126-10-27 02:30", "2126-10-27T00:30:00Z", "2126-10-27T01:30:00Z"),
            // Half an hour.
            ("Australia/Lord_Howe", "2026-04-05 01:30", "2026-04-04T14:30:00Z", "2026-04-04T15:00:00Z"),
            ("Australia/Lord_Howe", "2026-04-05 01:29:59", "2026-04-04T14:29:59Z", nil),
            ("Australia/Lord_Howe", "2026-04-05 02:00", "2026-04-04T15:30:00Z", nil),
            // Two hours.
            ("Antarctica/Troll", "2026-10-25 01:00", "2026-10-24T23:00:00Z", "2026-10-25T01:00:00Z"),
            ("Antarctica/Troll", "2026-10-25 02:59:59", "2026-10-25T00:59:59Z", "2026-10-25T02:59:59Z"),
            // At midnight: Sunday's first hour is Saturday's last again.
            ("America/Havana", "2026-11-01 00:30", "2026-11-01T04:30:00Z", "2026-11-01T05:30:00Z"),
            ("America/Santiago", "2026-04-04 23:30", "2026-04-05T02:30:00Z", "2026-04-05T03:30:00Z"),
            // The day before and after the one that Samoa left out.
            ("Pacific/Apia", "2011-12-29 23:59:59", "2011-12-30T09:59:59Z", nil),
            ("Pacific/Apia", "2011-12-31 00:00", "2011-12-30T10:00:00Z", nil),
            // The last hour before Kwajalein left out 21 August 1993.
            ("Pacific/Kwajalein", "1993-08-20 23:00", "1993-08-21T11:00:00Z", nil),
            // The day that Alaska had twice.
            ("America/Juneau", "1867-10-19 00:00", "1867-10-18T08:57:41Z", "1867-10-19T08:57:41Z"),
        ] as [(ZoneID, String, String, String?)])
    func resolves(zone: ZoneID, clock: String, first: String, last: String?) throws {
        let rules = try SystemZones.rules(zone)
        let expected: LocalTimeResolution =
            last.map { .repeated(first: instant(first), last: instant($0)) }
            ?? .unique(instant(first))
        #expect(rules.resolve(local(clock)) == expected)
        #expect(rules.firstInstant(of: local(clock)) == instant(first))
        #expect(rules.lastInstant(of: local(clock)) == instant(last ?? first))
        #expect(rules.civil(at: instant(first)) == local(clock))
    }

    @Test(
        "a skipped local time names the jump over it",
        arguments: [
            ("Europe/Berlin", "2026-03-29 02:00", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-03-29 02:59:59", "2026-03-29T01:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z"),
            ("Antarctica/Troll", "2026-03-29 02:59:59", "2026-03-29T01:00:00Z"),
            ("America/Havana", "2026-03-08 00:00", "2026-03-08T05:00:00Z"),
            ("Africa/Cairo", "2026-04-24 00:30", "2026-04-23T22:00:00Z"),
            ("Pacific/Apia", "2011-12-30 00:00", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2011-12-30 23:59:59", "2011-12-30T10:00:00Z"),
            ("Pacific/Kwajalein", "1993-08-21 12:00", "1993-08-21T12:00:00Z"),
        ] as [(ZoneID, String, String)])
    func jumps(zone: ZoneID, clock: String, transition: String) throws {
        let rules = try SystemZones.rules(zone)
        #expect(rules.resolve(local(clock)) == .skipped(transition: instant(transition)))
        #expect(rules.firstInstant(of: local(clock)) == instant(transition))
        #expect(rules.lastInstant(of: local(clock)) == instant(transition))
        #expect(rules.nextTransition(after: instant(transition) - .milliseconds(1)) == instant(transition))
    }

    @Test("two changes within a day are both seen")
    func closeTransitions() throws {
        // Six hours of two hours ahead, begun at 2026-01-01T00:00:00Z.
        let start = instant("2026-01-01T00:00:00Z")
        let second = start.milliseconds / 1000
        let rules = try TZifFixture(
            types: [.init(offset: 0, name: "AAA"), .init(offset: 7200, name: "BBB")],
            transitions: [(second, 1), (second + 6 * 3600, 0)]
        ).rules()
        #expect(rules.resolve(local("2026-01-01 01:00")) == .skipped(transition: start))
        #expect(rules.resolve(local("2026-01-01 02:00")) == .unique(start))
        #expect(rules.resolve(local("2026-01-01 05:59:59")) == .unique(start + .seconds(4 * 3600 - 1)))
        #expect(
            rules.resolve(local("2026-01-01 06:00"))
                == .repeated(
                    first: start + .hours(4), last: start + .hours(6)))
        #expect(rules.resolve(local("2026-01-01 08:00")) == .unique(start + .hours(8)))
        #expect(rules.nextTransition(after: start) == start + .hours(6))
        #expect(rules.nextTransition(after: start + .hours(6)) == nil)
    }

    @Test("a local time seen three times resolves to the first and the last of them")
    func seenThreeTimes() throws {
        let start = instant("2026-01-01T00:00:00Z")
        let second = start.milliseconds / 1000
        let rules = try TZifFixture(
            types: [.init(offset: 7200, name: "AAA"), .init(offset: 3600, name: "BBB"), .init(offset: 0, name: "CCC")],
            transitions: [(second, 1), (second + 1800, 2)]
        ).rules()
        #expect(
            rules.resolve(local("2026-01-01 01:15"))
                == .repeated(
                    first: start - .minutes(45), last: start + .minutes(75)))
    }

    @Test("a change back and forth can leave a skipped-looking time valid")
    func skippedThenShown() throws {
        let start = instant("2026-01-01T00:00:00Z")
        let second = start.milliseconds / 1000
        let rules = try TZifFixture(
            types: [.init(offset: 0, name: "AAA"), .init(offset: 7200, name: "BBB")],
            transitions: [(second, 1), (second + 1800, 0)]
        ).rules()
        #expect(rules.resolve(local("2026-01-01 00:15")) == .skipped(transition: start))
        #expect(rules.resolve(local("2026-01-01 00:45")) == .unique(start + .minutes(45)))
    }

    @Test("a change of the name alone is no transition")
    func nameOnlyChanges() throws {
        let rules = try TZifFixture(
            types: [
                .init(offset: 3600, name: "AAA"), .init(offset: 3600, isDaylight: true, name: "BBB"),
                .init(offset: 0, name: "CCC"),
            ],
            transitions: [(1000, 1), (2000, 0), (3000, 2)]
        ).rules()
        #expect(rules.nextTransition(after: Instant(seconds: 0)) == Instant(seconds: 3000))
        #expect(rules.abbreviation(at: Instant(seconds: 1000)) == "BBB")
        #expect(rules.isDaylight(at: Instant(milliseconds: 1_999_999)))
        #expect(!rules.isDaylight(at: Instant(seconds: 2000)))
    }

    @Test("a fraction of a second before a change belongs to the time before it", arguments: [1000, -1000])
    func fractions(transition: Int64) throws {
        let rules = try TZifFixture(
            types: [.init(offset: 0, name: "AAA"), .init(offset: 3600, name: "BBB")], transitions: [(transition, 1)]
        ).rules()
        let change = Instant(seconds: transition)
        #expect(rules.offsetSeconds(at: change - .milliseconds(1)) == 0)
        #expect(rules.offsetSeconds(at: change) == 3600)
        #expect(rules.nextTransition(after: change - .milliseconds(1)) == change)
        #expect(rules.nextTransition(after: change) == nil)
        #expect(
            rules.civil(at: Instant(milliseconds: -1)).description
                == (transition < 0
                    ? "1970-01-01 00:59:59" : "1969-12-31 23:59:59"))
    }

    @Test("zones without changes need no file")
    func fixedZones() {
        #expect(ZoneRules.utc.abbreviation(at: .distantFuture) == "UTC")
        #expect(ZoneRules.utc.civil(at: instant("2026-11-02T16:00:00.999Z")) == local("2026-11-02 16:00"))
        let india = ZoneRules.fixed(id: "Fixed/India", offsetSeconds: 19_800)
        #expect(india.id == "Fixed/India")
        #expect(india.abbreviation(at: .distantPast) == "+0530")
        #expect(india.resolve(local("2026-11-02 16:00")) == .unique(instant("2026-11-02T10:30:00Z")))
        #expect(india.nextTransition(after: .distantPast) == nil)
        #expect(ZoneRules.fixed(id: "Fixed/West", offsetSeconds: -12_600).abbreviation(at: .distantPast) == "-0330")
    }

    @Test(
        "the ends of time are answered too",
        arguments: [
            "Europe/Dublin", "America/New_York", "Pacific/Apia",
        ] as [ZoneID])
    func endsOfTime(zone: ZoneID) throws {
        let rules = try SystemZones.rules(zone)
        for end in [Instant.distantPast, .distantFuture] {
            let wholeSecond = Instant(seconds: end.milliseconds / 1000)
            #expect(rules.resolve(rules.civil(at: wholeSecond)) == .unique(wholeSecond))
        }
        #expect(rules.nextTransition(after: .distantPast).map { $0 < instant("1920-01-01T00:00:00Z") } == true)
        if zone != "Pacific/Apia" {
            #expect(rules.nextTransition(after: .distantFuture).map { $0 > .distantFuture } == true)
        }
    }
}
