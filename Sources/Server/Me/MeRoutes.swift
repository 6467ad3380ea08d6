import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// `/me`: how one can be reached. Opened by a personal link, for its person alone; or from the console, for anybody.
struct MeRoutes: Sendable {
    let engine: Engine
    let contacts: ContactDesk
    let bodies: BodyReader
    let sessions: Sessions
    let used = UsedLinks()

    func add(to routes: Routes) {
        routes.on(.get, "/me") { request, _ in try look(request) }
        routes.on(.post, "/me") { request, _ in try await act(request) }
        routes.on(.get, "/me/tocsin.vcf") { request, _ in
            guard !guests(request).isEmpty else { return .seeOther("/me") }
            return .card(contacts.card)
        }
        routes.on(.get, "/me/{token}") { _, context in
            let name = engine.read { $0.directory }.name(of: try link(context).user)
            return .html(
                Layout.plain(
                    title: "How you can be reached",
                    """
                    <h1>How you can be reached</h1>
                    <form method="post"><div class="buttons">
                    <button class="big first">Continue as \(name)</button>
                    </div></form>
                    <p class="quiet small">The link works once, and you stay logged in here for \
                    \(Int(Sessions.personalLife.components.seconds / 3600)) hours. Not you? Then close this page.</p>
                    """))
        }
        routes.on(.post, "/me/{token}") { request, context in
            // Another site could put its visitors into its own session with a link it has.
            if let site = request.headers[.fetchSite], site != "same-origin", site != "none" {
                throw Problem(.forbidden, "Open your link itself, and press the button there.")
            }
            let link = try link(context)
            _ = try await bodies.small.readWhole(request)
            let now = engine.now
            switch used.use(link, at: now) {
            case .first: break
            case .again: throw Self.usedAlready
            case .tooMany:
                throw LinkTrouble(
                    .tooManyRequests, "Too many links of yours were used", "Try this one again within the hour.")
            }
            var response = Response.seeOther("/me")
            response.headers[.setCookie] = sessions.open(link.user, at: now)
            return response
        }
    }

    private static let usedAlready = LinkTrouble(
        .gone, "This link was used already", "Each works once, so ask for another. \(MePage.wayIn)")

    /// A link that can still be used.
    private func link(_ context: ServerContext) throws -> PersonalLink {
        switch engine.links.readPersonal(token: context.parameters.get("token") ?? "", now: engine.now) {
        case .success(let link):
            guard engine.read({ $0.directory.users[link.user] }) != nil else {
                throw LinkTrouble(.notFound, "This link does not work", "Its person is not in the configuration.")
            }
            guard !used.wasUsed(link) else { throw Self.usedAlready }
            return link
        case .failure(.expired):
            throw LinkTrouble(.gone, "This link has expired", "It was good for an hour. \(MePage.wayIn)")
        case .failure(.invalid):
            throw LinkTrouble(
                .notFound, "This link does not work",
                "It may have been cut short on its way. Copy the whole link, or ask for a new one. \(MePage.wayIn)")
        }
    }

    // MARK: Who asks

    private func guests(_ request: Request) -> [Guest] { Guest.all(request, engine, sessions) }

    /// The person the guest speaks of.
    /// - Throws: `Problem` 403 when it is not theirs to.
    private func person(_ named: String?, _ guest: Guest) throws -> Directory.User? {
        let directory = guest.viewer.directory
        if let own = guest.own {
            guard named == nil || named == own.rawValue else {
                throw Problem(
                    .forbidden, "You are here as \(directory.name(of: own)), and may see to that person only.")
            }
            return directory.users[own]
        }
        guard let named else { return nil }
        let user = UserID(rawValue: named)
        guard let person = directory.users[user] else { throw Refusal.noSuchUser(user).problem }
        return person
    }

    private func look(_ request: Request) throws -> Response {
        let query = try request.query(["user", "done", "method"])
        let guests = guests(request)
        guard let guest = guests.first else {
            if request.headers[.fetchSite] == "cross-site" { return .knock(request) }
            return .html(MePage.door, status: .unauthorized)
        }
        // In the console one's own comes first, if it is known who that is.
        let likely = guests.last?.own ?? guest.viewer.acting
        let named = query["user"] ?? (guest.own == nil ? likely?.rawValue : nil)
        guard let person = try person(named, guest) else { return .html(MePage.choice(guest.viewer)) }
        var page = page(person, guest)
        page.news = query["done"].flatMap(MePage.News.init)
        return .html(page.html)
    }

    private func page(_ person: Directory.User, _ guest: Guest) -> MePage {
        MePage(
            person: person, lines: contacts.list(person.id), viewer: guest.viewer, isOwn: guest.own != nil,
            suggestedTopic: "tocsin-\(randomLetters(16))",
            shifts: ShiftsPanel(
                person: person, guest: guest, book: .init(engine, at: guest.viewer.now), links: engine.links),
            card: contacts.card)
    }

    // MARK: What they do

    private func act(_ request: Request) async throws -> Response {
        let guests = guests(request)
        guard !guests.isEmpty else { return .seeOther("/me") }
        let form = Form(String(decoding: try await bodies.readWhole(request), as: UTF8.self))
        guard let guest = guests.first(where: { sessions.isOurs(form, $0.session) }) else {
            throw Problem(
                .forbidden, "This form is not from this session. Go back, reload the page, and try again.")
        }
        if form["do"] == "leave" {
            var response = Response.seeOther("/me")
            response.headers[.setCookie] = sessions.closePersonal()
            return response
        }
        guard let person = try person(form["user"], guest) else {
            throw Problem(.unprocessableContent, "Go back and choose whose contacts these are.")
        }
        guard let deed = form["do"].flatMap(MePage.Deed.init),
            let method = form["method"].flatMap(ContactMethod.init)
        else { throw Problem(.unprocessableContent, "There is no such button.") }
        do {
            return try await carryOut(deed, method, form, person, guest)
        } catch let problem as ContactProblem {
            var page = page(person, guest)
            page.trouble = MePage.Trouble(
                method: method, deed: deed, words: problem.description, typed: form["typed"] ?? "")
            return .html(page.html, status: problem.problem.status)
        }
    }

    private func carryOut(
        _ deed: MePage.Deed, _ method: ContactMethod, _ form: Form, _ person: Directory.User, _ guest: Guest
    ) async throws -> Response {
        let by = Actor(user: guest.own ?? guest.viewer.acting, via: .console)
        let typed = form["typed"] ?? ""
        let news: MePage.News
        switch deed {
        case .add:
            _ = try await contacts.add(person.id, method, typed)
            news = .sent
        case .verify:
            try await contacts.verify(person.id, method, code: typed, by: by)
            news = .proved
        case .remove:
            try await contacts.remove(person.id, method, by: by)
            news = .removed
        case .test:
            let outcome = try await contacts.test(person.id, method)
            var page = page(person, guest)
            page.tested = (method, outcome)
            return .html(page.html)
        }
        let whose = guest.own == nil ? "&user=\(Form.encode(person.id.rawValue))" : ""
        return .seeOther("/me?done=\(news.rawValue)&method=\(method.rawValue)\(whose)#\(method.rawValue)")
    }
}
