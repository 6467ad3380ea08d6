import Engine
import HTTPTypes
import Hummingbird
import Logging

/// Turns every thrown error into an answer, and logs the unexpected ones where somebody sees them: Hummingbird itself
/// answers those with a bare 500 and says why at debug level only.
struct ErrorResponses: RouterMiddleware {
    typealias Context = ServerContext

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let problem: Problem
        do {
            return try await next(request, context)
        } catch let thrown as Problem {
            problem = thrown
        } catch let thrown as ContactProblem {
            problem = thrown.problem
        } catch let trouble as LinkTrouble {
            return trouble.page
        } catch let thrown as HTTPError where thrown.status == .notFound {
            problem = .notFound("There is nothing at this address.")
        } catch let thrown as any HTTPResponseError {
            problem = Problem(thrown.status, "The request cannot be carried out.")
        } catch {
            problem = Problem(.internalServerError, "This is Tocsin's fault. Its log says more.", cause: error)
        }
        if let cause = problem.cause {
            context.logger.error(
                "a request failed",
                metadata: [
                    "error": "\(cause)", "method": "\(request.method)", "endpoint": "\(context.endpointPath ?? "")",
                ])
        }
        return wantsPage(request) ? problem.page : problem.response
    }

    private func wantsPage(_ request: Request) -> Bool {
        let path = request.uri.path
        if path.hasPrefix("/api/") || path.hasPrefix("/hooks/") || path.hasPrefix("/chat/") { return false }
        return request.wantsPage
    }
}

extension Request {
    /// Whether a browser asks.
    var wantsPage: Bool { headers[.accept]?.contains("text/html") ?? false }
}
