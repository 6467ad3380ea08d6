import Engine
import HTTPTypes
import Hummingbird
import NIOCore

/// `/callbacks/{provider}/{account}/{path}`: what providers tell us of calls and messages. Each goes to its provider's
/// door as it came, with the address it was sent to, which is part of what is signed.
struct CallbackRoutes: Sendable {
    /// By the provider's name, as in the path.
    let doors: [String: any CallbackDoor]
    let bodies: BodyReader

    func add(to routes: Routes) {
        routes.on(.post, "/callbacks/{provider}/{account}/{path}") { request, context in
            try await answer(request, context) { try await bodies.small.readWhole(request) }
        }
        // Some accounts are set to GET.
        routes.on(.get, "/callbacks/{provider}/{account}/{path}") { request, context in
            try await answer(request, context) { [] }
        }
    }

    private func answer(
        _ request: Request, _ context: ServerContext, body: () async throws -> [UInt8]
    ) async throws -> Response {
        guard let door = doors[context.parameters.get("provider") ?? ""] else {
            throw Problem.notFound("No provider of this name is configured.")
        }
        let account = context.parameters.get("account") ?? ""
        let path = context.parameters.get("path") ?? ""
        if let objection = door.objection(to: request.headers, account: account, path: path) {
            return objection.response
        }
        let received = HookRequest(method: request.method, headers: request.headers, body: try await body())
        return await door.receive(received, target: request.uri.string, account: account, path: path).response
    }
}
