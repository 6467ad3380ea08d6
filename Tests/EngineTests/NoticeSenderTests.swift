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
