import Engine
import HTTPTypes
import Hummingbird
import Timekeeping

extension ConsoleRoutes {
    func addReports(to routes: Routes) {
        show("/reports/load", routes) { viewer, request, _ in
            let query = try request.query(["days"])
            guard let days = Int64(query["days"] ?? "\(LoadReport.standardDays)"), LoadPage.choices.contains(days)
            else { throw Problem.notFound("There is no such report.") }
            let zone = viewer.clock.zone
            do {
                let report = try await engine.loadReport(
                    from: viewer.now - .days(days), until: viewer.now, zone: zone, past)
                return LoadPage(viewer: viewer, report: report, days: days).html
            } catch let error as PastRosterError {
                throw Problem(.internalServerError, error.description, code: "past_unreadable", cause: error)
            } catch {
                throw Problem.logUnreadable(error)
            }
        }
    }
}
