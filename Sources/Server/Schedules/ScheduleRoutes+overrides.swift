import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// Somebody comes or goes for some hours.
extension ScheduleRoutes {
    /// Asks first when somebody else would be paged from now on, or when the times can be misread.
    func change(_ form: Form, _ guest: Guest, _ context: ServerContext) async throws -> Response {
        let roll = Roll(engine)
        let schedule = try schedule(context, roll)
        let acting = try guest.own ?? console.acting(form)
        do {
            let wish = try OverrideWish(
                form, acting: acting, isOwn: guest.own != nil, zones: zone, people: roll.directory)
            let next = (roll.amendments.overrides.map(\.id).max() ?? 0) + 1
            var after = roll
            after.amendments.overrides.append(
                Override(
                    id: next, schedule: schedule.id, from: wish.from, until: wish.until, kind: wish.kind,
                    createdAt: guest.viewer.now))
            let question = OverrideQuestion(
                guest: guest, schedule: schedule, from: wish.from, until: wish.until,
                words: wish.kind.sentence { roll.directory.name(of: $0) }, doubts: wish.doubts,
                before: roll.answer(schedule, at: guest.viewer.now),
                after: after.answer(schedule, at: guest.viewer.now))
            if form["confirm"] != "yes", !wish.doubts.isEmpty || question.changesNow {
                return .html(question.page(form, action: "overrides", button: "Yes, do it"))
            }
            let reply = await engine.submit(
                .command(
                    .addOverride(
                        schedule.id, from: wish.from, until: wish.until, kind: wish.kind, leaveHole: wish.leaveHole,
                        by: Actor(user: acting, via: .console)),
                    request: console.request(form, "override/\(schedule.id.rawValue)")))
            if case .refused(let refusal) = reply {
                return try refused(refusal, form, guest, context)
            }
            if case .unavailable(let wait) = reply { throw Problem.unavailable(retryAfter: wait) }
            guard case .overrideAdded = reply else { throw UnexpectedReply(reply: reply) }
            return done(.added, schedule.id, from: wish.from, acting: guest.own == nil ? acting : nil, guest)
        } catch let problem as Problem where problem.status == .unprocessableContent {
            return try refused("\(problem.detail)", problem.status, form, guest, context, asksForHole: false)
        }
    }

    private func refused(
        _ refusal: Refusal, _ form: Form, _ guest: Guest, _ context: ServerContext
    ) throws -> Response {
        if case .leavesHole(_, let at) = refusal {
            let moment = DutyWords.moment(at, guest.viewer.clock)
            return try refused(
                """
                Nobody would be on call from \(moment) on, so nothing was changed. Choose other hours, or tick \
                "It may leave nobody on call" below if that is meant.
                """, .conflict, form, guest, context, asksForHole: true)
        }
        return try refused(
            "\(refusal.explanation)", refusal.problem.status, form, guest, context, asksForHole: false)
    }

    /// The page again, with what was typed.
    private func refused(
        _ words: HTML, _ status: HTTPResponse.Status, _ form: Form, _ guest: Guest, _ context: ServerContext,
        asksForHole: Bool
    ) throws -> Response {
        var page = try page(guest, Form(""), context)
        page.form.trouble = words
        page.form.isOpen = true
        page.form.asksForHole = asksForHole
        page.form.typed = form.fields
        for field in ["from", "until"] {
            guard let at = form[field].flatMap({ Instant(rfc3339: $0) }) else { continue }
            page.form.typed[field] = OverrideForm.write(at, guest.viewer.clock)
        }
        return .html(page.html, status: status)
    }

