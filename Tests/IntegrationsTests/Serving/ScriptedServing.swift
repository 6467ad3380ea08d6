import Engine
import Foundation
import Incidents
import Integrations
import Synchronization
import Testing

/// A model server that follows the protocol, but for the paths where it was told to do something else. As Triton it
/// serves `ranker`, with versions 1 and 2 in its repository.
final class ScriptedServing: Sendable {
    struct State: Sendable {
        var served = "2"
        var name = "triton"
        /// By the path after `/v2`; answers before anything else does.
        var odd: [String: TestServer.Reaction] = [:]
        /// What becomes of a load: answered like this; and whether the version is served then.
        var load = TestServer.Reaction.answer(200)
        var loads = true
        /// Another version than the one that was to be loaded.
        var servesAfterLoad: String?
        var loaded: [String] = []
    }

    let server: TestServer
    private let state: Box

    /// A mutex that a closure can hold on to.
    private final class Box: Sendable { let state = Mutex(State()) }

    init(_ prepare: (inout State) -> Void = { _ in }) throws {
        let box = Box()
        box.state.withLock { prepare(&$0) }
        state = box
        server = try TestServer { request, _ in box.state.withLock { Self.react(to: request, &$0) } }
    }

    func change(_ change: @Sendable (inout State) -> Void) { state.state.withLock { change(&$0) } }
    func stop() { server.stop() }

    /// The configurations that were sent to be loaded.
    var loaded: [String] { state.state.withLock { $0.loaded } }
    var loads: Int { server.requests.count { $0.path.hasSuffix("/load") } }

    static let configuration =
        #"{"name":"ranker","backend":"python","version_policy":{"latest":{"num_versions":1}},"max_batch_size":9007199254740993}"#

    private static func react(to request: TestServer.Request, _ state: inout State) -> TestServer.Reaction {
        let path = String(request.path.dropFirst("/v2".count))
        if let odd = state.odd[path] { return odd }
        switch path {
        case "": return json(#"{"name":"\#(state.name)","version":"2.51.0","extensions":[]}"#)
        case "/repository/index":
            let states = ["1", "2"].map { version in
                #"{"name":"ranker","version":"\#(version)","state":"\#(version == state.served ? "READY" : "UNAVAILABLE")"}"#
            }
            return json("[\(states.joined(separator: ","))]")
        case "/models/ranker/config": return json(configuration)
        case "/models/ranker/versions/\(state.served)/ready": return .answer(200)
        case "/repository/models/ranker/load":
            let body = try? JSONValue(json: request.body)
            let text = body?["parameters"]?["config"]?.scalar ?? ""
            state.loaded.append(text)
            if state.loads, let override = try? JSONValue(json: Array(text.utf8)),
                case .array(let versions)? = override["version_policy"]?["specific"]?["versions"],
                let version = versions.first?.scalar
            {
                state.served = state.servesAfterLoad ?? version
            }
            return state.load
        case "/models/ranker/infer":
            return json(
                #"{"model_name":"ranker","model_version":"\#(state.served)","outputs":[{"name":"y","data":[[1.0,2.0]]}]}"#
            )
        default: return .answer(400, body: Array(#"{"error":"no"}"#.utf8))
        }
    }

    static func json(_ text: String) -> TestServer.Reaction { .answer(200, body: Array(text.utf8)) }

    // MARK: The driver for it

    static let golden = ServingSettings.Golden(
        request: #"{"inputs":[]}"#,
        outputs: [ServingSettings.Output(name: "y", values: [.number("1"), .number("2")])], tolerance: 0.01)

    /// Its patience ends a test only on a machine that is stuck.
    func driver(
        _ client: CurlClient, golden: Bool = true, metric: ServingSettings.Metric? = nil, repository: String? = nil,
        patience: V2Driver.Patience = V2Driver.Patience(
            look: .seconds(60), change: .seconds(240), settling: .milliseconds(200), pause: .milliseconds(20))
    ) -> V2Driver {
        V2Driver(
            settings: ServingSettings(
                url: String(server.url().dropLast()), model: "ranker", repository: repository,
                golden: golden ? Self.golden : nil, metric: metric), client: client, patience: patience)
    }
}

extension V2Driver {
    func observe() async -> ServingObservation {
        await withCheckedContinuation { continuation in observe { continuation.resume(returning: $0) } }
    }

    func apply(_ version: String, expecting state: ServingState) async -> ServingOutcome {
        await withCheckedContinuation { continuation in
            apply(ServingChange(to: version, expected: state)) { continuation.resume(returning: $0) }
        }
    }

    func check(_ version: String) async -> [ServingCheck] {
        await withCheckedContinuation { continuation in
            check(version: version) { continuation.resume(returning: $0) }
        }
    }

    func state() async throws -> ServingState {
        let observation = await observe()
        guard case .seen(let state) = observation else {
            Issue.record("\(observation)")
            throw CancellationError()
        }
        return state
    }
}
