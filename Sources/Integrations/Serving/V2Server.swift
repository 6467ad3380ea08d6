import Engine
import Timekeeping

/// The calls of the V2 protocol (Open Inference Protocol, with Triton's model repository extension) to one server about
/// one model. Every call ends by the deadline it is given.
struct V2Server: Sendable {
    let settings: ServingSettings
    let client: CurlClient

    /// Which of the two it is, and so how a version is chosen.
    enum Kind: String, Sendable {
        case triton = "Triton"
        case mlserver = "MLServer"
    }

    typealias Deadline = ContinuousClock.Instant

    /// `GET /v2`. Triton can be given another name and MLServer too; what Triton offers tells it even so.
    func kind(by deadline: Deadline) async throws -> Kind {
        let reply = await call(.get, "", by: deadline)
        guard let body = reply.json else {
            throw Obstacle("\(settings.url) does not answer as a V2 server: \(reply.words)")
        }
        let name = body["name"]?.scalar ?? ""
        if case .array(let extensions)? = body["extensions"], extensions.contains("model_configuration") {
            return .triton
        }
        if name == "triton" { return .triton }
        if name == "mlserver" { return .mlserver }
        throw Obstacle("\(settings.url) calls itself \"\(name)\", and only Triton and MLServer are known")
    }

    /// One version in the repository's index. MLServer's has no version where the model's settings name none.
    struct Entry: Sendable, Hashable {
        var version: String?
        var state: String
    }

    /// What the server's index says of the model; in the server's order.
    ///
    /// - Throws: `Obstacle`, also for more than a thousand versions and for a version whose name is none: the names are
    ///   recorded, and shown to people.
    func index(by deadline: Deadline) async throws -> [Entry] {
        let reply = await call(.post, "/repository/index", body: "{}", by: deadline)
        guard case .array(let items)? = reply.json else {
            throw Obstacle("its index cannot be read: \(reply.words)")
        }
        let entries = items.filter { $0["name"]?.scalar == settings.model }.map {
            Entry(version: $0["version"]?.scalar, state: $0["state"]?.scalar ?? "")
        }
        guard !entries.isEmpty else { throw Obstacle("its index has no model \(settings.model)") }
        guard entries.count <= Self.mostVersions else {
            throw Obstacle("its index has more than \(Self.mostVersions) versions of model \(settings.model)")
        }
        for version in entries.compactMap(\.version) where !ServingVersion.isName(version) {
            throw Obstacle("its index has a version that cannot be one: \"\(PlainText.cut(version, to: 40))\"")
        }
        return entries
    }

    /// Triton's configuration of the model; nil when no version of it is loaded.
    func configuration(by deadline: Deadline) async throws -> [String: JSONValue]? {
        let reply = await call(.get, "\(model)/config", by: deadline)
        if case .answered(400, _, _) = reply { return nil }
        if case .answered(404, _, _) = reply { return nil }
        guard case .object(let members)? = reply.json else {
            throw Obstacle("the model's configuration cannot be read: \(reply.words)")
        }
        return members
    }

    func ready(version: String?, by deadline: Deadline) async -> V2Reply {
        guard let version else { return await call(.get, "\(model)/ready", by: deadline) }
        // Escaped or not, as a segment of its own it would climb.
        if version.allSatisfy({ $0 == "." }) {
            return .away(reason: "\"\(version)\" is no version", mayHaveArrived: false)
        }
        return await call(.get, "\(model)/versions/\(Self.segment(version))/ready", by: deadline)
    }

    /// Of whatever version answers those who name none.
    func infer(_ request: String, by deadline: Deadline) async -> V2Reply {
        await call(.post, "\(model)/infer", body: request, by: deadline)
    }

    func load(_ body: String, by deadline: Deadline) async -> V2Reply {
        await call(.post, "/repository\(model)/load", body: body, by: deadline)
    }

    private var model: String { "/models/\(Self.segment(settings.model))" }

    private func call(
        _ method: OutboundRequest.Method, _ path: String, body: String = "", by deadline: Deadline
    ) async -> V2Reply {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return .away(reason: "the time is over", mayHaveArrived: false) }
        // MLServer answers 422 to a body that is not called JSON.
        let request = OutboundRequest(
            method: method, url: "\(settings.url)/v2\(path)", headers: [("Content-Type", "application/json")],
            body: Array(body.utf8), timeout: left, responseLimit: Self.longestAnswer)
        return await client.reply(to: request)
    }

    /// One segment of a path, so that no name can leave its place (RFC 3986, section 3.3).
    static func segment(_ name: String) -> String {
        name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                String(UnicodeScalar(byte))
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
            }
        }.joined()
    }

    private static let mostVersions = 1000
    /// An index of ten thousand versions, of all models together, is half as long.
    private static let longestAnswer = 1 << 20
}

/// Why something could not be found out, in a clause for people.
struct Obstacle: Error, Hashable {
    let reason: String
    init(_ reason: String) { self.reason = servingEvidence(reason) }
}

extension CurlClient {
    func reply(to request: OutboundRequest) async -> V2Reply {
        switch await send(request) {
        case .response(let response):
            .answered(status: response.status, body: response.body, elapsed: response.elapsed)
        case .failed(let failed): .away(reason: failed.reason, mayHaveArrived: failed.mayHaveArrived)
        }
    }
}
