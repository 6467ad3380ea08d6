import Crypto
import Foundation
import Incidents
import OnCall
import Synchronization
import Timekeeping

/// Where everybody is reached: what people entered and proved themselves, over what the contacts file and the
/// configuration say. Pagers ask it for every attempt, so a correction helps the next one.
///
/// An address a person entered counts only while the log says that this very address was proved: the proof is bound to
/// it by a keyed digest, so an address changed in the database behind our back reaches nobody.
public final class ContactBook: Sendable {
    private struct State {
        var configuration: Configuration
        /// By digest. More than one only while a new one is being proved.
        var own: [UserID: [ContactMethod: [String: String]]]
        var proved: [UserID: [ContactMethod: String]]
        /// Chat ids that the platform told us for people's mail addresses.
        var found: [UserID: String] = [:]
    }

    private let state: Mutex<State>
    private let store: any ContactStore
    private let key: SymmetricKey
    private let turnstile = Turnstile()
    /// The disk may keep a caller waiting.
    private let queue = DispatchQueue(label: "tocsin.contacts")

    /// Methods whose addresses people enter themselves.
    public static let enterable: [ContactMethod] = [.mail, .push, .sms, .call]

    /// What an address is kept as: one number serves SMS and calls, and is proved once.
    static func kept(_ method: ContactMethod) -> ContactMethod { method == .call ? .sms : method }

    /// Reads what is stored.
    /// - Throws: what the store throws.
    public init(store: any RecordStore & ContactStore, configuration: Configuration) throws {
        self.store = store
        key = SymmetricKey(data: try store.secret("contacts"))
        var own: [UserID: [ContactMethod: [String: String]]] = [:]
        for contact in try store.contacts() {
            own[contact.user, default: [:]][contact.method, default: [:]][contact.digest] = contact.address
        }
        var proved = IncidentBook()
        for record in try store.records(stream: Event.Stream.contacts.description) {
            proved.evolve(try EventCodec.decode(record))
        }
        state = Mutex(State(configuration: configuration, own: own, proved: proved.verifiedContacts))
    }

    // MARK: Looking up

    /// Where that person's pages go by that method; nil when nowhere.
    public func address(of user: UserID, _ method: ContactMethod) -> String? {
        let details = read(user)
        switch method {
        case .mail: return details.mail
        case .push: return details.push
        case .chat: return details.slack
        case .sms, .call: return details.phone
        case .inbox, .webhook: return nil
        }
    }

    public func hasOwnWebhook(_ user: UserID) -> Bool {
        state.withLock { $0.configuration.contacts[user]?.webhook != nil }
    }

    public func webhook(of user: UserID) -> WebhookSettings? {
        state.withLock { $0.configuration.contacts[user]?.webhook ?? $0.configuration.channels.webhook }
    }

    public func serving(of service: ServiceID) -> ServingSettings? {
        state.withLock { $0.configuration.serving[service] }
    }
    public var channels: ChannelSettings { state.withLock { $0.configuration.channels } }

    /// What the administrator's files say, and nothing that people entered: who somebody is in a chat must not follow
    /// from an address that whoever holds a personal link can enter.
    public var written: [UserID: ContactDetails] { state.withLock { $0.configuration.contacts } }

    /// Whose number it is, entered and proved or written in the contacts file; nil when it is nobody's, or that of more
    /// than one, who cannot be told apart.
    public func person(withPhone number: PhoneNumber) -> UserID? {
        let owners = everybody.filter { $0.value.phone == number.text }
        return owners.count == 1 ? owners.first?.key : nil
    }

    /// Everybody's ways, for those who look people up elsewhere.
    public var everybody: [UserID: ContactDetails] {
        let users = state.withLock { $0.configuration.directory.users.keys.sorted() }
        return Dictionary(uniqueKeysWithValues: users.map { ($0, read($0)) })
    }

    private func read(_ user: UserID) -> ContactDetails {
        state.withLock { details(of: user, $0) }
    }

    private func details(of user: UserID, _ state: State) -> ContactDetails {
        var details = state.configuration.contacts[user] ?? ContactDetails()
        details.slack = details.slack ?? state.found[user]
        details.mail = own(user, .mail, state) ?? details.mail
        details.push = own(user, .push, state) ?? details.push
        details.phone = own(user, .sms, state) ?? details.phone
        return details
    }

    /// What the person entered, if it is what the log says was proved.
    private func own(_ user: UserID, _ method: ContactMethod, _ state: State) -> String? {
        guard let proof = state.proved[user]?[method], let address = state.own[user]?[method]?[proof],
            proof == digest(address, method)
        else { return nil }
        return address
    }

    // MARK: The configuration in force

    /// The configuration last taken up, as its files say it: without what people entered.
    public var configuration: Configuration { state.withLock { $0.configuration } }

    /// The configuration last taken up, with everybody's addresses, and in its directory who can be reached how.
    public func equipped() -> Configuration { state.withLock { equipped($0) } }

    /// Takes a configuration up before there is an engine.
    public func adopt(_ configuration: Configuration) { state.withLock { $0.configuration = configuration } }

