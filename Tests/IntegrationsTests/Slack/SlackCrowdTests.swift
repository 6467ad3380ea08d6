import Engine
import Foundation
import HTTPTypes
import OnCall
import Synchronization
import Testing

@testable import Integrations

@Suite("Many people ask in Slack at once")
struct SlackCrowdTests {
    private func say(_ scene: SlackScene, user: String, _ number: Int, team: String = "T1") async -> Int {
        let event = SlackRequestTests.mention.replacing("Ev0123", with: "Ev-\(user)-\(number)")
            .replacing("\"user\":\"U1\"", with: "\"user\":\"\(user)\"").replacing(
                "\"team\":\"T1\"", with: "\"team\":\"\(team)\"")
        return await scene.door.receive(scene.request(event), at: "events").status.code
    }

    private func press(_ scene: SlackScene, user: String, _ number: Int, team: String = "T1") async -> Int {
        let payload = SlackRequestTests.press.replacing("111.222.abc", with: "trigger-\(user)-\(number)")
            .replacing("\"id\":\"U1\"", with: "\"id\":\"\(user)\"")
            .replacing("\"team_id\":\"T1\"", with: "\"team_id\":\"\(team)\"")
            .replacing("https://hooks.slack.com/actions/T1/1/x", with: scene.server.url("/response"))
        return await scene.door.receive(scene.request(FormBody(["payload": payload]).encoded), at: "actions").status
            .code
    }

