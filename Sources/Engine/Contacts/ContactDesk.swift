import EngineCore
import Incidents
import OnCall
import Synchronization
import Timekeeping

/// How people's own addresses come and go: a code is sent to an address and typed back, and only then is the address
/// kept and used. Also "page me now", so that nobody hears their first page at 3 a.m.
public final class ContactDesk: Sendable {
    private struct Pending {
        let address: String
        let code: String
        let expiresAt: Instant
        var wrongTries = 0
    }

    private struct Place: Hashable {
        let user: UserID
        let method: ContactMethod
    }

    private struct State {
        var pending: [Place: Pending] = [:]
        /// When codes were sent for each person, over the last hour.
        var sent: [UserID: [Instant]] = [:]
        /// When practice pages were.
        var tested: [UserID: [Instant]] = [:]
        var lastNotice = 0
    }

    private let engine: Engine
    private let book: ContactBook
    private let pagers: [ContactMethod: any Pager]
    private let state = Mutex(State())

    /// Long enough to find the message, too short to guess.
    public static let codeLife = Duration.minutes(10)
    static let mostWrongTries = 5
    /// Nobody's mail box is filled through us.
    static let mostCodesAnHour = 5
    static let shortestTopic = 12
    static let mostTestsAnHour = 20

    public init(engine: Engine, book: ContactBook, pagers: [ContactMethod: any Pager]) {
        self.engine = engine
        self.book = book
        self.pagers = pagers
    }

    public func list(_ user: UserID) -> [ContactLine] {
        let now = engine.now
        return book.lines(of: user).map { line in
            var line = line
            let place = Place(user: user, method: ContactBook.kept(line.method))
            let pending = state.withLock { $0.pending[place] }
            if let pending, now < pending.expiresAt, line.method != .call || line.canBeEntered {
                line.pending = ContactBook.mask(pending.address, line.method)
            }
            return line
        }
    }

    /// What pages come from, for people's phones.
    public var card: ContactCard { ContactCard(book.channels) }

    // MARK: Add and verify

    /// Sends a code to that address. Nothing is kept until it is typed back.
    /// - Returns: the masked address.
    /// - Throws: `ContactProblem`.
    public func add(_ user: UserID, _ method: ContactMethod, _ address: String) async throws -> String {
        let person = try person(user)
        let address = try Self.checked(address, method)
        let lines = book.lines(of: user)
        // A number is entered as one for SMS; without SMS a call says the code.
        let method = method == .sms && lines.contains { $0.method == .call && $0.canBeEntered } ? .call : method
        let line = lines.first { $0.method == method }
        guard let pager = pagers[method], line?.canBeEntered == true else {
            throw ContactProblem(.noChannel, "There is no channel for \(method) in the configuration yet.")
        }
        let now = engine.now
        let masked = ContactBook.mask(address, method)
        let code = Self.makeCode()
        let number = try state.withLock { state in
            var sent = (state.sent[user] ?? []).filter { now - $0 < .hours(1) && $0 <= now }
            guard sent.count < Self.mostCodesAnHour else {
                throw ContactProblem(
                    .tooManyCodes, "\(Self.mostCodesAnHour) codes were sent within an hour. Try again later.")
            }
            sent.append(now)
            state.sent[user] = sent
            state.pending[Place(user: user, method: ContactBook.kept(method))] = Pending(
                address: address, code: code, expiresAt: now + Self.codeLife)
            state.lastNotice += 1
            return state.lastNotice
        }
        let notice = Notice(
            id: "tocsin_code_\(now.milliseconds)_\(number)", kind: .code, user: user, userName: person.name,
            title: "\(code) is your code for Tocsin",
            body: "Type \(code) where you entered this address, within \(Self.codeLife.components.seconds / 60) "
                + "minutes. Pages to \(person.name) will then come here.\n"
                + "You did not ask for it? Then do nothing, and nothing will come.",
            url: nil, sentAt: now)
        let outcome = await send(notice, to: address, by: pager)
        guard [.sent, .delivered, .inDoubt].contains(outcome.result) else {
            state.withLock { state in
                // Unless another was asked for meanwhile.
                let place = Place(user: user, method: ContactBook.kept(method))
                if state.pending[place]?.code == code { state.pending[place] = nil }
            }
            throw ContactProblem(.notSent, "The code could not be sent to \(masked): \(outcome.evidence).")
        }
        return masked
    }

