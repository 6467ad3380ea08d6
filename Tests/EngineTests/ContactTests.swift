import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Synchronization
import Testing
import Timekeeping

/// How an address comes to be used, and what keeps one from being used.
@Suite struct ContactTests {
    struct House {
        let store: MemoryStore
        let book: ContactBook
        let desk: ContactDesk
        let engine: Engine
        let mail: NoticePager
    }

    static func open(_ store: MemoryStore = MemoryStore(), mail: NoticePager = NoticePager()) async throws -> House {
        var configuration = Configuration(directory: EngineTests.directory)
        configuration.channels.smtp = SMTPSettings(host: "mail.test", from: "tocsin@example.com")
        let book = try ContactBook(store: store, configuration: configuration)
        let pagers: [ContactMethod: any Pager] = [.inbox: LedgerPager(.delivered), .mail: mail]
        let engine = try await EngineTests.engine(store, book.equipped(), pagers)
        return House(
            store: store, book: book, desk: ContactDesk(engine: engine, book: book, pagers: pagers), engine: engine,
            mail: mail)
    }

    static let ana = Actor(user: "ana", via: .console)

    private static func code(_ house: House) throws -> String {
        try #require(house.mail.notices.last?.title.split(separator: " ").first.map(String.init))
    }

    private static func reach(_ house: House) -> Set<ContactMethod> {
        house.engine.read { $0.directory.users["ana"]?.reachableBy ?? [] }
    }

