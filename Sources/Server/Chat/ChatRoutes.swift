import Engine
import HTTPTypes
import Hummingbird
import NIOCore

/// `/chat/{platform}/{path}`: requests of chat platforms. Each goes to its platform's door as it came; the door proves
/// who sends and answers in the platform's own form. A body is read only where its door sees no objection to the rest.
struct ChatRoutes: Sendable {
    /// By the platform's name, as in the path.
    let doors: [String: any ChatDoor]
    let bodies: BodyReader

    func add(to routes: Routes) {
        routes.on(.post, "/chat/{platform}/{path}") { request, context in
            let door = try door(context)
            if let objection = door.objection(to: request.headers, at: path(context)) { return objection.response }
            return try await answer(request, body: try await bodies.readWhole(request), context, door)
        }
        // A platform that looks whether we are there asks in the query; the door reads it where it reads forms.
        routes.on(.get, "/chat/{platform}/{path}") { request, context in
            try await answer(request, body: Array((request.uri.query ?? "").utf8), context, try door(context))
        }
    }

    private func door(_ context: ServerContext) throws -> any ChatDoor {
        guard let door = doors[context.parameters.get("platform") ?? ""] else {
            throw Problem.notFound("No chat platform of this name is configured.")
        }
        return door
    }

    private func path(_ context: ServerContext) -> String { context.parameters.get("path") ?? "" }

    private func answer(
        _ request: Request, body: [UInt8], _ context: ServerContext, _ door: any ChatDoor
    ) async throws -> Response {
        await door.receive(
            HookRequest(method: request.method, headers: request.headers, body: body), at: path(context)
        ).response
    }
}