    @Test("a burst of strangers takes a few places only, and everybody else's words and buttons go through")
    func strangers() async throws {
        let gate = Gate()
        let desk = ScriptedDesk { asked in
            if asked.speaker.user == nil { await gate.wait() }
            return DeskAnswer(.information, "Ana is on call.")
        }
        let heard = Heard<String>()
        let scene = try SlackScene(desk: desk, log: HeardLog.logger(heard))
        for number in 0..<80 { #expect(await say(scene, user: "U9\(number)", 0) == 200, "it is not to come again") }
        try await until { desk.asked.count == 16 }
        #expect(await press(scene, user: "U1", 0) == 200)
        #expect(await say(scene, user: "U1", 1) == 200)
        try await until { desk.asked.count == 18 }
        #expect(desk.asked.count { $0.speaker.user == nil } == 16)
        #expect(desk.asked.count { $0.speaker.user == "ana" } == 2)
        #expect(heard.all.count { $0.contains("turned away") } == 1)
        gate.open()
    }

    @Test("each person has four places, and some are kept for buttons")
    func shares() async throws {
        let gate = Gate()
        let desk = ScriptedDesk { _ in
            await gate.wait()
            return DeskAnswer(.done, "Done.")
        }
        let people = (0..<15).map { (UserID(rawValue: "p\($0)"), ContactDetails(slack: "U\($0)")) }
        let scene = try SlackScene(roster: Dictionary(uniqueKeysWithValues: people), patience: .zero, desk: desk)
        for person in 0..<14 {
            for number in 0..<4 { #expect(await say(scene, user: "U\(person)", number) == 200) }
            #expect(await say(scene, user: "U\(person)", 4) == 503)
        }
        #expect(await say(scene, user: "U0", 0) == 200, "a retry of what is under way")
        #expect(await say(scene, user: "U14", 0) == 503)
        #expect(await press(scene, user: "U14", 1) == 200)
        try await until { desk.asked.count == 57 }
        gate.open()
        try await until { scene.calls("chat.postMessage").count == 56 }
        #expect(await say(scene, user: "U14", 0) == 200, "as if nothing had been said")
        try await until { desk.asked.count == 58 }
        #expect(desk.asked.count == 58)
    }

    @Test("while answers wait for Slack the desk goes on, and those too many are dropped")
    func slowDelivery() async throws {
        let heard = Heard<String>()
        let desk = ScriptedDesk { _ in DeskAnswer(.refused, "INC-42 is resolved.") }
        let scene = try SlackScene(desk: desk, log: HeardLog.logger(heard)) { method, _ in
            method == "response" ? .json("{}", status: 429, headers: ["Retry-After": "50"]) : nil
        }
        for number in 0..<70 { #expect(await press(scene, user: "U1", number) == 200) }
        #expect(desk.asked.count == 70)
        try await until { heard.all.contains { $0.contains("were dropped") } }
        #expect(heard.all.count { $0.contains("were dropped") } == 1)
        try await until { scene.calls("response").count == 8 }
        #expect(scene.calls("response").count == 8)
    }

    @Test("members of other workspaces are answered by silence, also before we know whose this one is")
    func elsewhere() async throws {
        let scene = try SlackScene()
        #expect(await say(scene, user: "U7", 0, team: "T2") == 200)
        try await until { scene.workspace.known != nil }
        #expect(await say(scene, user: "U7", 1, team: "T2") == 200)
        #expect(await press(scene, user: "U7", 2, team: "T2") == 200)
        #expect(await say(scene, user: "U1", 3) == 200)
        try await until { !scene.calls("chat.postMessage").isEmpty }
        #expect(scene.desk.asked.map(\.speaker.user) == ["ana"])
        #expect(scene.calls("chat.postMessage").map { $0["text"] } == ["Done."])
        #expect(scene.calls("response").isEmpty && scene.calls("chat.postEphemeral").isEmpty)
    }

    @Test("places never run out or over, whoever takes them and gives them back")
    func seats() {
        var random = SplitMix(seed: 7)
        var seats = SlackSeats(count: 12, forStrangers: 3, forEach: 2, keptForButtons: 2)
        var taken: [SlackAsker] = []
        for _ in 0..<5000 {
            if Bool.random(using: &random), let index = taken.indices.randomElement(using: &random) {
                seats.giveBack(taken.remove(at: index))
                continue
            }
            let number = Int.random(in: 0..<20, using: &random)
            let asker = SlackAsker(
                user: "U\(number)", isKnown: number < 10, isPressing: Bool.random(using: &random))
            let own = taken.count { $0.user == asker.user }
            let strangers = taken.count { !$0.isKnown }
            let isRoom =
                own < 2 && taken.count < (asker.isKnown && asker.isPressing ? 12 : 10)
                && (asker.isKnown || strangers < 3)
            #expect(seats.take(asker) == isRoom)
            if isRoom { taken.append(asker) }
        }
        for asker in taken { seats.giveBack(asker) }
        #expect(seats == SlackSeats(count: 12, forStrangers: 3, forEach: 2, keptForButtons: 2))
    }

    @Test("the log has one line a minute of what anybody can cause, with a count")
    func tally() {
        let (tally, start) = (SlackTally(), ContinuousClock.now)
        #expect(tally.note(at: start) == 1)
        for second in 1..<60 { #expect(tally.note(at: start + .seconds(second)) == nil) }
        #expect(tally.note(at: start + .seconds(60)) == 60)
        #expect(tally.note(at: start + .seconds(61)) == nil)
    }

    @Test("a flood of unsigned requests is one line in the log")
    func unsigned() async throws {
        let heard = Heard<String>()
        let scene = try SlackScene(log: HeardLog.logger(heard))
        for _ in 0..<50 { _ = await scene.door.receive(scene.request("text=x", secret: "wrong"), at: "commands") }
        #expect(heard.all == ["requests that Slack did not sign, or long ago, were refused (1)"])
    }

    @Test("who was found by mail address and became a guest acts no more after a day")
    func guests() async throws {
        let clock = HandClock()
        let isGuest = Mutex(false)
        let scene = try SlackScene(
            roster: ["ben": ContactDetails(mail: "ben@example.com")], clock: clock
        ) { method, _ in
            guard method.hasPrefix("users.") else { return nil }
            let flag = isGuest.withLock { $0 }
            return .json(
                "{\"ok\":true,\"user\":{\"id\":\"U0BEN\",\"team_id\":\"T1\",\"is_restricted\":\(flag),"
                    + "\"profile\":{\"email\":\"ben@example.com\"}}}")
        }
        await scene.people.refresh()
        #expect(scene.people.id(of: "ben") == "U0BEN")
        isGuest.withLock { $0 = true }
        clock.move(by: .seconds(23 * 3600))
        await scene.people.refresh()
        #expect(await scene.people.lookUp("U0BEN") == "ben")
        #expect(scene.calls("users.lookupByEmail").count == 1 && scene.calls("users.info").isEmpty)
        clock.move(by: .seconds(3600))
        #expect(await scene.people.lookUp("U0BEN") == nil)
        #expect(scene.people.mentions.isEmpty && scene.found.all.last == [:])
        isGuest.withLock { $0 = false }
        clock.move(by: .seconds(60))
        await scene.people.refresh()
        #expect(scene.people.id(of: "ben") == "U0BEN")
        isGuest.withLock { $0 = true }
        clock.move(by: .seconds(24 * 3600))
        await scene.people.refresh()
        #expect(scene.people.id(of: "ben") == nil)
    }
}