    private static func problem(_ body: () async throws -> Void) async -> ContactProblem.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? ContactProblem)?.code
        }
    }

    @Test("an address is used from the moment its code is typed back, and after a restart; the log does not hold it")
    func proved() async throws {
        let house = try await Self.open()
        #expect(try await house.desk.add("ana", .mail, " ana@example.com ") == "a…@example.com")
        #expect(house.mail.addresses == ["ana@example.com"])
        #expect(house.book.address(of: "ana", .mail) == nil)
        #expect(Self.reach(house) == [.inbox])
        #expect(house.desk.list("ana").first { $0.method == .mail }?.pending == "a…@example.com")

        try await house.desk.verify("ana", .mail, code: " \(Self.code(house)) ", by: Self.ana)
        #expect(house.book.address(of: "ana", .mail) == "ana@example.com")
        #expect(Self.reach(house) == [.inbox, .mail])
        let line = try #require(house.desk.list("ana").first { $0.method == .mail })
        #expect(line.masked == "a…@example.com" && line.source == .own && line.obstacle == nil && line.pending == nil)

        let again = try await Self.open(house.store)
        #expect(again.book.address(of: "ana", .mail) == "ana@example.com")
        #expect(Self.reach(again) == [.inbox, .mail])
        #expect(house.store.all.contains { $0.facts.contains("a…@example.com") })
        #expect(!house.store.all.contains { ($0.facts + ($0.text ?? "")).contains("ana@example.com") })
    }

    @Test("an address that was changed behind our back reaches nobody: the proof was for another")
    func changedInTheDatabase() async throws {
        let house = try await Self.open()
        _ = try await house.desk.add("ana", .mail, "ana@example.com")
        try await house.desk.verify("ana", .mail, code: Self.code(house), by: Self.ana)
        var changed = try #require(house.store.contacts().first)
        changed.address = "mallory@example.com"
        house.store.keep(changed)
        let again = try await Self.open(house.store)
        #expect(again.book.address(of: "ana", .mail) == nil)
        #expect(Self.reach(again) == [.inbox])
    }

    @Test("a wrong code is refused, five wrong ones end it, and a code is good once and for its own address")
    func wrongCodes() async throws {
        let house = try await Self.open()
        #expect(
            await Self.problem { try await house.desk.verify("ana", .mail, code: "1", by: Self.ana) } == .noCodePending)
        _ = try await house.desk.add("ana", .mail, "ana@example.com")
        let right = try Self.code(house)
        let wrong = right == "000000" ? "000001" : "000000"
        for _ in 1...4 {
            #expect(
                await Self.problem { try await house.desk.verify("ana", .mail, code: wrong, by: Self.ana) }
                    == .wrongCode)
        }
        // Another person's address is not proved by it either.
        #expect(
            await Self.problem { try await house.desk.verify("ben", .mail, code: right, by: Self.ana) }
                == .noCodePending)
        #expect(
            await Self.problem { try await house.desk.verify("ana", .mail, code: wrong, by: Self.ana) }
                == .noCodePending)
        #expect(
            await Self.problem { try await house.desk.verify("ana", .mail, code: right, by: Self.ana) }
                == .noCodePending)
        #expect(Self.reach(house) == [.inbox])

        _ = try await house.desk.add("ana", .mail, "ana@example.com")
        try await house.desk.verify("ana", .mail, code: Self.code(house), by: Self.ana)
        let used = try Self.code(house)
        #expect(
            await Self.problem { try await house.desk.verify("ana", .mail, code: used, by: Self.ana) } == .noCodePending
        )
    }

    @Test("nobody's mail box is filled through us, and nonsense is no address")
    func limits() async throws {
        let house = try await Self.open()
        for address in [
            "", "ana", "ana@", "@example.com", "a b@example.com", "ana@example.com\r\nBcc: x@y.z", "<a@b.c>",
        ] {
            #expect(
                await Self.problem { _ = try await house.desk.add("ana", .mail, address) } == .badAddress,
                "\(address)")
        }
        #expect(house.mail.notices.isEmpty)
        for number in 1...5 { _ = try await house.desk.add("ana", .mail, "ana\(number)@example.com") }
        #expect(
            await Self.problem { _ = try await house.desk.add("ana", .mail, "ana@example.com") }
                == .tooManyCodes)
        #expect(house.mail.notices.count == 5)
        #expect(
            await Self.problem { _ = try await house.desk.add("eve", .mail, "e@example.com") }
                == .noSuchUser)
        #expect(await Self.problem { _ = try await house.desk.add("ben", .push, "tocsin-k3v9x2p7") } == .noChannel)
        #expect(await Self.problem { _ = try await house.desk.add("ben", .chat, "U1") } == .notEnterable)
    }

    @Test("a code that could not be sent is said so, and waits for nothing")
    func unsent() async throws {
        let mail = NoticePager(AttemptOutcome(.failedForNow, evidence: "no connection could be made"))
        let house = try await Self.open(mail: mail)
        #expect(
            await Self.problem { _ = try await house.desk.add("ana", .mail, "a@example.com") } == .notSent
        )
        #expect(house.desk.list("ana").allSatisfy { $0.pending == nil })
    }

    @Test("another address takes over when it is proved, and not before; a crash in between loses neither")
    func changed() async throws {
        let house = try await Self.open()
        _ = try await house.desk.add("ana", .mail, "ana@example.com")
        try await house.desk.verify("ana", .mail, code: Self.code(house), by: Self.ana)
        _ = try await house.desk.add("ana", .mail, "new@example.com")
        #expect(house.book.address(of: "ana", .mail) == "ana@example.com")
        house.store.failNextAppend(with: RecordStoreError.notDurable("the disk is full"))
        let code = try Self.code(house)
        #expect(
            await Self.problem { try await house.desk.verify("ana", .mail, code: code, by: Self.ana) } == .unavailable)
        #expect(house.book.address(of: "ana", .mail) == "ana@example.com")
        #expect(try await Self.reopen(house.store).book.address(of: "ana", .mail) == "ana@example.com")

        var isProved = false
        while !isProved {
            isProved = await Self.problem { try await house.desk.verify("ana", .mail, code: code, by: Self.ana) } == nil
        }
        #expect(house.book.address(of: "ana", .mail) == "new@example.com")
        #expect(house.store.contacts().map(\.address) == ["new@example.com"])
        // Whoever read the old one is told.
        #expect(house.mail.notices.last?.kind == .change)
        #expect(house.mail.addresses.last == "ana@example.com")
        #expect(try await Self.reopen(house.store).book.address(of: "ana", .mail) == "new@example.com")
    }

    /// The engine of before still lives and may append at the same moment; then the later one tries again.
    private static func reopen(_ store: MemoryStore) async throws -> House {
        for _ in 0..<20 {
            if let house = try? await open(store) { return house }
        }
        return try await open(store)
    }

    @Test("removing an address ends its use at once")
    func removed() async throws {
        let house = try await Self.open()
        _ = try await house.desk.add("ana", .mail, "ana@example.com")
        try await house.desk.verify("ana", .mail, code: Self.code(house), by: Self.ana)
        try await house.desk.remove("ana", .mail, by: Self.ana)
        #expect(Self.reach(house) == [.inbox])
        #expect(house.store.contacts().isEmpty)
        #expect(await Self.problem { try await house.desk.remove("ana", .mail, by: Self.ana) } == .noSuchContact)
        let again = try await Self.open(house.store)
        #expect(again.book.address(of: "ana", .mail) == nil)
    }

    @Test("page me now goes where pages go and tells what became of it")
    func test() async throws {
        let house = try await Self.open()
        #expect(await Self.problem { _ = try await house.desk.test("ana", .mail) } == .noChannel)
        _ = try await house.desk.add("ana", .mail, "ana@example.com")
        try await house.desk.verify("ana", .mail, code: Self.code(house), by: Self.ana)
        #expect(try await house.desk.test("ana", .mail).result == .sent)
        #expect(house.mail.notices.last?.kind == .test)
    }
}

/// Takes notices and pages by mail and keeps the notices.
final class NoticePager: Pager {
    private let taken = Mutex<[(Notice, String?)]>([])
    private let outcome: AttemptOutcome

    init(_ outcome: AttemptOutcome = AttemptOutcome(.sent, evidence: "250 2.0.0")) { self.outcome = outcome }

    var notices: [Notice] { taken.withLock { $0.map(\.0) } }
    var addresses: [String] { taken.withLock { $0.compactMap(\.1) } }

    func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        Task { done(outcome) }
    }

    func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        taken.withLock { $0.append((notice, address)) }
        Task { done(outcome) }
    }
}
