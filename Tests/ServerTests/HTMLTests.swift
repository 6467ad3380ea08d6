import Foundation
import Server
import Testing
import Timekeeping

@Suite struct HTMLTests {
    @Test("text that is put into a page can never become markup")
    func escapes() {
        let title = "<script>alert(\"1\" & '2')</script>"
        let html: HTML = "<p title=\"\(title)\">\(title)</p>"
        #expect(!html.text.contains("<script"))
        #expect(
            html.text.hasPrefix("<p title=\"&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;\">"))
    }

    @Test("a page put into a page stays a page")
    func nests() {
        let inner: HTML = "<b>\("a&b")</b>"
        let outer: HTML = "<p>\(inner)\([inner, inner])</p>"
        #expect(outer.text == "<p><b>a&amp;b</b><b>a&amp;b</b><b>a&amp;b</b></p>")
    }

    @Test("control characters are dropped, line breaks stay")
    func controls() { #expect(HTML.escape("a\u{0}b\u{1B}[31m\nc\u{9B}d") == "ab[31m\ncd") }

    @Test(
        "only links into the web are links",
        arguments: ["javascript:alert(1)", "data:text/html,x", " https://x", "//x"])
    func schemes(url: String) { #expect(!HTML.link(url, "graph").text.contains("href")) }

    @Test("a link's address cannot leave its attribute")
    func attributes() {
        let link = HTML.link("https://x/\" onclick=\"alert(1)", "graph")
        #expect(link.text.contains("href=\"https://x/&quot; onclick=&quot;alert(1)\""))
    }
}

@Suite struct LocalTimeTests {
    private let tokyo = LocalTime(zone: .fixed(id: "Asia/Tokyo", offsetSeconds: 9 * 3600))
    private let newYork = LocalTime(zone: .fixed(id: "America/New_York", offsetSeconds: -5 * 3600))
    private let kathmandu = LocalTime(zone: .fixed(id: "Asia/Kathmandu", offsetSeconds: 20700))
    private let now = Instant(rfc3339: "2026-11-23T02:42:07Z")!

    @Test("an instant is written with its zone's offset, also a negative or a crooked one")
    func offsets() {
        #expect(tokyo.rfc3339(now) == "2026-11-23T11:42:07+09:00")
        #expect(newYork.rfc3339(now) == "2026-11-22T21:42:07-05:00")
        #expect(kathmandu.rfc3339(now) == "2026-11-23T08:27:07+05:45")
    }

    @Test(
        "a moment is as short as it can be",
        arguments: [
            ("2026-11-23T08:00:00Z", "17:00"), ("2026-11-23T15:00:00Z", "Tue 00:00"),
            ("2026-11-29T08:00:00Z", "Sun 17:00"),
            ("2026-11-30T08:00:00Z", "30 Nov 17:00"), ("2027-01-04T08:00:00Z", "4 Jan 2027 17:00"),
        ])
    func moments(at: String, expected: String) throws {
        #expect(tokyo.moment(try #require(Instant(rfc3339: at)), now: now) == expected)
    }

    @Test("places are called as people call them")
    func places() {
        #expect(tokyo.place == "Tokyo")
        #expect(newYork.place == "New York")
        #expect(LocalTime(zone: .utc).place == "UTC")
    }

    @Test(
        "distances are rounded down to one unit",
        arguments: [
            (59, "just now"), (60, "1 min ago"), (7199, "1 h ago"), (86400, "1 day ago"), (172_800, "2 days ago"),
            (-7200, "in 2 h"),
        ])
    func distances(seconds: Int64, expected: String) {
        #expect(LocalTime.distance(from: now - .seconds(seconds), to: now) == expected)
    }

    @Test(
        "the next time a clock shows something is today or tomorrow",
        arguments: [
            ("11:43", "2026-11-23T02:43:00Z"), ("11:42", "2026-11-24T02:42:00Z"), ("24:00", "2026-11-23T15:00:00Z"),
        ])
    func nextTime(time: String, expected: String) throws {
        #expect(tokyo.next(try #require(CivilTime(time)), after: now) == Instant(rfc3339: expected))
    }

    @Test("a time that clocks jump over has no next, and one they show twice is the first that is still to come")
    func clockChanges() throws {
        let bytes = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin"))
        let berlin = LocalTime(zone: try ZoneRules(id: "Europe/Berlin", tzif: Array(bytes)))
        let time = try #require(CivilTime("02:30"))
        func next(_ now: String) throws -> Instant? { berlin.next(time, after: try #require(Instant(rfc3339: now))) }
        #expect(try next("2026-03-29T00:00:00Z") == nil)
        #expect(try next("2026-03-29T01:00:00Z") == Instant(rfc3339: "2026-03-30T00:30:00Z"))
        #expect(try next("2026-10-25T00:00:00Z") == Instant(rfc3339: "2026-10-25T00:30:00Z"))
        #expect(try next("2026-10-25T00:30:00Z") == Instant(rfc3339: "2026-10-25T01:30:00Z"))
    }
}
