import Timekeeping

/// The header Retry-After (RFC 9110, section 10.2.3).
package enum RetryAfter {
    /// A pager that is told to wait longer has been told to go away.
    package static let longest = Duration.hours(1)

    /// From the answer's arrival, 0 to `longest`; nil when the value is neither seconds nor an HTTP date.
    /// - Parameter date: the answer's own Date header; a date is measured by the clock it was made with, if possible.
    package static func wait(_ value: String, date: String?, now: Instant) -> Duration? {
        if !value.isEmpty, value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            // Too many digits for an integer are too many seconds as well.
            return min(Int64(value.prefix(10)).map { .seconds($0) } ?? longest, longest)
        }
        guard let then = instant(httpDate: value) else { return nil }
        let asked = then - (date.flatMap(instant(httpDate:)) ?? now)
        return max(.zero, min(asked, longest))
    }

    /// What an answer asks for; nil when it asks for nothing that can be read.
    /// - Parameter sentAt: when the request began.
    static func wait(of response: OutboundResponse, sentAt: Instant) -> Duration? {
        response.header("Retry-After").flatMap {
            wait($0, date: response.header("Date"), now: sentAt + response.elapsed)
        }
    }

    /// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate); nil for anything else. The name of the day is not checked.
    package static func instant(httpDate text: String) -> Instant? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
            let month = months.firstIndex(of: String(parts[2])),
            parts[1].utf8.count == 2, parts[3].utf8.count == 4, parts[4].utf8.count == 8
        else { return nil }
        let monthNumber = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Instant(rfc3339: "\(parts[3])-\(monthNumber)-\(parts[1])T\(parts[4])Z")
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
