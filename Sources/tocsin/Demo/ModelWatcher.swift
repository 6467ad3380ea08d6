import Foundation
import Integrations
import Synchronization

/// The monitoring of the demo: asks the model a question whose answer is known, and posts an alert to Tocsin's generic
/// webhook when the answers are wrong, and again when they are right.
final class ModelWatcher: Sendable {
    /// One look at the model.
    struct Look: Sendable, Equatable {
        let version: String
        let score: Double
        let milliseconds: Int64
        let isRight: Bool
    }

    /// One alert that was posted and taken.
    struct Posted: Sendable {
        let title: String
        let body: String
        let answer: String
        let isFiring: Bool
    }

    private struct State {
        var looks: [Look] = []
        /// Since when every answer was right; nil while the last one was wrong.
        var rightSince: ContinuousClock.Instant?
        var posted: [Posted] = []
        var hook: String?
    }

    static let question = #"{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[0.9,0.5,0.8,0.2]}]}"#
    static let rightAnswer = 0.73
    private static let tolerance = 0.001
    /// How many looks are judged together, and how many of them must be wrong.
    private static let window = 5
    private static let tooMany = 3
    /// For how long all must be right before the alert ends, as good monitoring waits.
    static let calm = Duration.seconds(8)

    private let model: String
    private let server: String
    private let client: CurlClient
    private let state = Mutex(State())

    init(model: String, server: String, client: CurlClient) {
        self.model = model
        self.server = server
        self.client = client
    }

    var inferURL: String { "\(server)/v2/models/\(model)/infer" }
    var posted: [Posted] { state.withLock { $0.posted } }

    /// Where alerts go from now on.
    func report(to hook: String) { state.withLock { $0.hook = hook } }

    /// Looks until the task is cancelled.
    func run() async throws {
        while true {
            if let look = await look() {
                state.withLock { state in
                    state.looks = (state.looks + [look]).suffix(Self.window)
                    state.rightSince = look.isRight ? state.rightSince ?? .now : nil
                }
            }
            await tell()
            try await Task.sleep(for: .milliseconds(150))
        }
    }

    /// Asks once. Nil when there was no answer.
    func look() async -> Look? {
        let request = OutboundRequest(
            url: inferURL, headers: [("Content-Type", "application/json")], body: Array(Self.question.utf8),
            timeout: .seconds(5))
        guard case .response(let response) = await client.send(request), response.status == 200,
            let body = try? JSONValue(json: response.body), let version = body["model_version"]?.scalar,
            case .array(let outputs)? = body["outputs"], case .array(let scores)? = outputs.first?["data"],
            let score = scores.first?.scalar.flatMap({ Double($0) })
        else { return nil }
        return Look(
            version: version, score: score, milliseconds: response.elapsed.milliseconds,
            isRight: abs(score - Self.rightAnswer) < Self.tolerance)
    }

    private func tell() async {
        guard let (alert, hook, isFiring) = due() else { return }
        let request = OutboundRequest(
            url: hook, headers: [("Content-Type", "application/json")], body: Array(alert.text.utf8),
            timeout: .seconds(5))
        // What was not taken is due again at the next look.
        guard case .response(let response) = await client.send(request), (200..<300).contains(response.status) else {
            return
        }
        let posted = Posted(
            title: alert["title"]?.scalar ?? "", body: alert.text,
            answer: String(decoding: response.body, as: UTF8.self), isFiring: isFiring)
        state.withLock { $0.posted.append(posted) }
    }

    /// The alert to post now, when there is one.
    private func due() -> (alert: JSONValue, hook: String, isFiring: Bool)? {
        let (looks, rightSince, hook, isFiring) = state.withLock {
            ($0.looks, $0.rightSince, $0.hook, $0.posted.last?.isFiring ?? false)
        }
        guard let hook, looks.count == Self.window else { return nil }
        let wrong = looks.filter { !$0.isRight }
        if !isFiring, wrong.count >= Self.tooMany, let last = wrong.last {
            return (alert(wrong: wrong.count, last, "firing"), hook, true)
        }
        guard isFiring, let rightSince, ContinuousClock.now - rightSince >= Self.calm, let last = looks.last else {
            return nil
        }
        return (alert(wrong: 0, last, "resolved"), hook, false)
    }

    private func alert(wrong: Int, _ last: Look, _ status: String) -> JSONValue {
        let median = state.withLock { $0.looks.map(\.milliseconds).sorted()[Self.window / 2] }
        return [
            "id": .string("\(model)-answers"), "status": .string(status), "priority": "critical",
            "title": .string("\(model) answers wrongly: \(wrong) of the last \(Self.window) answers"),
            "description": .string(
                "A known request should score \(Self.rightAnswer) and scored \(Self.short(last.score)). "
                    + "The median answer took \(median) ms."),
            "labels": ["alertname": "ModelAnswersWrong", "model": .string(model), "signal": "canary"],
        ]
    }

    static func short(_ score: Double) -> String { String(format: "%.2f", score) }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
