import Crypto
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// Schedules drawn: as SVG, as letters for a terminal, and as JSON.
extension APIRoutes {
    /// A picture of now is as good for this long.
    private static let nowStep: Int64 = 300

    func addPictures(to routes: Routes) {
        on(.get, "/schedules/{id}/picture.svg", routes) { request, context in
            let query = try request.query(DutyView.parameters.union(["days", "theme", "width"]))
            guard let theme = DutyPicture.Theme(rawValue: query["theme"] ?? "auto") else {
                throw Problem(.badRequest, "'theme' must be light, dark or auto.", code: "bad_theme")
            }
            let width = try Self.number("width", query, 320...2000) ?? Int(DutyPicture.wide)
            let step = Instant(seconds: engine.now.milliseconds / 1000 / Self.nowStep * Self.nowStep)
            let (chart, view) = try chart(query, context, now: step)
            let picture = DutyPicture(chart, width: Double(width), theme: theme, month: view.month)
            return .picture(picture.svg, for: request)
        }
        on(.get, "/schedules/{id}/chart", routes) { request, context in
            let query = try request.query(DutyView.parameters.union(["days", "format", "width", "colour"]))
            let (chart, _) = try chart(query, context, now: engine.now)
            let width = try Self.number("width", query, DutyText.narrowest...DutyText.widest) ?? 100
            switch query["format"] ?? "json" {
            case "json":
                let encoder = JSONEncoder()
                encoder.keyEncodingStrategy = .convertToSnakeCase
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                let text = String(decoding: try encoder.encode(DutyRecord(chart)), as: UTF8.self) + "\n"
                return .text(text, contentType: "application/json")
            case "text":
                return .text(DutyText(width: width, isColoured: query["colour"] == "yes").draw(chart))
            default: throw Problem(.badRequest, "'format' must be json or text.", code: "bad_format")
            }
        }
    }

    private func chart(_ query: Form, _ context: ServerContext, now: Instant) throws -> (DutyChart, DutyView) {
        let roll = Roll(engine)
        let id = context.scheduleID
        guard let schedule = roll.directory.roster.schedules[id] else {
            throw Problem(.notFound, Refusal.noSuchSchedule(id).explanation, code: "no_such_schedule")
        }
        let zones = roll.directory.roster.zones
        var view = try DutyView(query, zone: zones[schedule.zone] ?? .utc, now: now) { name in
            zones[ZoneID(rawValue: name)] ?? postmortems.zone(name)
        }
        view.count = try Self.number("days", query, 1...DutyDays.longest)
        guard let chart = roll.chart(id, view.days, now: now) else {
            throw Problem(.notFound, Refusal.noSuchSchedule(id).explanation, code: "no_such_schedule")
        }
        return (chart, view)
    }

    private static func number(_ name: String, _ query: Form, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(
                .badRequest, "'\(name)' must be a number from \(range.lowerBound) to \(range.upperBound).",
                code: "bad_number")
        }
        return number
    }
}

extension Response {
    /// A picture that brings its own style and may do nothing else; whoever has it already is told so.
    static func picture(_ svg: String, for request: Request) -> Response {
        let tag = "\"\(Hex.encode(SHA256.hash(data: Data(svg.utf8)).prefix(12)))\""
        let known = request.headers[.ifNoneMatch]?.split(separator: ",").map { $0.trimmingPrefix("W/") }
        let isKnown = known?.contains { $0.filter { $0 != " " }.replacing("W/", with: "") == tag || $0 == "*" } ?? false
        var response =
            isKnown
            ? Response(status: .notModified) : Response.text(svg, contentType: "image/svg+xml; charset=utf-8")
        response.headers[.eTag] = tag
        response.headers[.cacheControl] = "private, no-cache"
        response.headers[.contentSecurityPolicy] = """
            default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
            frame-ancestors 'none'; sandbox
            """
        return response
    }
}

extension OpenAPI {
    private static let days = [
        parameter("view", in: "query", ["type": "string", "enum": ["week", "month"]], "A week when absent."),
        parameter("from", in: "query", ["type": "string", "format": "date"], "The first day; today when absent."),
        parameter("days", in: "query", ["type": "integer"], "So many days instead of a week or a month."),
        parameter("in", in: "query", ["type": "string"], "On this zone's clocks; the schedule's when absent."),
        parameter("width", in: "query", ["type": "integer"], "Of the picture: pixels, or columns of text."),
    ]

    static let pictures: [Operation] = [
        .init(
            method: .get, path: "/api/v1/schedules/{id}/picture.svg", id: "schedulePicture",
            summary: "A schedule drawn, with everybody's nights, holes and clock changes.",
            parameters: days + [
                parameter("theme", in: "query", ["type": "string", "enum": ["light", "dark", "auto"]])
            ],
            answers: [200: texts("The picture.", ["image/svg+xml"]), 304: answer("You have it already.")]),
        .init(
            method: .get, path: "/api/v1/schedules/{id}/chart", id: "scheduleChart",
            summary: "The same as data, or drawn with letters for a terminal.",
            parameters: days + [
                parameter("format", in: "query", ["type": "string", "enum": ["json", "text"]]),
                parameter("colour", in: "query", ["type": "string", "enum": ["yes", "no"]]),
            ],
            answers: [200: texts("The chart.", ["application/json", "text/plain"])]),
    ]
}