    func takeBack(_ form: Form, _ guest: Guest, _ context: ServerContext) async throws -> Response {
        let roll = Roll(engine)
        let schedule = try schedule(context, roll)
        guard let number = context.parameters.get("number").flatMap({ Int($0) }),
            let override = roll.amendments.overrides.first(where: { $0.id == number && $0.schedule == schedule.id })
        else { throw Problem.notFound("This override was taken back already, or there never was one.") }
        if let own = guest.own, override.by != own {
            throw Problem(
                .forbidden, "You are here as \(roll.directory.name(of: own)), and may take back only what you did.")
        }
        if guest.own != nil, override.origin != nil {
            throw Problem(
                .forbidden, "Two people agreed on it, and one alone cannot take it back. Ask for cover instead.")
        }
        var after = roll
        after.amendments.overrides.removeAll { $0.id == number }
        let question = OverrideQuestion(
            guest: guest, schedule: schedule, from: override.from, until: override.until,
            words: "Taken back: \(override.kind.sentence { roll.directory.name(of: $0) })", doubts: [],
            before: roll.answer(schedule, at: guest.viewer.now), after: after.answer(schedule, at: guest.viewer.now))
        if form["confirm"] != "yes", question.changesNow {
            return .html(question.page(form, action: "overrides/\(number)/remove", button: "Yes, take it back"))
        }
        _ = try await engine.carryOut(
            .removeOverride(number, by: Actor(user: guest.own ?? guest.viewer.acting, via: .console)),
            request: console.request(form, "override/\(number)/remove"))
        return done(.removed, schedule.id, from: override.from, acting: nil, guest)
    }

    private func done(
        _ news: SchedulePage.News, _ id: ScheduleID, from: Instant, acting: UserID?, _ guest: Guest
    ) -> Response {
        let zone = guest.viewer.clock.zone
        let (day, today) = (zone.civil(at: from).date, zone.civil(at: guest.viewer.now).date)
        let away = day.daysSinceEpoch - today.daysSinceEpoch
        let week = (0..<7).contains(away) || away < 0 ? "" : "&from=\(day)"
        var response = Response.seeOther("/schedules/\(Form.encode(id.rawValue))?done=\(news.rawValue)\(week)")
        if let acting { response.headers[.setCookie] = console.sessions.remember(acting: acting.rawValue) }
        return response
    }
}

/// "Are you sure?", with what it changes, on everybody's clocks.
struct OverrideQuestion {
    let guest: Guest
    let schedule: Schedule
    let from: Instant
    let until: Instant
    let words: String
    let doubts: [String]
    let before: Roll.Answer
    let after: Roll.Answer

    /// Whether other people would be paged from now on.
    var changesNow: Bool { before.people.map(\.user).sorted() != after.people.map(\.user).sorted() }

    func page(_ form: Form, action: String, button: String) -> HTML {
        let viewer = guest.viewer
        let path = "/schedules/\(Form.encode(schedule.id.rawValue))"
        var kept = form.fields.filter { !["csrf", "request", "confirm", "from", "until"].contains($0.key) }
        kept["confirm"] = "yes"
        if action == "overrides" { (kept["from"], kept["until"]) = (from.rfc3339, until.rfc3339) }
        let fields = kept.sorted { $0.key < $1.key }.map {
            "<input type=\"hidden\" name=\"\($0.key)\" value=\"\($0.value)\">" as HTML
        }
        return Layout.shared(
            guest, title: "Are you sure?",
            """
            <h1>\(changesNow ? "This changes who is on call now" : "Do you mean these hours?")</h1>
            <div class="card">
            <p><b>\(HTML.foreign(words))</b></p>
            <dl>\(clocks.map { "<dt>\($0.place)</dt><dd>\(DutyWords.span(from, until, $0))</dd>" as HTML })
            \(changesNow ? turn : nil)
            </dl>
            \(doubts.map { "<p>\($0)</p>" as HTML })
            \(changesNow ? "<p>Open incidents that wait for an answer page them at once.</p>" as HTML : nil)
            <form method="post" action="\(path)/\(action)">
            \(viewer.guards)
            \(fields)
            <div class="buttons"><button class="big first">\(button)</button></div>
            </form>
            <p><a href="\(path)">No, go back</a></p>
            </div>
            """)
    }

    private var turn: HTML {
        "<dt>Now</dt><dd>\(names(before))</dd><dt>Then at once</dt><dd>\(names(after))</dd>"
    }

    private func names(_ answer: Roll.Answer) -> HTML {
        answer.people.isEmpty
            ? "<span class=\"state triggered\">nobody</span>"
            : "\(HTML.foreign(answer.people.map(\.name).joined(separator: " and ")))"
    }

    /// The viewer's, the plan's, and those of whoever comes or goes, each once.
    private var clocks: [LocalTime] {
        let plan = LocalTime(zone: guest.viewer.directory.roster.zones[schedule.zone] ?? .utc)
        var found: [LocalTime] = []
        for clock in [guest.viewer.clock, plan] + (before.people + after.people).map(\.clock)
        where !found.contains(where: { $0.zone.id == clock.zone.id }) { found.append(clock) }
        return found
    }
}
