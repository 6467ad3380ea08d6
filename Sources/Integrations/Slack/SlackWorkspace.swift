import Engine
import Logging
import Synchronization
import Timekeeping

/// Whose workspace ours is and who we are in it, as Slack says when asked with our token.
public final class SlackWorkspace: Sendable {
    public struct Identity: Hashable, Sendable {
        public let team: String
        /// Our own user id: what mentions name, and whose messages are never answered.
        public let user: String
        /// Our own id as a robot, which our messages bear.
        public let bot: String?

        /// Whether it happened here, and whoever did it is of here.
        func isHome(of team: String, _ userTeam: String?) -> Bool { team == self.team && userTeam ?? team == self.team }
    }

    private struct State {
        var identity: Identity?
        /// The token that it was asked with.
        var token: String?
        var isAsking = false
        var nextAsk = ContinuousClock.now
        var waiting: [CheckedContinuation<Identity?, Never>] = []
    }

    private let api: SlackWebAPI
    private let log: Logger
    private let state = Mutex(State())

    public init(api: SlackWebAPI, log: Logger) {
        self.api = api
        self.log = log
    }

    /// What is known without asking.
    public var known: Identity? {
        let token = api.botToken
        return state.withLock { Self.known($0, token) }
    }

    /// A new token may be another workspace's.
    private static func known(_ state: State, _ token: String?) -> Identity? {
        state.token == token ? state.identity : nil
    }

    /// Asks Slack if it is not known yet: one call for all who wait, and after a failure none for five seconds. Nil
    /// while Slack is not configured.
    public func identity() async -> Identity? {
        enum Part { case known(Identity?), ask(String), wait }
        let token = api.botToken
        return await withCheckedContinuation { continuation in
            let part: Part = state.withLock { state in
                guard let token else { return .known(nil) }
                if let identity = Self.known(state, token) { return .known(identity) }
                if state.isAsking {
                    state.waiting.append(continuation)
                    return .wait
                }
                guard state.nextAsk <= .now || state.token != token else { return .known(nil) }
                state.isAsking = true
                state.waiting.append(continuation)
                return .ask(token)
            }
            switch part {
            case .known(let identity): continuation.resume(returning: identity)
            case .wait: break
            // Not structured: it answers everybody who waits, whoever of them is cancelled. It ends within 9 s.
            case .ask(let token): Task { await self.ask(token) }
            }
        }
    }

    private func ask(_ token: String) async {
        let answer = await api.call(.authTest)
        var identity: Identity?
        if case .ok(let body) = answer, let team = body["team_id"]?.scalar, let user = body["user_id"]?.scalar {
            identity = Identity(team: team, user: user, bot: body["bot_id"]?.scalar)
        } else {
            log.error("Slack does not say who we are", metadata: ["slack.answer": "\(answer.summary)"])
        }
        let waiting = state.withLock { state in
            state.identity = identity
            state.token = token
            state.isAsking = false
            state.nextAsk = .now + .seconds(5)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: identity) }
    }
}

extension SlackAnswer {
    /// A clause for operators, without secrets.
    var summary: String {
        switch self {
        case .ok: "ok"
        case .error(let word): "Slack says \(word)"
        case .limited(let wait): "Slack asks for a pause of \(wait.milliseconds) ms"
        case .away(let reason, _), .unsendable(let reason): reason
        case .unconfigured: "Slack is not configured"
        }
    }
}
