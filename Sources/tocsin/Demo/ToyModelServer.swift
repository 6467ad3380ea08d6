import Foundation
import HTTPTypes
import Hummingbird
import Integrations
import Logging
import NIOCore
import Synchronization

/// A model server in miniature: one model over HTTP on loopback, by the V2 inference protocol with the
/// model-repository and model-configuration extensions, answering as Triton does in explicit model control.
/// `ToyModelRepository` says in which ways. Counts in `/metrics` are named like Triton's.
///
/// Source: the KServe Open Inference Protocol, `rest_predict_v2`, and Triton's `docs/protocol/`.
package final class ToyModelServer: Sendable {
    private struct Shared {
        var repository: ToyModelRepository
        var tally = ToyTally()
    }

    package let model: String
    /// `http://127.0.0.1:PORT`
    package let url: String
    private let shared: Mutex<Shared>
    private let serving: Task<Void, any Error>

    /// Listens on a free port of 127.0.0.1. Nothing is loaded yet.
    /// - Parameters:
    ///   - versions: what lies in the model's folder.
    ///   - loading: how long a load takes.
    ///   - unloading: how long an old version is seen going.
    package init(
        model: String, versions: [Int: ToyModel], loading: Duration = .zero, unloading: Duration = .milliseconds(300)
    ) async throws {
        self.model = model
        shared = Mutex(
            Shared(repository: ToyModelRepository(model: model, versions: versions, unloading: unloading)))
        let (ports, bound) = AsyncStream<Int>.makeStream()
        let home = Home()
        var silence = Logger(label: "toy-model-server")
        silence.logLevel = .critical
        let application = Application(
            router: Self.router(home, loading: loading),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { bound.yield($0.localAddress?.port ?? 0) }, logger: silence)
        // Unstructured, because it lives from here to `stop()`.
        serving = Task {
            defer { bound.finish() }
            try await application.run()
        }
        var listening: Int?
        for await port in ports {
            listening = port
            break
        }
        guard let listening else {
            try await serving.value
            throw CancellationError()
        }
        url = "http://127.0.0.1:\(listening)"
        home.server = self
    }

    package func stop() async {
        serving.cancel()
        _ = try? await serving.value
    }

    /// Puts a version's files into the model's folder. It takes a load to serve it.
    package func add(_ version: Int, _ toy: ToyModel) { shared.withLock { $0.repository.add(version, toy) } }

    /// The versions that answer, oldest first.
    package var ready: [Int] { shared.withLock { $0.repository.ready } }

    // MARK: Routes

    /// Where the routes find the server, which is made after them.
    private final class Home: Sendable {
        private let held = Mutex<Weak>(Weak())
        private struct Weak { weak var server: ToyModelServer? }
        var server: ToyModelServer? {
            get { held.withLock { $0.server } }
            set { held.withLock { [newValue] in $0.server = newValue } }
        }
    }

    private static let bodyLimit = 1 << 20

    private static func router(_ home: Home, loading: Duration) -> Router<BasicRequestContext> {
        let router = Router()
        func on(
            _ method: HTTPRequest.Method, _ path: String,
            _ answer: @escaping @Sendable (ToyModelServer, Parameters, JSONValue) async throws -> ToyAnswer
        ) {
            router.on(RouterPath(path), method: method) { request, context -> Response in
                guard let server = home.server else { return ToyAnswer.empty(503).response }
                var request = request
                let bytes = Array(buffer: try await request.collectBody(upTo: bodyLimit))
                do {
                    if let name = context.parameters.get("model"), name != server.model {
                        throw server.unknown(name, path)
                    }
                    let body: JSONValue
                    do {
                        body = bytes.isEmpty ? [:] : try JSONValue(json: bytes)
                    } catch {
                        throw ToyRefusal.invalid("failed to parse the request JSON buffer: \(error)")
                    }
                    return try await answer(server, context.parameters, body).response
                } catch let refusal as ToyRefusal {
                    return refusal.answer.response
                }
            }
        }
        on(.get, "/v2") { _, _, _ in .json(Self.introduction) }
        on(.get, "/v2/health/live") { _, _, _ in .empty(200) }
        on(.get, "/v2/health/ready") { _, _, _ in .empty(200) }
        for version in ["", "/versions/{version}"] {
            on(.get, "/v2/models/{model}\(version)") { server, parameters, _ in
                .json(try server.metadata(parameters.get("version")))
            }
            on(.get, "/v2/models/{model}\(version)/ready") { server, parameters, _ in
                .empty(server.isReady(parameters.get("version")) ? 200 : 400)
            }
            on(.get, "/v2/models/{model}\(version)/config") { server, parameters, _ in
                .json(try server.configuration(parameters.get("version")))
            }
            on(.post, "/v2/models/{model}\(version)/infer") { server, parameters, body in
                .json(try await server.infer(parameters.get("version"), body))
            }
        }
        on(.post, "/v2/repository/index") { server, _, body in
            .json(server.shared.withLock { $0.repository.index(onlyReady: body["ready"] == .bool(true), at: .now) })
        }
        on(.post, "/v2/repository/models/{model}/load") { server, _, body in
            try await server.load(body, taking: loading)
            return .empty(200)
        }
        on(.post, "/v2/repository/models/{model}/unload") { server, _, _ in
            server.shared.withLock { $0.repository.unload(at: .now) }
            return .empty(200)
        }
        on(.get, "/metrics") { server, _, _ in .text(server.shared.withLock { $0.tally }.text(model: server.model)) }
        return router
    }

    private static let introduction: JSONValue = [
        "name": "toy-model-server", "version": .string(Tocsin.version),
        "extensions": ["model_repository", "model_repository(unload_dependents)", "model_configuration", "statistics"],
    ]

    private func unknown(_ name: String, _ path: String) -> ToyRefusal {
        // Seen of Triton 2.51.0: a load of an unknown model is 500, not 404.
        path.contains("/repository/")
            ? .failed("failed to load '\(name)', failed to poll from model repository")
            : .notFound("Request for unknown model: '\(name)' is not found")
    }

    // MARK: Answers

    private func metadata(_ version: String?) throws -> JSONValue {
        let ready = try shared.withLock { shared in
            _ = try shared.repository.answering(version).get()
            return shared.repository.ready
        }
        return [
            "name": .string(model), "versions": .array(ready.map { .string(String($0)) }), "platform": "toy",
            "inputs": [["name": "features", "datatype": "FP32", "shape": [.number("-1"), .number("4")]]],
            "outputs": [["name": "score", "datatype": "FP32", "shape": [.number("-1")]]],
        ]
    }

    private func isReady(_ version: String?) -> Bool {
        shared.withLock { (try? $0.repository.answering(version).get()) != nil }
    }

    private func configuration(_ version: String?) throws -> JSONValue {
        try shared.withLock { shared in
            _ = try shared.repository.answering(version).get()
            return shared.repository.configuration ?? .null
        }
    }

    private func load(_ body: JSONValue, taking loading: Duration) async throws {
        let override: JSONValue?
        switch body["parameters"]?["config"] {
        case .string(let text)?:
            guard let read = try? JSONValue(json: Array(text.utf8)) else {
                throw ToyRefusal.invalid("failed to load '\(model)', the configuration is not JSON")
            }
            override = read
        case nil: override = nil
        default: throw ToyRefusal.invalid("attempt to access 'config' as a string: it is not one")
        }
        let load = try shared.withLock { try $0.repository.beginLoad(override).get() }
        try await Task.sleep(for: loading)
        shared.withLock { $0.repository.finish(load, at: .now) }
    }

    private func infer(_ version: String?, _ body: JSONValue) async throws -> JSONValue {
        let began = ContinuousClock.now
        let (number, toy) = try shared.withLock { try $0.repository.answering(version).get() }
        let rows = try FeatureTensor(body, model: model).rows
        try await Task.sleep(for: toy.latency)
        let took = ContinuousClock.now - began
        shared.withLock { $0.tally.add(number, took: took) }
        var answer: [String: JSONValue] = [
            "model_name": .string(model), "model_version": .string(String(number)),
            "outputs": [
                [
                    "name": "score", "datatype": "FP32", "shape": [.number(String(rows.count))],
                    "data": .array(rows.map { .number(String(Double(toy.score($0)))) }),
                ]
            ],
        ]
        if let id = body["id"] { answer["id"] = id }
        return .object(answer)
    }
}
