import Engine
import EngineCore
import Foundation
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

@Suite("Notices about being on call")
struct NoticeSenderTests {
    private struct House {
        let engine: Engine
        /// The first way that the standard rules take without ringing, and the next.
        let chat: NoticePager
        let mail = NoticePager()
        let sender: NoticeSender
        let store: MemoryStore

        /// One for all: a house that is opened again has the same handoff.
        private static let opened = Instant(seconds: Int64(Date().timeIntervalSince1970))

        /// `ana` is on call until a handoff to `ben` in 40 minutes, and back a day later; `chi` has turns after that.
        init(_ store: MemoryStore = MemoryStore(), chat: NoticePager = NoticePager()) async throws {
            let handoff = ZoneRules.utc.civil(at: Self.opened + .minutes(40))
            let yesterday = handoff.date.adding(days: -1)
            let layer = Layer(
                name: "day", eras: [Era(from: yesterday, people: ["ana", "ben", "chi"])], turn: .days(1),
                handoff: Handoff(time: handoff.time))
            var directory = EngineTests.directory
            for user in ["ana", "ben", "chi"] as [UserID] {
                directory.users[user] = .init(
                    id: user, name: user.rawValue.capitalized, zone: "UTC", reachableBy: [.inbox, .mail, .chat])
            }
            directory.roster = Roster(
                schedules: ["primary": Schedule(id: "primary", zone: "UTC", plan: .layers([layer]))],
                zones: ["UTC": .utc])
            directory.policies = [
                "ml": EscalationPolicy(id: "ml", steps: [.init(page: [.schedule("primary")], wait: .minutes(5))])
            ]
            self.store = store
            self.chat = chat
            engine = try await EngineTests.engine(
                store, Configuration(directory: directory), [.inbox: LedgerPager(.delivered)])
            sender = NoticeSender(engine: engine, pagers: [.mail: mail, .chat: chat])
        }

        func ask(_ command: Command) async -> [Event] {
            let (stream, feed) = AsyncStream.makeStream(of: [Event].self)
            engine.watch { feed.yield($0) }
            let reply = await engine.submit(.command(command, request: nil))
            if case .refused(let refusal) = reply { Issue.record("\(refusal.explanation)") }
            return await stream.first { _ in true } ?? []
        }
    }

    @Test("before a handoff both are told in chat, in words with the next and the last, once across restarts")
    func handoff() async throws {
        let house = try await House()
        _ = await house.engine.submit(EngineTests.alert("db"))
        await house.sender.look()
        let (on, off) = (house.chat.notices.first { $0.user == "ben" }, house.chat.notices.first { $0.user == "ana" })
        #expect(house.chat.notices.count == 2)
        #expect(on?.title.hasPrefix("You go on call in primary at ") == true)
        #expect(on?.body.contains("Before you: Ana. After you: Chi.") == true)
        #expect(on?.body.contains("INC-1 SEV2 db is down, nobody has it") == true)
        #expect(on?.url == "http://tocsin.test/schedules/primary")
        #expect(on?.isUrgent == false && on?.kind == .handoff)
        #expect(off?.title.hasPrefix("You go off call in primary at ") == true)
        #expect(house.mail.notices.isEmpty)
        await house.sender.look()
        #expect(house.chat.notices.count == 2)
        let again = try await House(house.store)
        await again.sender.look()
        #expect(again.chat.notices.isEmpty)
        #expect(house.store.all.count { $0.kind == "handoffTold" } == 1)
    }

    @Test("when one method fails the next is tried")
    func nextMethod() async throws {
        let house = try await House(chat: NoticePager(AttemptOutcome(.failedForNow, evidence: "451")))
        await house.sender.look()
        #expect(house.chat.notices.count == 2)
        #expect(house.mail.notices.count == 2)
    }

    @Test("who is asked for cover hears of it, who asked hears the answer, and nobody of their own doing")
    func cover() async throws {
        let house = try await House()
        let now = house.engine.now
        let asked = await house.ask(
            .requestCover(
                "primary", "ana", from: now, until: now + .minutes(30), inReturn: nil, asked: ["ben", "chi"],
                by: Actor(user: "ana", via: .console)))
        await house.sender.tell(asked)
        #expect(house.chat.notices.map(\.user) == ["ben", "chi"])
        #expect(house.chat.notices.first?.title.hasPrefix("Ana asks for cover in primary from ") == true)
        let no = await house.ask(.answerCover(1, accept: false, by: "ben", via: .console))
        await house.sender.tell(no)
        #expect(house.chat.notices.last?.title.hasPrefix("Ben cannot cover you in primary") == true)
        let yes = await house.ask(.answerCover(1, accept: true, by: "chi", via: .console))
        await house.sender.tell(yes)
        #expect(house.chat.notices.last?.title.hasPrefix("Chi covers you in primary") == true)
        #expect(house.chat.notices.map(\.user) == ["ben", "chi", "ana", "ana"])
    }

    /// By somebody with the admin token.
    private static let admin = Actor(user: nil, via: .api)

    private static func titles(_ house: House, after count: Int = 0) -> [String] {
        house.chat.notices.dropFirst(count).map { "\($0.user): \($0.title.prefix { $0 != "," })" }
    }

