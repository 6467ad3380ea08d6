import ArgumentParser
import Foundation
import Integrations

/// A running server, as the commands see it.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server. Default: $TOCSIN_SERVER, or http://127.0.0.1:8080.")
    var server: String?

    @Option(help: "The API token. Default: $TOCSIN_TOKEN, or what `make run` left in var/server.env.")
    var token: String?

    @Flag(help: "Print the server's JSON as it is.")
    var json = false

    func api() throws -> APIClient {
        let environment = ProcessInfo.processInfo.environment
        let left = Self.left(by: "var/server.env")
        let server = server ?? environment["TOCSIN_SERVER"] ?? left["TOCSIN_SERVER"] ?? "http://127.0.0.1:8080"
        guard let token = token ?? environment["TOCSIN_TOKEN"] ?? left["TOCSIN_TOKEN"] else {
            throw ValidationError(
                "No token. Give --token, or set TOCSIN_TOKEN; `tocsin serve` prints it when it starts.")
        }
        return APIClient(server: server.hasSuffix("/") ? String(server.dropLast()) : server, token: token)
    }

    private static func left(by path: String) -> [String: String] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [:] }
        let pairs = text.split(separator: "\n").compactMap { line -> (String, String)? in
            let parts = line.split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        return Dictionary(pairs) { first, _ in first }
    }
}

/// Calls the server's API and turns its problems into sentences.
struct APIClient {
    let server: String
    let token: String
    private let curl = CurlClient()

    init(server: String, token: String) {
        self.server = server
        self.token = token
    }

    /// - Parameter path: below `/api/v1`, its parameters encoded.
    func get(_ path: String) async throws -> Answer { try await call(.get, path, nil) }
    /// What is answered is a text, not JSON.
    func getText(_ path: String) async throws -> String { try await send(.get, path, nil).1 }
    func delete(_ path: String) async throws -> Answer { try await call(.delete, path, nil) }

    /// Repeats itself under one idempotency key if the answer gets lost, so that it is done once.
    func post(_ path: String, _ body: [String: Value?]) async throws -> Answer {
        try await call(.post, path, body.compactMapValues { $0 })
    }

    /// What the commands send: words and yes or no.
    enum Value: Encodable, ExpressibleByStringLiteral {
        case text(String), flag(Bool)
        case texts([String: String])
        case list([String])

        init(stringLiteral value: String) { self = .text(value) }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .flag(let flag): try container.encode(flag)
            case .texts(let texts): try container.encode(texts)
            case .list(let texts): try container.encode(texts)
            }
        }
    }

    private func call(_ method: OutboundRequest.Method, _ path: String, _ body: [String: Value]?) async throws -> Answer
    {
        let (status, text) = try await send(method, path, body)
        let answer = Answer(json: text)
        guard status == 204 || answer.isObject else {
            throw Failure("What answers at \(server) is not Tocsin, or its answer was cut short.")
        }
        return answer
    }

    /// Answers the status and the body of what succeeded.
    private func send(
        _ method: OutboundRequest.Method, _ path: String, _ body: [String: Value]?
    ) async throws -> (Int, String) {
        var headers = [
            (name: "Authorization", value: "Bearer \(token)"),
            (name: "User-Agent", value: "tocsin-cli/\(Tocsin.version)"),
        ]
        if body != nil {
            headers.append((name: "Content-Type", value: "application/json"))
            headers.append((name: "Idempotency-Key", value: "\"\(UUID().uuidString)\""))
        }
        let request = OutboundRequest(
            method: method, url: "\(server)/api/v1\(path)", headers: headers,
            body: try body.map { Array(try JSONEncoder().encode($0)) } ?? [], responseLimit: 32 << 20)
        var result = await curl.send(request)
        if case .failed(let failure) = result, failure.mayHaveArrived { result = await curl.send(request) }
        switch result {
        case .failed(let failure):
            throw Failure(
                "\(server) cannot be reached: \(failure.reason). Is `tocsin serve` running there?", isUnreachable: true)
        case .response(let response):
            let text = String(decoding: response.body, as: UTF8.self)
            guard (200..<300).contains(response.status) else {
                let answer = Answer(json: text)
                let faults = answer["errors"].items.compactMap { fault in
                    fault["detail"].text.map {
                        "\(fault["pointer"].text.map { "\($0.drop { "#/".contains($0) }): " } ?? "")\($0)"
                    }
                }
                let sentence =
                    faults.isEmpty
                    ? answer["detail"].text ?? answer["title"].text ?? "the server answered \(response.status)"
                    : faults.joined(separator: " ")
                throw Failure(
                    response.status == 401 ? "The token is not right. \(sentence)" : sentence,
                    code: answer["code"].text, faults: answer["errors"].items.map { $0["detail"].lines })
            }
            return (response.status, text)
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
        /// What kind of problem the server says it is.
        let code: String?
        /// Everything wrong with what was sent, each in its lines.
        let faults: [[String]]
        /// No server was there to answer.
        let isUnreachable: Bool

        init(
            _ description: String, code: String? = nil, faults: [[String]] = [], isUnreachable: Bool = false
        ) {
            self.isUnreachable = isUnreachable
            self.description = description
            self.code = code
            self.faults = faults
        }
    }

    /// Percent-encodes one path segment or parameter value.
    static func encode(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-_.")))
            ?? text
    }
}

/// JSON that was answered, for looking things up in.
struct Answer {
    let raw: String
    private let value: Any?

    init(json text: String) {
        raw = text
        value = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }

    private init(value: Any?) {
        raw = ""
        self.value = value is NSNull ? nil : value
    }

    subscript(_ name: String) -> Answer { Answer(value: (value as? [String: Any])?[name]) }
    var isObject: Bool { value is [String: Any] }
    /// For a terminal: titles and labels are strangers' text, and may hold what a terminal would obey.
    var text: String? { (value as? String).map { PageText.printable($0) } }
    /// The same, line by line.
    var lines: [String] {
        (value as? String)?.split(whereSeparator: \.isNewline).map { PageText.printable(String($0)) } ?? []
    }
    var number: Int? { value as? Int }
    var items: [Answer] { (value as? [Any])?.map { Answer(value: $0) } ?? [] }
    var texts: [String] { items.compactMap(\.text) }
    /// Of an object, in order of name.
    var members: [(name: String, value: Answer)] {
        (value as? [String: Any] ?? [:]).sorted { $0.key < $1.key }
            .map { (PageText.printable($0.key), Answer(value: $0.value)) }
    }
    var isTrue: Bool { value as? Bool ?? false }

    func printJSON() { print(raw.hasSuffix("\n") ? String(raw.dropLast()) : raw) }
}
