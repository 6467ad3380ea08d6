import Engine
import HTTPTypes
import Hummingbird
import Timekeeping

extension APIRoutes {
    func addReports(to routes: Routes) {
        on(.get, "/reports/load", routes) { request, _ in
            let query = try request.query(["from", "until", "in"])
            let zone = try self.zone(query)
            let span = try LoadSpan(
                from: moment("from", query, zone)?.readings.first, until: moment("until", query, zone)?.readings.last,
                now: engine.now)
            let report = try await readingPast {
                try await engine.loadReport(from: span.from, until: span.until, zone: zone ?? .utc, past)
            }
            return .text(report.json, contentType: "application/json")
        }
    }
}

/// What a report is about, by default the last weeks.
struct LoadSpan {
    let from: Instant
    let until: Instant

    /// - Throws: `Problem` 400 when it ends before it begins, or is too long.
    init(from: Instant?, until: Instant?, now: Instant) throws {
        self.until = until ?? now
        self.from = from ?? self.until - .days(LoadReport.standardDays)
        guard self.from < self.until else {
            throw Problem(.badRequest, "The report would end before it begins.", code: "bad_span")
        }
        guard self.until - self.from <= .days(LoadReport.longestDays) else {
            throw Problem(
                .badRequest, "A report covers at most \(LoadReport.longestDays) days. Ask for a shorter span.",
                code: "bad_span")
        }
    }
}