    @Test("an override made after the handoff was told tells who comes instead, and who does not after all")
    func otherwise() async throws {
        let house = try await House()
        await house.sender.look()
        #expect(house.chat.notices.count == 2)
        let now = house.engine.now
        let added = await house.ask(
            .addOverride(
                "primary", from: now + .minutes(30), until: now + .hours(8), kind: .cover("chi"), leaveHole: false,
                by: Self.admin))
        await house.sender.tell(added)
        await house.sender.look()
        let titles = Self.titles(house, after: 2)
        #expect(titles.count == 3)
        #expect(titles.contains { $0.hasPrefix("chi: You go on call in primary at ") })
        #expect(titles.contains { $0.hasPrefix("ana: You go off call in primary at ") })
        #expect(titles.contains { $0.hasPrefix("ben: You do not go on call in primary at ") })
        await house.sender.look()
        #expect(house.chat.notices.count == 5)
        let removed = await house.ask(.removeOverride(1, by: Self.admin))
        await house.sender.tell(removed)
        await house.sender.look()
        let again = Self.titles(house, after: 5)
        #expect(again.contains { $0.hasPrefix("ben: You go on call in primary at ") })
        #expect(again.contains { $0.hasPrefix("chi: You do not go on call in primary at ") })
        #expect(again.contains { $0.hasPrefix("ana: You stay on call in primary at ") })
        #expect(again.count == 3)
        #expect(Set(house.chat.notices.map(\.id)).count == house.chat.notices.count)
    }

    @Test("cover from now on is told at once to whom somebody else puts on call and to who is relieved")
    func fromNow() async throws {
        let house = try await House()
        await house.sender.look()
        let now = house.engine.now
        let cover = Command.addOverride(
            "primary", from: now - .minutes(1), until: now + .days(3), kind: .cover("chi"), leaveHole: false,
            by: Self.admin)
        await house.sender.tell(await house.ask(cover))
        let titles = Self.titles(house, after: 2)
        #expect(
            titles == [
                "chi: You are on call in primary from now on", "ana: You are not on call in primary any more",
            ])
        #expect(house.chat.notices.dropFirst(2).first?.body.contains("Somebody else changed who is on call.") == true)
        await house.sender.look()
        // Ben was told that he goes on in 40 minutes.
        #expect(Self.titles(house, after: 4).map { $0.prefix(4) } == ["ben:"])
        // Chi takes it back: they know, and Ana has it again.
        await house.sender.tell(await house.ask(.removeOverride(1, by: Actor(user: "chi", via: .console))))
        await house.sender.look()
        #expect(
            Self.titles(house, after: 5).map { $0.prefix(24) } == [
                "ana: You are on call in ", "ben: You go on call in p",
            ])
        #expect(Self.titles(house).count { $0.hasPrefix("chi:") } == 1)
    }

    @Test("whoever takes it from now on is told nothing, who is relieved is")
    func ownDoing() async throws {
        let house = try await House()
        await house.sender.look()
        let now = house.engine.now
        await house.sender.tell(
            await house.ask(
                .addOverride(
                    "primary", from: now, until: now + .minutes(20), kind: .cover("chi"), leaveHole: false,
                    by: Actor(user: "chi", via: .console))))
        await house.sender.look()
        #expect(Self.titles(house, after: 2).map { $0.prefix(4) }.contains("chi:") == false)
        #expect(Self.titles(house, after: 2).first == "ana: You are not on call in primary any more")
        // In an hour and later: the ordinary notice tells.
        let count = house.chat.notices.count
        await house.sender.tell(
            await house.ask(
                .addOverride(
                    "primary", from: now + .hours(10), until: now + .hours(12), kind: .cover("chi"), leaveHole: false,
                    by: Self.admin)))
        await house.sender.look()
        #expect(house.chat.notices.count == count)
    }

    @Test("time off taken back by somebody else puts the person on again, who hears of it with the stand-in")
    func timeOffTakenBack() async throws {
        let house = try await House()
        await house.sender.look()
        let now = house.engine.now
        let ana = Actor(user: "ana", via: .console)
        await house.sender.tell(
            await house.ask(
                .addTimeOff("ana", from: now, until: now + .hours(5), leaveHole: false, by: ana)))
        await house.sender.look()
        #expect(Self.titles(house, after: 2).map { $0.prefix(22) } == ["ben: You stand in for "])
        await house.sender.tell(await house.ask(.removeTimeOff(1, by: Self.admin)))
        await house.sender.look()
        #expect(
            Set(Self.titles(house, after: 3)) == [
                "ana: You are on call in primary from now on", "ben: You are not on call in primary any more",
            ])
    }

    @Test("what two agreed on is told once; taken back by an administrator, both hear of it")
    func takenBack() async throws {
        let house = try await House()
        await house.sender.look()
        let now = house.engine.now
        await house.sender.tell(
            await house.ask(
                .requestCover(
                    "primary", "ana", from: now, until: now + .minutes(30), inReturn: nil, asked: ["chi"],
                    by: Actor(user: "ana", via: .console))))
        await house.sender.tell(await house.ask(.answerCover(1, accept: true, by: "chi", via: .console)))
        await house.sender.look()
        #expect(
            Self.titles(house, after: 2).map { $0.prefix(14) } == ["chi: Ana asks ", "ana: Chi cover"])
        await house.sender.tell(await house.ask(.removeOverride(1, by: Self.admin)))
        await house.sender.look()
        #expect(
            Set(Self.titles(house, after: 4)) == [
                "ana: You are on call in primary from now on", "chi: You are not on call in primary any more",
            ])
    }

    @Test("whoever comes next hears that somebody is off, with the hours that are theirs")
    func timeOff() async throws {
        let house = try await House()
        let now = house.engine.now
        let added = await house.ask(
            .addTimeOff(
                "ana", from: now, until: now + .minutes(20), leaveHole: false, by: Actor(user: "ana", via: .console)))
        await house.sender.tell(added)
        #expect(house.chat.notices.map(\.user) == ["ben"])
        #expect(house.chat.notices.first?.title.hasPrefix("You stand in for Ana in primary from ") == true)
        #expect(
            house.chat.notices.first?.body.contains("Ana is off, and you come next in the rotation:") == true)
    }
}
