import Engine
import Synchronization
import Timekeeping

/// Calls Slack's Web API. After a 429 nobody calls that method (for messages: for that room) again before the time is
/// over, whoever asks; until then the answer is `limited` and nothing is sent.
public final class SlackWebAPI: Sendable {
    /// For one call and for a chain of them.
    private let patience: Duration
    private let settings: @Sendable () -> SlackSettings?
    private let client: CurlClient
    private let now: @Sendable () -> Instant
    private let lanes = SlackLanes()
    /// Ids of rooms by how else they were called: Slack counts a room's messages, however it is named.
    private let roomIDs = Mutex<[String: String]>([:])

    /// - Parameters:
    ///   - settings: asked for every call, so that a new token helps the next. Nil means that Slack is not configured.
    ///   - now: for what a Retry-After that is a date means.
    ///   - patience: for one call and for a chain of them: a pager answers within nine seconds.
    public init(
        settings: @escaping @Sendable () -> SlackSettings?, client: CurlClient, now: @escaping @Sendable () -> Instant,
        patience: Duration = .seconds(9)
    ) {
        self.patience = patience
        self.settings = settings
        self.client = client
        self.now = now
    }

    /// A deadline for a chain of calls that begins now.
    var deadline: ContinuousClock.Instant { .now + patience }

    /// Calls a method and waits for what comes of it, at most until the deadline.
    func call(
        _ method: SlackMethod, _ arguments: [String: JSONValue] = [:],
        until deadline: ContinuousClock.Instant? = nil
    ) async -> SlackAnswer {
        let deadline = deadline ?? self.deadline
        guard let settings = settings() else { return .unconfigured }
        var arguments = arguments
        if let room = arguments["channel"]?.scalar, let id = roomID(of: room) { arguments["channel"] = .string(id) }
        let place = method == .postMessage ? arguments["channel"]?.scalar ?? "" : ""
        let lane = SlackLanes.Lane(method: method, place: place)
        switch await lanes.enter(lane, until: deadline) {
        case .paused(let wait): return .limited(wait)
        case .tooLate: return .away("others before it took too long", mayBeDone: false)
        case .go: break
        }
        let left = ContinuousClock.now.duration(to: deadline)
        guard left >= Self.leastTime else {
            lanes.leave(lane, pause: nil)
            return .away("others before it took too long", mayBeDone: false)
        }
        let result = await client.send(Self.request(method, arguments, settings, timeout: left))
        let answer = SlackAnswer(result, to: method, now: now())
        if case .limited(let wait) = answer {
            lanes.leave(lane, pause: wait)
        } else {
            lanes.leave(lane, pause: nil)
        }
        if method == .postMessage, case .ok(let body) = answer, let id = body["channel"]?.scalar {
            learn(place, id)
        }
        // A room that was made anew, or renamed, has another id under its old name.
        if let room = arguments["channel"]?.scalar, case .closed = ChatOutcome(answer, to: method) { forget(room) }
        return answer
    }

    var isConfigured: Bool { settings() != nil }
    /// Who we are to Slack: another token may mean another workspace.
    var botToken: String? { settings()?.bot }

    /// The id of a room, if it is one or was learned.
    func roomID(of room: String) -> String? {
        SlackText.isRoomID(room) ? room : roomIDs.withLock { $0[room] }
    }

    func learn(_ room: String, _ id: String) {
        guard room != id, SlackText.isRoomID(id) else { return }
        roomIDs.withLock { rooms in
            if rooms.count >= Self.roomsKept { rooms.removeAll() }
            rooms[room] = id
        }
    }

    private func forget(_ id: String) {
        roomIDs.withLock { rooms in rooms = rooms.filter { $0.value != id } }
    }

    /// Posts to a `response_url`: five times within 30 minutes, without a token.
    func respond(_ url: String, _ body: JSONValue) async -> SlackAnswer {
        guard let settings = settings(), Self.isOurs(url, settings) else { return .unsendable("not Slack's address") }
        let request = OutboundRequest(
            url: url, headers: [("Content-Type", "application/json; charset=utf-8")], body: Array(body.text.utf8),
            timeout: patience, responseLimit: 4096)
        switch await client.send(request) {
        case .response(let response) where (200...299).contains(response.status): return .ok(.null)
        // The address is used up, or the body is not taken: another try would be told the same.
        case .response(let response) where (400...499).contains(response.status) && response.status != 429:
            return .unsendable("it answers HTTP \(response.status) to an answer of ours")
        case let result: return SlackAnswer(result, to: .postEphemeral, now: now())
        }
    }

    /// Slack's hosts, or the one in the settings: a forged address must not make us call somebody inside the house.
    static func isOurs(_ url: String, _ settings: SlackSettings) -> Bool {
        guard let theirs = WebAddress(url), let api = WebAddress(settings.api) else { return false }
        if theirs.isSecure, theirs.port == 443, [".slack.com", ".slack-gov.com"].contains(where: theirs.host.hasSuffix)
        {
            return true
        }
        return theirs.host == api.host && theirs.port == api.port && theirs.isSecure == api.isSecure
    }

    private static let leastTime = Duration.milliseconds(200)
    private static let roomsKept = 10_000

    static func request(
        _ method: SlackMethod, _ arguments: [String: JSONValue], _ settings: SlackSettings, timeout: Duration
    ) -> OutboundRequest {
        let token = method == .openConnection ? settings.app ?? "" : settings.bot
        let body =
            method.takesForm
            ? FormBody(arguments.compactMapValues(\.scalar)).encoded : JSONValue.object(arguments).text
        let type = method.takesForm ? "application/x-www-form-urlencoded" : "application/json; charset=utf-8"
        return OutboundRequest(
            url: "\(settings.api)/\(method.rawValue)",
            headers: [("Content-Type", type), ("Authorization", "Bearer \(token)")], body: Array(body.utf8),
            timeout: timeout, responseLimit: method.responseLimit)
    }
}
