import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// How people are reached. No whole address leaves by here: what is shown is masked.
extension APIRoutes {
    func addContacts(to routes: Routes) {
        on(.get, "/contact-card", routes) { request, _ in
            _ = try request.query([])
            return .card(contacts.card)
        }
        on(.get, "/users/{id}/contacts", routes) { request, context in
            _ = try request.query([])
            return .json(["items": .array(contacts.list(try user(context)).map(\.json))])
        }
        on(.post, "/users/{id}/contacts/{method}", routes) { request, context in
            let (user, method) = (try user(context), try method(context))
            var body = try await readBody(request)
            let address = body.requiredString("address")
            try body.finish()
            let sentTo = try await contacts.add(user, method, address)
            return .json(["method": .string(method.rawValue), "address": .string(sentTo)], status: .accepted)
        }
        on(.post, "/users/{id}/contacts/{method}/verify", routes) { request, context in
            let (user, method) = (try user(context), try method(context))
            var body = try await readBody(request)
            let code = body.requiredString("code")
            try body.finish()
            try await contacts.verify(user, method, code: code, by: Actor(user: nil, via: via(request)))
            return .json(["items": .array(contacts.list(user).filter { $0.method == method }.map(\.json))])
        }
        on(.post, "/users/{id}/contacts/{method}/test", routes) { request, context in
            let (user, method) = (try user(context), try method(context))
            try await readBody(request).finish()
            let outcome = try await contacts.test(user, method)
            return .json([
                "method": .string(method.rawValue), "result": .string(outcome.result.rawValue),
                "evidence": .string(outcome.evidence),
            ])
        }
        on(.delete, "/users/{id}/contacts/{method}", routes) { request, context in
            try await contacts.remove(
                try user(context), try method(context), by: Actor(user: nil, via: via(request)))
            return Response(status: .noContent)
        }
        on(.post, "/users/{id}/link", routes) { request, context in
            let user = try user(context)
            try await readBody(request).finish()
            let expiresAt = engine.now + Links.personalLife
            return .json(
                ["url": .string(engine.links.personal(user, expiresAt: expiresAt)), "expires_at": .time(expiresAt)],
                status: .created)
        }
    }

    private func readBody(_ request: Request) async throws -> JSONBody {
        try JSONBody(try await bodies.readWhole(request), contentType: request.headers[.contentType])
    }

    private func user(_ context: ServerContext) throws -> UserID {
        let user = UserID(rawValue: context.parameters.get("id") ?? "")
        guard engine.read({ $0.directory.users[user] }) != nil else {
            throw Problem(.notFound, Refusal.noSuchUser(user).explanation, code: "no_such_user")
        }
        return user
    }

    private func method(_ context: ServerContext) throws -> ContactMethod {
        let name = context.parameters.get("method") ?? ""
        // What people call it: one number for SMS and calls.
        guard let method = ContactMethod(rawValue: name == "phone" ? "sms" : name) else {
            let known = ContactMethod.allCases.map(\.rawValue).sorted().joined(separator: ", ")
            throw Problem(.notFound, "There is no such contact method. Known: \(known).", code: "no_such_contact")
        }
        return method
    }
}

extension ContactLine {
    fileprivate var json: JSON {
        [
            "method": .string(method.rawValue), "address": .optional(masked), "source": .optional(source?.rawValue),
            "pending": .optional(pending), "obstacle": .optional(obstacle), "can_be_entered": .bool(canBeEntered),
        ]
    }
}
