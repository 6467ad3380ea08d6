import Engine
import Logging
import OnCall
import Synchronization
import Timekeeping

/// Who is who: Slack's ids of our people. From the configuration, or found by a person's mail address.
///
/// Only members of our own workspace are found: no robots, no guests, nobody deactivated, nobody from elsewhere.
public final class SlackPeople: Sendable {
    private struct State {
        /// Found by address. An address that changes is looked up anew.
        var idByMail: [String: String] = [:]
        /// When Slack last said that this is so.
        var foundAt: [String: ContinuousClock.Instant] = [:]
        /// When an address was last looked up without success.
        var missedAt: [String: ContinuousClock.Instant] = [:]
        /// When Slack was last asked who that is.
        var askedAt: [String: ContinuousClock.Instant] = [:]
        /// What `found` was told last.
        var told: [UserID: String] = [:]
    }

    private let api: SlackWebAPI
    private let workspace: SlackWorkspace
    private let roster: @Sendable () -> [UserID: ContactDetails]
    private let found: @Sendable ([UserID: String]) -> Void
    private let now: @Sendable () -> ContinuousClock.Instant
    private let log: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - roster: what the configuration in force says of everybody, and nothing that was found or entered; `slack`
    ///     and `mail` are read. An id written there outweighs what an address finds, and stays when the address goes.
    ///   - found: told everybody who was found by address, whenever somebody was.
    public init(
        api: SlackWebAPI, workspace: SlackWorkspace, roster: @escaping @Sendable () -> [UserID: ContactDetails],
        found: @escaping @Sendable ([UserID: String]) -> Void = { _ in },
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, log: Logger
    ) {
        self.api = api
        self.workspace = workspace
        self.roster = roster
        self.found = found
        self.now = now
        self.log = log
    }

    public func id(of user: UserID) -> String? {
        guard let details = roster()[user] else { return nil }
        return state.withLock { Self.id(details, $0) }
    }

    /// Nil for a stranger, and for an id that two people claim: then nobody acts in the name of either.
    public func user(of id: String) -> UserID? { mentions[id] }

    /// Everybody with a Slack id, for mentions in a line.
    public var mentions: [String: UserID] {
        let roster = roster()
        return state.withLock { state in
            let ids = roster.compactMap { user, details in Self.id(details, state).map { ($0, user) } }
            return Dictionary(grouping: ids, by: \.0).compactMapValues { $0.count == 1 ? $0[0].1 : nil }
        }
    }

    /// Looks up everybody who has a mail address and no id yet. Call it at the start, when people have changed, and now
    /// and then. Somebody who was not found is looked up again after a minute at the earliest, and somebody who was
    /// found after a day: who has become a guest since then, or has left, acts no more.
    public func refresh() async {
        // Somebody's address may have gone or changed.
        tell()
        guard let team = await workspace.identity()?.team else { return }
        for mail in unconfiguredMails where shouldLookUp(mail) {
            switch await api.call(.lookupByEmail, ["email": .string(mail)]) {
            case .ok(let body):
                note(mail, body["user"].flatMap { Self.memberID($0, team: team) })
            case .error("users_not_found"): note(mail, nil)
            case let answer:
                log.warning(
                    "nobody else is looked up in Slack for now", metadata: ["slack.answer": "\(answer.summary)"])
                return
            }
        }
    }

    /// The same as `user(of:)`, asking Slack about somebody unknown, or known for longer than a day: at most once a
    /// minute for each. While Slack does not say, what was known stands.
    public func lookUp(_ id: String) async -> UserID? {
        if let user = user(of: id) {
            if let mail = oldMail(of: id) { await lookUpAgain(id, mail) }
            return self.user(of: id) == user ? user : nil
        }
        let mails = unconfiguredMails
        guard SlackText.isUserID(id), !mails.isEmpty, mayAsk(about: id), let team = await workspace.identity()?.team,
            case .ok(let body) = await api.call(.userInfo, ["user": .string(id)]),
            let profile = body["user"], Self.memberID(profile, team: team) == id,
            let mail = profile["profile"]?["email"]?.scalar?.lowercased(), mails.contains(mail)
        else { return nil }
        note(mail, id)
        return user(of: id)
    }

