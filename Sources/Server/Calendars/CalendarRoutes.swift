import Engine
import HTTPTypes
import Hummingbird
import Incidents
import Timekeeping

/// `/ical/{token}.ics`: a calendar that other programs subscribe to. Whoever has the address may read it, without
/// logging in; one that was revoked is answered as one that never was.
struct CalendarRoutes: Sendable {
    let engine: Engine
    let calendars: CalendarDesk

    static let type = "text/calendar; charset=utf-8"

    func add(to routes: Routes) {
        routes.on(.get, "/ical/{file}") { request, context in
            let name = context.parameters.get("file") ?? ""
            guard name.hasSuffix(".ics"), let id = engine.links.readCalendar(token: String(name.dropLast(4))),
                let file = try await engine.readingLog({ try await calendars.file(of: id) })
            else { throw Problem.notFound("There is no such calendar, or it has been revoked.") }
            return Self.answer(file, to: request)
        }
    }

    private static func answer(_ file: CalendarDesk.File, to request: Request) -> Response {
        let tag = "\"\(ConstantTime.digest(file.text).prefix(32))\""
        let modified = file.modified.httpDate
        var response =
            isKnown(tag, modified, request) ? Response(status: .notModified) : .text(file.text, contentType: type)
        response.headers[.eTag] = tag
        response.headers[.lastModified] = modified
        response.headers[.cacheControl] = "private, max-age=300"
        if let robots = HTTPField.Name("X-Robots-Tag") { response.headers[robots] = "noindex" }
        if response.status == .ok { response.headers[.contentDisposition] = "inline; filename=\"oncall.ics\"" }
        return response
    }

    /// RFC 9110, sections 13.1.2 and 13.1.3: the tag counts where there is one.
    private static func isKnown(_ tag: String, _ modified: String, _ request: Request) -> Bool {
        guard let tags = request.headers[.ifNoneMatch] else { return request.headers[.ifModifiedSince] == modified }
        return tags.split(separator: ",").contains { one in
            let one = one.trimmingSpaces
            return one == "*" || one == tag || one == "W/\(tag)"
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return text
    }
}

extension Instant {
    /// `Mon, 23 Nov 2026 21:00:00 GMT` (RFC 9110, section 5.6.7).
    var httpDate: String {
        let local = ZoneRules.utc.civil(at: self)
        let date = local.date
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let text = rfc3339
        let day = text.dropFirst(8).prefix(2)
        let time = text.dropFirst(11).prefix(8)
        return
            "\(date.weekday.abbreviation.capitalizedASCII), \(day) \(months[date.month - 1]) \(text.prefix(4)) \(time) GMT"
    }
}

extension String {
    fileprivate var capitalizedASCII: String { prefix(1).uppercased() + dropFirst() }
}