    /// Takes the code that came with the message. From then on pages go to that address.
    /// - Throws: `ContactProblem`.
    public func verify(_ user: UserID, _ method: ContactMethod, code: String, by: Actor) async throws {
        _ = try person(user)
        let now = engine.now
        let place = Place(user: user, method: ContactBook.kept(method))
        let typed = String(code.filter { !$0.isWhitespace && $0 != "-" })
        let address = try state.withLock { state in
            guard let pending = state.pending[place], now < pending.expiresAt else {
                state.pending[place] = nil
                throw ContactProblem(.noCodePending, "No code is waited for any more. Enter the address again.")
            }
            guard pending.code == typed else {
                state.pending[place]?.wrongTries += 1
                guard pending.wrongTries + 1 < Self.mostWrongTries else {
                    state.pending[place] = nil
                    throw ContactProblem(
                        .noCodePending, "That was wrong \(Self.mostWrongTries) times. Enter the address again.")
                }
                throw ContactProblem(.wrongCode, "That is not the code. Look at the newest message.")
            }
            return pending.address
        }
        do {
            try await book.keep(address, of: user, method, at: now)
        } catch {
            throw ContactProblem(.unavailable, "The address could not be kept. Try again in a moment.")
        }
        let digest = book.digest(address, method)
        let earlier = ways(of: user)
        try await record(
            .verifyContact(
                user, ContactBook.kept(method), digest: digest, masked: ContactBook.mask(address, method), by: by))
        await book.noteProved(user, method, digest: digest)
        state.withLock { $0.pending[place] = nil }
        await book.refresh(engine)
        tell(
            user, by: earlier.filter { $0.method != method || $0.address != address },
            "Pages to you now go to \(ContactBook.mask(address, method)) by \(method), too or instead.")
    }

    /// - Throws: `ContactProblem`.
    public func remove(_ user: UserID, _ method: ContactMethod, by: Actor) async throws {
        _ = try person(user)
        let place = Place(user: user, method: ContactBook.kept(method))
        let wasPending = state.withLock { $0.pending.removeValue(forKey: place) != nil }
        guard book.hasOwn(user, method) else {
            if wasPending { return }
            throw ContactProblem(.noSuchContact, "There is no \(method) address that was entered here.")
        }
        do {
            try await record(.removeContact(user, ContactBook.kept(method), by: by))
        } catch let problem as ContactProblem where problem.code == .noSuchContact {
            // It was never proved: there is only the address to forget.
        }
        let earlier = ways(of: user)
        do {
            try await book.remove(user, method)
        } catch {
            throw ContactProblem(.unavailable, "The address could not be removed. Try again in a moment.")
        }
        await book.refresh(engine)
        tell(user, by: earlier, "The \(method) address that was entered for you is used no more.")
    }

    // MARK: Changes are told

    private struct Way {
        let method: ContactMethod
        let address: String
    }

    /// Where that person is reached at this moment, as far as somebody reads it there.
    private func ways(of user: UserID) -> [Way] {
        [ContactMethod.mail, .push, .sms, .chat].compactMap { method in
            book.address(of: user, method).map { Way(method: method, address: $0) }
        }
    }

    /// Whoever got hold of a personal link must not turn somebody's pages away unseen.
    private func tell(_ user: UserID, by ways: [Way], _ news: String) {
        guard let person = engine.read({ $0.directory.users[user] }) else { return }
        let now = engine.now
        let number = nextNotice()
        for way in ways {
            let notice = Notice(
                id: "tocsin_change_\(now.milliseconds)_\(number)", kind: .change, user: user, userName: person.name,
                title: "Where Tocsin reaches \(person.name) was changed",
                body: "\(news)\nWas that not you? Tell whoever runs Tocsin, and look at your page at once.",
                url: engine.links.home, sentAt: now)
            // Nobody waits for it: the change is made, and what becomes of the news stands in no log.
            pagers[way.method]?.send(notice, to: way.address) { _ in }
        }
    }