    // MARK: Looking up

    private func lookUpAgain(_ id: String, _ mail: String) async {
        guard mayAsk(about: id), let team = await workspace.identity()?.team else { return }
        switch await api.call(.userInfo, ["user": .string(id)]) {
        case .ok(let body):
            guard let profile = body["user"] else { return }
            let isSame =
                Self.memberID(profile, team: team) == id && profile["profile"]?["email"]?.scalar?.lowercased() == mail
            note(mail, isSame ? id : nil)
        case .error("user_not_found"): note(mail, nil)
        case let answer:
            log.warning("somebody is not looked up again in Slack", metadata: ["slack.answer": "\(answer.summary)"])
        }
    }

    /// The address that this id was found by, longer than a day ago; nil when the configuration says the id.
    private func oldMail(of id: String) -> String? {
        guard !roster().values.contains(where: { $0.slack == id }) else { return nil }
        return state.withLock { state in
            state.idByMail.filter { $0.value == id }.keys.sorted().first { isOld($0, state) }
        }
    }

    private func isOld(_ mail: String, _ state: State) -> Bool {
        state.foundAt[mail].map { $0 + Self.lasting <= now() } ?? true
    }

    private static let patience = Duration.minutes(1)
    /// How long what an address found is believed.
    private static let lasting = Duration.hours(24)
    private static let strangersKept = 1000

    /// The id of a full member of that workspace; nil for anybody else.
    static func memberID(_ profile: JSONValue, team: String) -> String? {
        let flags = ["deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "is_workflow_bot"]
        guard let id = profile["id"]?.scalar, SlackText.isUserID(id), profile["team_id"]?.scalar == team,
            flags.allSatisfy({ profile[$0] == nil || profile[$0] == .bool(false) })
        else { return nil }
        return id
    }

    private static func id(_ details: ContactDetails, _ state: State) -> String? {
        details.slack ?? details.mail.flatMap { state.idByMail[$0.lowercased()] }
    }

    /// Addresses of those whose id the configuration does not say, sorted.
    private var unconfiguredMails: [String] {
        Set(roster().values.compactMap { $0.slack == nil ? $0.mail?.lowercased() : nil }).sorted()
    }

    private func shouldLookUp(_ mail: String) -> Bool {
        state.withLock { state in
            guard state.idByMail[mail] == nil else { return isOld(mail, state) }
            return state.missedAt[mail].map { $0 + Self.patience <= now() } ?? true
        }
    }

    private func mayAsk(about id: String) -> Bool {
        state.withLock { state in
            if let last = state.askedAt[id], now() < last + Self.patience { return false }
            if state.askedAt.count >= Self.strangersKept { state.askedAt.removeAll() }
            state.askedAt[id] = now()
            return true
        }
    }

    private func note(_ mail: String, _ id: String?) {
        state.withLock { state in
            state.idByMail[mail] = id
            state.foundAt[mail] = id == nil ? nil : now()
            state.missedAt[mail] = id == nil ? now() : nil
        }
        tell()
    }

    /// Says who was found, if that is news.
    private func tell() {
        let byMail = Dictionary(grouping: roster()) { $0.value.mail?.lowercased() ?? "" }
        let news = state.withLock { state -> [UserID: String]? in
            var ids: [UserID: String] = [:]
            // Two people with one address are nobody.
            for (mail, id) in state.idByMail {
                guard let people = byMail[mail], people.count == 1, people[0].value.slack == nil else { continue }
                ids[people[0].key] = id
            }
            guard ids != state.told else { return nil }
            state.told = ids
            return ids
        }
        if let news { found(news) }
    }
}
