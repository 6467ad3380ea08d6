import Engine
import EngineCore
import Foundation
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// `/schedules`: who is on call when, for whoever is logged in; and changes, by a person for themselves or from the
/// console for anybody.
struct ScheduleRoutes: Sendable {
    let engine: Engine
    let console: ConsoleRoutes

    func add(to routes: Routes) {
        show("/schedules", routes) { guest, _, _ in
            let roll = Roll(engine)
            let days = ahead(guest)
            return SchedulesPage(
                guest: guest,
                items: roll.schedules.compactMap { schedule in
                    roll.chart(schedule.id, days, now: guest.viewer.now).map {
                        .init(
                            answer: roll.answer(schedule, at: guest.viewer.now), chart: $0,
                            later: roll.hole(of: schedule.id, after: days, now: guest.viewer.now))
                    }
                }
            ).html
        }
        show("/schedules/{id}", routes) { guest, request, context in
            let query = try request.query(DutyView.parameters.union(["hours", "done"]))
            var page = try page(guest, query, context)
            page.news = query["done"].flatMap(SchedulePage.News.init)
            if let hours = query["hours"].map({ CoverForm.read($0) }) {
                page.form.isOpen = true
                page.form.typed["from"] = hours.map { OverrideForm.write($0.from, guest.viewer.clock) }
                page.form.typed["until"] = hours.map { OverrideForm.write($0.until, guest.viewer.clock) }
            }
            return page.html
        }
        submit(ShiftsPanel.path, routes) { form, guest, _ in try await mine(form, guest) }
        submit("/schedules/{id}/overrides", routes) { form, guest, context in
            try await change(form, guest, context)
        }
        submit("/schedules/{id}/overrides/{number}/remove", routes) { form, guest, context in
            try await takeBack(form, guest, context)
        }
    }

    private func ahead(_ guest: Guest) -> DutyDays {
        let zone = guest.viewer.clock.zone
        return DutyDays(from: zone.civil(at: guest.viewer.now).date, count: SchedulesPage.lookahead, zone: zone)
    }

    func schedule(_ context: ServerContext, _ roll: Roll) throws -> Schedule {
        let id = context.scheduleID
        guard let schedule = roll.directory.roster.schedules[id] else {
            throw Problem(.notFound, Refusal.noSuchSchedule(id).explanation, code: "no_such_schedule")
        }
        return schedule
    }

    func page(_ guest: Guest, _ query: Form, _ context: ServerContext) throws -> SchedulePage {
        let (roll, now) = (Roll(engine), guest.viewer.now)
        let schedule = try schedule(context, roll)
        let view = try DutyView(query, zone: guest.viewer.clock.zone, now: now, find: zone)
        guard let chart = roll.chart(schedule.id, view.days, now: now),
            let ahead = roll.chart(schedule.id, ahead(guest), now: now)
        else { throw Problem(.notFound, Refusal.noSuchSchedule(schedule.id).explanation, code: "no_such_schedule") }
        return SchedulePage(
            guest: guest, answer: roll.answer(schedule, at: now), view: view, chart: chart, ahead: ahead,
            overrides: roll.amendments.overrides.filter { $0.schedule == schedule.id && $0.until > now }
                .sorted { ($0.from, $0.id) < ($1.from, $1.id) })
    }

    func zone(_ name: String) -> ZoneRules? {
        engine.read { $0.directory.roster.zones[ZoneID(rawValue: name)] } ?? console.postmortems.zone(name)
    }

    // MARK: For both kinds of sessions

    private func show(
        _ path: String, _ routes: Routes,
        _ page: @escaping @Sendable (Guest, Request, ServerContext) async throws -> HTML
    ) {
        routes.on(.get, path) { request, context in
            guard let guest = Guest.all(request, engine, console.sessions).first else { return .knock(request) }
            return .html(try await page(guest, request, context))
        }
    }

    private func submit(
        _ path: String, _ routes: Routes,
        _ act: @escaping @Sendable (Form, Guest, ServerContext) async throws -> Response
    ) {
        routes.on(.post, path) { request, context in
            let guests = Guest.all(request, engine, console.sessions)
            guard !guests.isEmpty else { return .seeOther("/login") }
            let form = Form(String(decoding: try await console.bodies.readWhole(request), as: UTF8.self))
            guard let guest = guests.first(where: { console.sessions.isOurs(form, $0.session) }) else {
                throw Problem(
                    .forbidden, "This form is not from this session. Go back, reload the page, and try again.")
            }
            return try await act(form, guest, context)
        }
    }
}

extension ServerContext {
    /// In a path a name may be written with %XX.
    var scheduleID: ScheduleID {
        let text = parameters.get("id") ?? ""
        return ScheduleID(rawValue: text.removingPercentEncoding ?? text)
    }
}
