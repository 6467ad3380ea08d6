import HTTPTypes
import Hummingbird

/// What went wrong, for whoever asked: RFC 9457. Thrown by handlers and written by `ErrorResponses`, as
/// `application/problem+json` or as a page, by who is asking.
struct Problem: Error {
    let status: HTTPResponse.Status
    /// One plain sentence with the way out. Holds no secret.
    let detail: String
    /// For programs: closed set, snake case.
    let code: String?
    let errors: [Fault]
    let headers: HTTPFields
    /// For the log, and nobody else.
    let cause: (any Error)?

    /// One thing wrong with the request's body.
    struct Fault: Hashable {
        /// A JSON pointer as a URI fragment: `#/title`.
        let pointer: String
        let detail: String
    }

    init(
        _ status: HTTPResponse.Status, _ detail: String, code: String? = nil, errors: [Fault] = [],
        headers: HTTPFields = [:], cause: (any Error)? = nil
    ) {
        self.status = status
        self.detail = detail
        self.code = code
        self.errors = errors
        self.headers = headers
        self.cause = cause
    }

    static func unavailable(retryAfter: Duration) -> Problem {
        Problem(
            .serviceUnavailable, "Nothing was recorded. Try again.", code: "unavailable",
            headers: [.retryAfter: String(max(1, retryAfter.components.seconds))])
    }

    static func logUnreadable(_ cause: any Error) -> Problem {
        Problem(
            .serviceUnavailable, "The log cannot be read just now. Try again.", code: "unavailable",
            headers: [.retryAfter: "5"], cause: cause)
    }

    static func notFound(_ detail: String) -> Problem { Problem(.notFound, detail, code: "not_found") }

    var json: JSON {
        var members: [String: JSON] = [
            "type": "about:blank", "title": .string(status.reasonPhrase), "status": .int(status.code),
            "detail": .string(detail),
        ]
        if let code { members["code"] = .string(code) }
        if !errors.isEmpty {
            members["errors"] = .array(
                errors.map { ["pointer": .string($0.pointer), "detail": .string($0.detail)] })
        }
        return .object(members)
    }

    var response: Response {
        var response = Response.json(json, status: status, contentType: "application/problem+json")
        for field in headers { response.headers.append(field) }
        return response
    }

    /// The same as a page, for somebody who followed a link.
    var page: Response {
        var response = Response.html(
            Layout.plain(
                title: status.reasonPhrase,
                """
                <h1>\(status.reasonPhrase)</h1>
                <p>\(detail)</p>
                \(errors.map { "<p>\($0.detail)</p>" as HTML })
                <p><a href="/">To the console</a></p>
                """), status: status)
        for field in headers { response.headers.append(field) }
        return response
    }
}
