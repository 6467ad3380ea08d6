import Testing
import Timekeeping

/// Every footer stands at the end of a file without transitions, and so speaks for all times.
@Suite("The rule for later years")
struct PosixFooterTests {
    private func rules(_ footer: String) throws -> ZoneRules {
        try TZifFixture(version: "3", footer: footer).rules()
    }

    /// The first changes from `start`, each as "instant offset name".
    private func changes(_ footer: String, from start: String, count: Int) throws -> [String] {
        let rules = try rules(footer)
        var changes: [String] = []
        var now = instant(start)
        while changes.count < count, let next = rules.nextTransition(after: now) {
            changes.append("\(next.rfc3339) \(rules.offsetSeconds(at: next)) \(rules.abbreviation(at: next))")
            now = next
        }
        return changes
    }

    @Test(
        "changes fall where the rule says",
        arguments: [
            // The European Union changes at 01:00 UTC on the last Sundays of March and October.
            ("CET-1CEST,M3.5.0,M10.5.0/3", ["2026-03-29T01:00:00Z 7200 CEST", "2026-10-25T01:00:00Z 3600 CET"]),
            ("EST5EDT,M3.2.0,M11.1.0", ["2026-03-08T07:00:00Z -14400 EDT", "2026-11-01T06:00:00Z -18000 EST"]),
            // South of the equator the year begins in daylight saving time.
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", ["2026-04-04T16:00:00Z 36000 AEST", "2026-10-03T16:00:00Z 39600 AEDT"]),
            (
                "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
                ["2026-04-04T15:00:00Z 37800 +1030", "2026-10-03T15:30:00Z 39600 +11"]
            ),
            ("<+00>0<+02>-2,M3.5.0/1,M10.5.0/3", ["2026-03-29T01:00:00Z 7200 +02", "2026-10-25T01:00:00Z 0 +00"]),
            // Dublin's daylight saving time is the winter.
            ("IST-1GMT0,M10.5.0,M3.5.0/1", ["2026-03-29T01:00:00Z 3600 IST", "2026-10-25T01:00:00Z 0 GMT"]),
            // 02:00 on the Friday before the last Sunday of March, as "26 hours into the Thursday".
            ("IST-2IDT,M3.4.4/26,M10.5.0", ["2026-03-27T00:00:00Z 10800 IDT", "2026-10-24T23:00:00Z 7200 IST"]),
            ("EET-2EEST,M3.4.4/50,M10.4.4/50", ["2026-03-28T00:00:00Z 10800 EEST", "2026-10-23T23:00:00Z 7200 EET"]),
            // One hour before a Sunday begins is on the Saturday.
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", ["2026-03-29T01:00:00Z -3600 -01", "2026-10-25T01:00:00Z -7200 -02"]),
            ("EET-2EEST,M4.5.5/0,M10.5.4/24", ["2026-04-23T22:00:00Z 10800 EEST", "2026-10-29T21:00:00Z 7200 EET"]),
            // Julian day 60 is 1 March in every year, day 59 counted from zero only in years without 29 February.
            (
                "AAA0BBB,J60/0,J305/0",
                [
                    "2026-03-01T00:00:00Z 3600 BBB", "2026-10-31T23:00:00Z 0 AAA",
                    "2027-03-01T00:00:00Z 3600 BBB", "2027-10-31T23:00:00Z 0 AAA", "2028-03-01T00:00:00Z 3600 BBB",
                ]
            ),
            (
                "AAA0BBB,J59/0,J304/0",
                [
                    "2026-02-28T00:00:00Z 3600 BBB", "2026-10-30T23:00:00Z 0 AAA",
                    "2027-02-28T00:00:00Z 3600 BBB", "2027-10-30T23:00:00Z 0 AAA", "2028-02-28T00:00:00Z 3600 BBB",
                ]
            ),
            (
                "AAA0BBB,59/0,304/0",
                [
                    "2026-03-01T00:00:00Z 3600 BBB", "2026-10-31T23:00:00Z 0 AAA",
                    "2027-03-01T00:00:00Z 3600 BBB", "2027-10-31T23:00:00Z 0 AAA", "2028-02-29T00:00:00Z 3600 BBB",
                ]
            ),
            // Nearly a week before and after the day it is named for.
            ("AAA0BBB,M3.2.0/-167,M11.1.0/167", ["2026-03-01T01:00:00Z 3600 BBB", "2026-11-07T22:00:00Z 0 AAA"]),
            (
                "AAA-1:02:03BBB-2:03:04,M3.2.0/1:30:15,M11.1.0",
                ["2026-03-08T00:28:12Z 7384 BBB", "2026-10-31T23:56:56Z 3723 AAA"]
            ),
            // A moment named for a year can fall outside it.
            (
                "AAA0BBB,J365/48,J32/0",
                [
                    "2026-01-02T00:00:00Z 3600 BBB", "2026-01-31T23:00:00Z 0 AAA",
                    "2027-01-02T00:00:00Z 3600 BBB", "2027-01-31T23:00:00Z 0 AAA",
                ]
            ),
            ("AAA0BBB,J32/0,J1/-48", ["2026-02-01T00:00:00Z 3600 BBB", "2026-12-29T23:00:00Z 0 AAA"]),
        ] as [(String, [String])])
    func changesWhereItSays(footer: String, expected: [String]) throws {
        #expect(try changes(footer, from: "2026-01-01T00:00:00Z", count: expected.count) == expected)
        for change in expected {
            let parts = change.split(separator: " ").map(String.init)
            let before = instant(parts[0]) - .milliseconds(1)
            #expect(try rules(footer).abbreviation(at: before) != parts[2])
            #expect(try rules(footer).nextTransition(after: before) == instant(parts[0]))
        }
    }

