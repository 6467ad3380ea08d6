import HTTPTypes
import Hummingbird

/// One path, written as in OpenAPI, and one method.
package struct Endpoint: Hashable, Sendable {
    package let method: HTTPRequest.Method
    package let path: String
}

/// Puts handlers into the router and remembers which, so that a known path with another method is answered 405 and not
/// 404, and the API's description can be held to what is served.
final class Routes {
    typealias Handler = @Sendable (Request, ServerContext) async throws -> Response

    private let router: Router<ServerContext>
    private(set) var endpoints: [Endpoint] = []

    init(_ router: Router<ServerContext>) { self.router = router }

    func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        endpoints.append(Endpoint(method: method, path: path))
        router.on(RouterPath(path), method: method, use: handler)
    }

    /// Call after the last `on`.
    func refuseOtherMethods() {
        for (path, known) in Dictionary(grouping: endpoints, by: \.path) {
            var allowed = Set(known.map(\.method))
            if allowed.contains(.get) { allowed.insert(.head) }
            let list = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.methods where !allowed.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw Problem(
                        .methodNotAllowed, "This address takes \(list) only.", headers: [.allow: list])
                }
            }
        }
    }

    private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
}
