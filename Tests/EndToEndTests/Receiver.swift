import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A real HTTP server that takes signed pages: it keeps a ledger of what arrived, and may be told how to answer.
final class Receiver: Sendable {
    struct Entry: Sendable {
        let id: String
        let body: [UInt8]
        let headers: HTTPFields

        var data: [String: any Sendable] { (json["data"] as? [String: any Sendable]) ?? [:] }
        var json: [String: any Sendable] {
            (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: any Sendable]) ?? [:]
        }
        var user: String { ((data["user"] as? [String: any Sendable])?["id"] as? String) ?? "" }
        var reason: String { (data["reason"] as? String) ?? "" }
        var incident: String { ((data["incident"] as? [String: any Sendable])?["id"] as? String) ?? "" }
        var isRepeat: Bool { (data["repeat"] as? Bool) ?? false }
        var acknowledgeURL: String { (data["ack_url"] as? String) ?? "" }
    }

    /// How it answers once a page is in the ledger.
    enum Behaviour: Sendable {
        case accept
        /// Takes the page and says nothing until `release`.
        case hold
    }

    private struct State {
        var entries: [Entry] = []
        var behaviour = Behaviour.accept
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    let port: Int
    private let task: Task<Void, any Error>

    var url: String { "http://127.0.0.1:\(port)/pages" }
    var entries: [Entry] { state.withLock { $0.entries } }
    func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    /// - Parameter port: one that was free a moment ago, or 0 for any.
    init(port: Int = 0) async throws {
        let bound = AsyncStream<Int>.makeStream()
        let router = Router()
        let box = WeakBox()
        router.post("pages") { request, _ -> Response in
            var request = request
            let body = try await request.collectBody(upTo: 1 << 20)
            guard let receiver = box.value else { return Response(status: .serviceUnavailable) }
            await receiver.take(
                Entry(
                    id: request.headers[HTTPField.Name("webhook-id")!] ?? "", body: Array(buffer: body),
                    headers: request.headers))
            return Response(status: .noContent)
        }
        var logger = Logger(label: "receiver")
        logger.logLevel = .critical
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                bound.continuation.yield(channel.localAddress?.port ?? 0)
                bound.continuation.finish()
            }, logger: logger)
        task = Task { try await app.run() }
        var actual = 0
        for await port in bound.stream { actual = port }
        self.port = actual
        box.value = self
    }

    private func take(_ entry: Entry) async {
        let hold = state.withLock { state in
            state.entries.append(entry)
            if case .hold = state.behaviour { return true }
            return false
        }
        guard hold else { return }
        await withCheckedContinuation { continuation in state.withLock { $0.held.append(continuation) } }
    }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func stop() async {
        release()
        task.cancel()
        _ = try? await task.value
    }

    private final class WeakBox: Sendable {
        private let held = Mutex<Weak>(Weak())
        private struct Weak { weak var value: Receiver? }
        var value: Receiver? {
            get { held.withLock { $0.value } }
            set { held.withLock { [newValue] in $0.value = newValue } }
        }
    }
}