    @Test(
        "daylight saving time that ends where it begins again lasts all year",
        arguments: [
            ("EST5EDT,0/0,J365/25", -14_400), ("XXX3EDT4,0/0,J365/23", -14_400), ("EST5EDT,0/0,J365/26", -14_400),
            ("AAA0BBB,J100/0,J100/1", 3600),
        ])
    func lastsAllYear(footer: String, offset: Int) throws {
        let rules = try rules(footer)
        #expect(rules.nextTransition(after: instant("2026-06-01T00:00:00Z")) == nil)
        for day in 0..<1_500 {
            let noon = instant("2026-01-01T05:00:00Z") + .days(Int64(day))
            for moment in [noon, noon - .milliseconds(1)] {
                #expect(rules.offsetSeconds(at: moment) == offset)
                #expect(rules.isDaylight(at: moment))
            }
        }
        #expect(rules.resolve(local("2027-01-01 00:00")) == .unique(instant("2027-01-01T00:00:00Z") - .seconds(offset)))
    }

    @Test(
        "clocks that never change have one name for ever",
        arguments: [
            ("UTC0", 0, "UTC"), ("<+03>-3", 10_800, "+03"), ("<-00>0", 0, "-00"), ("<+0545>-5:45", 20_700, "+0545"),
            ("HST10", -36_000, "HST"), ("AAA+24:59:59", -89_999, "AAA"), ("ChST-10", 36_000, "ChST"),
            ("AAA0BBB0,M3.2.0,M11.1.0", 0, "AAA"),
        ])
    func neverChanges(footer: String, offset: Int, name: String) throws {
        let rules = try rules(footer)
        for moment in [Instant.distantPast, instant("2026-01-01T00:00:00Z"), .distantFuture] {
            #expect(rules.offsetSeconds(at: moment) == offset)
            #expect(rules.nextTransition(after: moment) == nil)
        }
        #expect(rules.abbreviation(at: instant("2026-01-01T00:00:00Z")) == name)
    }

    @Test(
        "what is no rule is refused with a sentence that quotes it",
        arguments: [
            "C", "CE-1", "CET", "CET-", "CET-25", "CET-1:60", "CET-1:2:3:4", "CET-1CEST", "CET-1CEST,M3.5.0",
            "CET-1CEST,M3.5.0,", "CET-1CEST,M3.5.0,M10.5.0,", "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M13.5.0,M10.5.0",
            "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
            "CET-1CEST,M3.5,M10.5.0",
            "CET-1CEST,J0,J300", "CET-1CEST,J366,J300", "CET-1CEST,366,300", "CET-1CEST,J60/168,J300",
            "CET-1CEST,J60/-168,J300", "CET-1CEST,J60/,J300", "<CET-1", "<C>-1", "<>-1", "<+0 3>-3", "CET-1 ", " CET-1",
            "CET-1CEST,99999999999999999999,J300", "CET-99999999999999999999", ":Europe/Berlin", "CET-1CE,J1,J2",
            "AAA-24:59:59BBB-26:00:00,J1,J2", "CET-1CEST-2;J60;J300",
        ])
    func refuses(footer: String) throws {
        let error = #expect(throws: ZoneRulesError.self) { try rules(footer) }
        #expect(error?.description.contains(footer) == true)
    }
}