    /// Takes a configuration up and puts it in force; or neither.
    public func adopt(_ configuration: Configuration, in engine: Engine) async -> Reply {
        await turnstile.pass {
            let before = state.withLock { state in
                defer { state.configuration = configuration }
                return state.configuration
            }
            let reply = await engine.apply(equipped())
            guard case .done = reply else {
                state.withLock { $0.configuration = before }
                return reply
            }
            return reply
        }
    }

    /// Tells the engine who can be reached how, after addresses have changed.
    @discardableResult
    public func refresh(_ engine: Engine) async -> Reply {
        await turnstile.pass { await engine.apply(equipped()) }
    }

    private func equipped(_ state: State) -> Configuration {
        var configuration = state.configuration
        for user in configuration.directory.users.keys {
            configuration.contacts[user] = details(of: user, state)
        }
        configuration.directory =
            Reachability(channels: configuration.channels, contacts: configuration.contacts)
            .equip(configuration.directory)
        return configuration
    }

    /// A chat platform knows these people by their mail addresses. Answers whether that was news.
    public func note(chatIDs: [UserID: String]) -> Bool {
        state.withLock { state in
            defer { state.found = chatIDs }
            return state.found != chatIDs
        }
    }

    // MARK: People's own addresses

    /// Keyed digest of an address, 32 hex digits.
    func digest(_ address: String, _ method: ContactMethod) -> String {
        let method = Self.kept(method)
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(method.rawValue)\n\(address)".utf8), using: key)
        return String(Hex.encode(code).prefix(32))
    }

    /// Keeps an address; it counts once it is `noteProved`.
    func keep(_ address: String, of user: UserID, _ method: ContactMethod, at now: Instant) async throws {
        let method = Self.kept(method)
        let digest = digest(address, method)
        let contact = StoredContact(user: user, method: method, address: address, digest: digest, addedAt: now)
        try await storing { try $0.keep(contact) }
        state.withLock { $0.own[user, default: [:]][method, default: [:]][digest] = address }
    }

    /// The log has the proof of this one; others are forgotten.
    func noteProved(_ user: UserID, _ method: ContactMethod, digest: String) async {
        let method = Self.kept(method)
        state.withLock { $0.proved[user, default: [:]][method] = digest }
        // One that stays behind reaches nobody, and goes with the next change.
        try? await storing { try $0.removeContacts(user, method, except: digest) }
        state.withLock { state in
            let proved = state.own[user]?[method]?.filter { $0.key == digest }
            state.own[user]?[method] = proved
        }
    }

    /// Whether the person entered something, proved or not.
    func hasOwn(_ user: UserID, _ method: ContactMethod) -> Bool {
        state.withLock { $0.own[user]?[Self.kept(method)]?.isEmpty == false }
    }

    func remove(_ user: UserID, _ method: ContactMethod) async throws {
        let method = Self.kept(method)
        try await storing { try $0.removeContacts(user, method, except: nil) }
        state.withLock { state in
            state.own[user]?[method] = nil
            state.proved[user]?[method] = nil
        }
    }

    private func storing(_ body: @escaping @Sendable (any ContactStore) throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [store] in continuation.resume(with: Result { try body(store) }) }
        }
    }

    // MARK: For people to read

    public func lines(of user: UserID) -> [ContactLine] {
        state.withLock { state in
            let details = details(of: user, state)
            let reachability = Reachability(
                channels: state.configuration.channels, contacts: [user: details])
            let lacksChannel = reachability.obstacles(user).filter(\.lacksChannel).map(\.method)
            return [ContactMethod.mail, .push, .sms, .call, .chat, .webhook, .inbox].map { method in
                let (address, source) = known(user, method, details, state)
                return ContactLine(
                    method: method, masked: address.map { Self.mask($0, method) }, source: source, pending: nil,
                    obstacle: reachability.obstacle(user, to: method),
                    canBeEntered: Self.enterable.contains(method) && !lacksChannel.contains(method)
                        // The number is entered once, where its code is sent.
                        && (method != .call || lacksChannel.contains(.sms)))
            }
        }
    }

    private func known(
        _ user: UserID, _ method: ContactMethod, _ details: ContactDetails, _ state: State
    ) -> (String?, ContactLine.Source?) {
        switch method {
        case .mail:
            return (details.mail, details.mail == nil ? nil : own(user, .mail, state) != nil ? .own : .file)
        case .push:
            return (details.push, details.push == nil ? nil : own(user, .push, state) != nil ? .own : .file)
        case .chat: return (details.slack, details.slack == nil ? nil : .directory)
        case .webhook:
            if details.webhook != nil { return (nil, .file) }
            return (nil, state.configuration.channels.webhook == nil ? nil : .directory)
        case .inbox: return (nil, .builtIn)
        case .sms, .call:
            return (details.phone, details.phone == nil ? nil : own(user, .sms, state) != nil ? .own : .file)
        }
    }

    /// Enough for its owner to recognise, and no more: `a…@example.com`.
    static func mask(_ address: String, _ method: ContactMethod) -> String {
        switch method {
        case .mail: MailAddress(address)?.masked ?? "…"
        case .push: PushTopic(address)?.masked ?? "…"
        case .sms, .call: PhoneNumber(address)?.masked ?? "…"
        case .inbox, .webhook, .chat: address
        }
    }
}
