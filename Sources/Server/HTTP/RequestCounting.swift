import HTTPTypes
import Hummingbird
import Metrics

/// Counts requests by method and class of status; both sets are closed, so nobody can make labels up.
struct RequestCounting: RouterMiddleware {
    typealias Context = ServerContext

    private let metrics: PrometheusText

    init(metrics: PrometheusText) { self.metrics = metrics }

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        let method = Self.methods.contains(request.method) ? request.method.rawValue : "other"
        Counter(
            label: "tocsin_http_requests_total",
            dimensions: [("method", method), ("status", "\(response.status.code / 100)xx")], factory: metrics
        ).increment()
        return response
    }

    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
}
