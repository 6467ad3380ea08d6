import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// Somebody who asks the server for things: a program with the token, a browser with cookies, or anybody.
struct Visitor: Sendable {
    let client: any TestClientProtocol
    let token: String

    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let body: String

        /// The members of the JSON object that was answered, or an empty one.
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
        }

        var items: [[String: Any]] { json["items"] as? [[String: Any]] ?? [] }

        func text(_ member: String) -> String? { json[member] as? String }

        /// The pointers of a 422.
        var pointers: [String] {
            (json["errors"] as? [[String: Any]] ?? []).compactMap { $0["pointer"] as? String }
        }

        /// A hidden field's value in the page.
        func field(_ name: String) -> String? {
            body.components(separatedBy: "name=\"\(name)\" value=\"").dropFirst().first?
                .components(separatedBy: "\"").first
        }

        /// `name=value` of the cookie that was set.
        var cookie: String? { headers[.setCookie]?.components(separatedBy: ";").first }
    }

    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], body: String? = nil
    ) async throws -> Answer {
        try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
        ) { response in
            Answer(status: response.status, headers: response.headers, body: String(buffer: response.body))
        }
    }

    func hook(_ body: String, key: String = House.hookKey) async throws -> Answer {
        try await ask(.post, "/hooks/\(key)", [.contentType: "application/json"], body: body)
    }

    // MARK: A program

    func get(_ path: String) async throws -> Answer {
        try await ask(.get, "/api/v1\(path)", [.authorization: "Bearer \(token)"])
    }

    func post(_ path: String, _ body: [String: Any], idempotencyKey: String? = nil) async throws -> Answer {
        var headers: HTTPFields = [.authorization: "Bearer \(token)", .contentType: "application/json"]
        if let idempotencyKey { headers[HTTPField.Name("Idempotency-Key")!] = idempotencyKey }
        let data = try JSONSerialization.data(withJSONObject: body, options: .sortedKeys)
        return try await ask(.post, "/api/v1\(path)", headers, body: String(decoding: data, as: UTF8.self))
    }

    func delete(_ path: String) async throws -> Answer {
        try await ask(.delete, "/api/v1\(path)", [.authorization: "Bearer \(token)"])
    }

    // MARK: A browser

    /// The cookie of a session begun with the right token.
    func logIn() async throws -> String {
        let answer = try await submit("/login", ["token": token, "next": "/"])
        try #require(answer.status == .seeOther)
        return try #require(answer.cookie)
    }

    /// The cookie of a session of that person's own page, begun by the button behind a personal link.
    func enter(_ link: String) async throws -> String {
        let answer = try await submit(link, [:])
        try #require(answer.status == .seeOther)
        return try #require(answer.cookie)
    }

    func look(_ path: String, cookie: String) async throws -> Answer {
        try await ask(.get, path, [.cookie: cookie, .accept: "text/html"])
    }

    func submit(_ path: String, _ fields: [String: String], cookie: String? = nil) async throws -> Answer {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
        if let cookie { headers[.cookie] = cookie }
        let body = fields.map { "\($0.key)=\(Self.encode($0.value))" }.joined(separator: "&")
        return try await ask(.post, path, headers, body: body)
    }

    private static func encode(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