    private func nextNotice() -> Int {
        state.withLock { state in
            state.lastNotice += 1
            return state.lastNotice
        }
    }

    // MARK: Page me now

    /// Sends a practice page the way a real one would go, and says what became of it.
    /// - Throws: `ContactProblem`.
    public func test(_ user: UserID, _ method: ContactMethod) async throws -> AttemptOutcome {
        let person = try person(user)
        if let line = book.lines(of: user).first(where: { $0.method == method }), let obstacle = line.obstacle {
            throw ContactProblem(.noChannel, "Pages cannot go by \(method): \(obstacle).")
        }
        guard let pager = pagers[method] else {
            throw ContactProblem(.noChannel, "There is no channel for \(method) in the configuration yet.")
        }
        let now = engine.now
        try state.withLock { state in
            var tested = (state.tested[user] ?? []).filter { now - $0 < .hours(1) && $0 <= now }
            guard tested.count < Self.mostTestsAnHour else {
                throw ContactProblem(
                    .tooManyCodes,
                    "\(Self.mostTestsAnHour) practice pages were sent within an hour. Try again later.")
            }
            tested.append(now)
            state.tested[user] = tested
        }
        let number = nextNotice()
        let notice = Notice(
            id: "tocsin_test_\(now.milliseconds)_\(number)", kind: .test, user: user, userName: person.name,
            title: "Practice page for \(person.name): this is how Tocsin reaches you. Nothing is broken.",
            body: "You asked for it. A real page says how bad it is, which incident, where, and how to acknowledge.\n"
                + "Did this wake you, or would it have? If not, look at the app's and the phone's settings now.",
            url: engine.links.home, sentAt: now)
        return await send(notice, to: nil, by: pager)
    }

    // MARK: Small steps

    private func person(_ user: UserID) throws -> Directory.User {
        guard let person = engine.read({ $0.directory.users[user] }) else {
            throw ContactProblem(.noSuchUser, Refusal.noSuchUser(user).explanation)
        }
        return person
    }

    /// In its one form, so that its digest is always the same.
    private static func checked(_ address: String, _ method: ContactMethod) throws -> String {
        let text = String(address.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        switch method {
        case .mail:
            guard let mail = MailAddress(text) else {
                throw ContactProblem(.badAddress, "That is not a mail address such as ana@example.com.")
            }
            return mail.description
        case .push:
            guard let topic = PushTopic(text), topic.name.count >= Self.shortestTopic else {
                throw ContactProblem(
                    .badAddress,
                    "Whoever knows a topic can read your pages. Take \(Self.shortestTopic) to 64 letters, digits, - and "
                        + "_ that nobody can guess.")
            }
            return topic.description
        case .sms, .call:
            guard let number = PhoneNumber(written: text) else {
                throw ContactProblem(
                    .badAddress, "That is not a phone number with its country, such as +49 151 23456789.")
            }
            return number.description
        case .inbox, .webhook, .chat:
            throw ContactProblem(
                .notEnterable, "Only mail addresses, ntfy topics and phone numbers are entered here.")
        }
    }

    private func send(_ notice: Notice, to address: String?, by pager: any Pager) async -> AttemptOutcome {
        await withCheckedContinuation { continuation in
            pager.send(notice, to: address) { continuation.resume(returning: $0) }
        }
    }

    private func record(_ command: Command) async throws {
        switch await engine.submit(.command(command, request: nil)) {
        case .done, .already, .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded: return
        case .refused(.noSuchContact): throw ContactProblem(.noSuchContact, "There was no proved address.")
        case .refused(let refusal): throw ContactProblem(.unavailable, refusal.explanation)
        case .unavailable:
            throw ContactProblem(.unavailable, "Nothing can be recorded at the moment. Try again.")
        }
    }

    /// Six digits.
    private static func makeCode() -> String {
        let number = Int.random(in: 0..<1_000_000)
        let digits = String(number)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }
}
