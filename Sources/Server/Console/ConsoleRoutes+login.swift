import Engine
import HTTPTypes
import Hummingbird
import Logging

extension ConsoleRoutes {
    func addLogin(to routes: Routes) {
        routes.on(.get, "/login") { request, _ in
            .html(loginPage(next: Form(request.uri.query ?? "")["next"], wrong: false))
        }
        routes.on(.post, "/login") { request, context in try await logIn(request, context) }
        submit("/logout", routes, bodies.small) { _, _, _ in
            var response = Response.seeOther("/login")
            response.headers[.setCookie] = sessions.close()
            return response
        }
    }

    private func logIn(_ request: Request, _ context: ServerContext) async throws -> Response {
        // There is no session yet that a form could be bound to; the browser says where it comes from.
        if let site = request.headers[.fetchSite], site != "same-origin", site != "none" {
            throw Problem(.forbidden, "Log in from Tocsin's own page.")
        }
        let now = engine.now
        let form = Form(String(decoding: try await bodies.small.readWhole(request), as: UTF8.self))
        guard sessions.isAdminToken(form["token"] ?? "") else {
            // Only the wrong are turned away: behind a proxy everybody has one address, and nobody may lock us out.
            if let wait = throttle.wait(for: context.peer, at: now) {
                throw Problem(
                    .tooManyRequests, "Too many wrong passwords from your address. Try again in \(wait) seconds.",
                    code: "too_many_logins", headers: [.retryAfter: String(wait)])
            }
            throttle.failed(context.peer, at: now)
            context.logger.warning("a login failed", metadata: ["peer": "\(context.peer ?? "unknown")"])
            return .html(loginPage(next: form["next"], wrong: true), status: .unauthorized)
        }
        var response = Response.seeOther(Self.safePath(form["next"]))
        response.headers[.setCookie] = sessions.open(at: now)
        return response
    }

    /// Never to another host: `//evil.example` and `/\evil.example` are other hosts to a browser.
    static func safePath(_ next: String?) -> String {
        guard let next, next.hasPrefix("/"), !next.hasPrefix("//"), next.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !next.contains("\\"), next.utf8.count < 500
        else { return "/" }
        return next
    }

    private func loginPage(next: String?, wrong: Bool) -> HTML {
        Layout.plain(
            title: "Log in",
            """
            <h1>Tocsin</h1>
            \(wrong ? "<p class=\"alarm\">That is not the admin token.</p>" as HTML : nil)
            <form method="post" action="/login">
            <input type="hidden" name="next" value="\(next ?? "/")">
            <label>Admin token
            <input type="password" name="token" autocomplete="current-password" autofocus required></label>
            <div class="buttons"><button class="big first">Log in</button></div>
            </form>
            <p class="quiet small">Whoever runs Tocsin has it. To acknowledge a page you need no login: use the link
            in it.</p>
            """)
    }
}
