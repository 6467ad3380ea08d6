import HTTPTypes
import Hummingbird

/// On every answer: nothing of ours is framed, sniffed, indexed, kept by a cache or named to another site, and no
/// script runs, ours included. A document that carries its own style says so itself.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = ServerContext

    let isHTTPS: Bool

    static let policy = """
        default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
        frame-ancestors 'none'
        """

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.contentSecurityPolicy] == nil { response.headers[.contentSecurityPolicy] = Self.policy }
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.robotsTag] = "noindex, nofollow"
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        response.headers[.openerPolicy] = "same-origin"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        if isHTTPS { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        return response
    }
}

extension HTTPField.Name {
    static let referrerPolicy = Self("Referrer-Policy")!
    static let robotsTag = Self("X-Robots-Tag")!
    static let openerPolicy = Self("Cross-Origin-Opener-Policy")!
    static let fetchSite = Self("Sec-Fetch-Site")!
    static let idempotencyKey = Self("Idempotency-Key")!
    static let link = Self("Link")!
}
