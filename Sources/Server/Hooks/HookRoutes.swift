import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import Metrics

/// `POST /hooks/{key}`: alerts in, answered in the sender's own form.
///
/// The key is the whole proof of who sends; it is in no answer, log line or metric. An answer of 2xx is given only
/// when what it says is durable; what cannot be read becomes an incident before its sender is told (S2).
struct HookRoutes: Sendable {
    let engine: Engine
    let hooks: HookTable
    let bodies: BodyReader
    let metrics: PrometheusText

    private enum Fate: String {
        case accepted, unreadable, unavailable
        case tooLarge = "too_large"
    }

    func add(to routes: Routes) {
        routes.on(.post, "/hooks/{key}") { request, context in
            guard let key = context.parameters.get("key"), let hook = hooks.entry(for: key) else {
                throw Problem.notFound("No integration has this key. Look up its address in the configuration.")
            }
            return try await receive(request, hook)
        }
        for method in [HTTPRequest.Method.post, .get] {
            routes.on(method, "/hooks/heartbeat/{key}") { request, context in
                guard let key = context.parameters.get("key"), let hook = hooks.entry(for: key), hook.isHeartbeat else {
                    throw Problem.notFound("No heartbeat has this key. Look up its address in the configuration.")
                }
                return try await receive(request, hook)
            }
        }
    }

    private func receive(_ request: Request, _ hook: HookTable.Entry) async throws -> Response {
        switch try await bodies.read(request) {
        case .whole(let body):
            let read = hook.format.read(HookRequest(method: request.method, headers: request.headers, body: body))
            return try await submit(read, hook)
        case .tooLarge(let beginning):
            let problem = "The body is larger than \(bodies.limit) bytes."
            let kept = UnreadableAlert(problem: problem, body: String(decoding: beginning, as: UTF8.self))
            let reply = await engine.submit(.alerts([], unreadable: [kept], from: hook.integration))
            if case .unavailable(let wait) = reply { return unavailable(hook, count: 1, wait) }
            count(hook, 1, .tooLarge)
            return hook.format.answer(.tooLarge(limit: bodies.limit)).response
        }
    }

    private func submit(_ read: ReadAlerts, _ hook: HookTable.Entry) async throws -> Response {
        let reply = await engine.submit(.alerts(read.alerts, unreadable: read.unreadable, from: hook.integration))
        switch reply {
        case .unavailable(let wait):
            return unavailable(hook, count: read.alerts.count + read.unreadable.count, wait)
        case .done(let incidents):
            count(hook, read.alerts.count, .accepted)
            count(hook, read.unreadable.count, .unreadable)
            if read.alerts.isEmpty, !read.unreadable.isEmpty {
                return hook.format.answer(.unreadable(read.unreadable)).response
            }
            let links = incidents.map { IncidentLink(incident: $0, url: engine.links.incident($0)) }
            return hook.format.answer(.accepted(incidents: links, unreadable: read.unreadable)).response
        case .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded, .already, .refused:
            throw UnexpectedReply(reply: reply)
        }
    }

    private func unavailable(_ hook: HookTable.Entry, count: Int, _ wait: Duration) -> Response {
        self.count(hook, count, .unavailable)
        var response = hook.format.answer(.unavailable(retryAfter: wait)).response
        if response.headers[.retryAfter] == nil {
            response.headers[.retryAfter] = String(max(1, wait.components.seconds))
        }
        return response
    }

    private func count(_ hook: HookTable.Entry, _ alerts: Int, _ fate: Fate) {
        guard alerts > 0 else { return }
        Counter(
            label: "tocsin_alerts_received_total",
            dimensions: [("integration", hook.integration.rawValue), ("outcome", fate.rawValue)], factory: metrics
        ).increment(by: alerts)
    }
}
