import Foundation
import Testing

/// Whole incidents run from Slack: the built program against the model of Slack.
@Suite(.serialized)
struct SlackTests {
    /// How long Slack is away; twenty minutes when somebody has the time: TOCSIN_SLACK_AWAY_SECONDS=1200.
    static let away = Int(ProcessInfo.processInfo.environment["TOCSIN_SLACK_AWAY_SECONDS"] ?? "") ?? 12

    /// Ana by her Slack id and Ben by his mail address.
    static func configuration(_ slack: FakeSlack, _ delivery: FakeSlack.Delivery) -> String {
        """
        defaults: {unrouted: ranker, last_resort: {page: [user ben]}}
        users:
          ana: {name: Ana Lindt, zone: Europe/Berlin, slack: U0ANA, high: [chat now]}
          ben: {name: Ben Okoro, zone: America/New_York, high: [inbox now]}
        teams: {ml: {members: [ana, ben], chat: "slack #ops"}, old: {members: [ben], chat: "slack #old"}}
        schedules:
          sun: {zone: UTC, layers: [{name: all, people: [ana, ben], turn: 1 week, handoff: mon 00:00}]}
        policies:
          ml: {steps: [{page: [user ana], wait: 30m}, {page: [user ben], wait: 30m}]}
        services: {ranker: {policy: ml, team: ml}, attic: {policy: ml, team: old}}
        routes: [{match: 'place="attic"', service: attic}]
        integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
        channels:
          slack:
            {bot: {env: SLACK_BOT}, \(delivery == .http ? "signing_secret: {env: SLACK_SECRET}" : "app: {env: SLACK_APP}"),
             api: "\(slack.api)"}
        """
    }

    /// A Slack and a Tocsin that know each other.
    struct House {
        let slack: FakeSlack
        let tocsin: Installation

        /// Whatever became of the test.
        func end() {
            tocsin.remove()
            slack.stop()
        }

        func stopAndVerify() throws {
            tocsin.stop()
            #expect(try tocsin.verifyLog().contains("The log is whole"))
        }

        func state(_ incident: Int) async throws -> String {
            try await tocsin.get("/incidents/\(incident)")["state"] as? String ?? ""
        }

        func sentences(_ incident: Int) async throws -> [String] {
            let timeline = try await tocsin.get("/incidents/\(incident)/timeline")
            return try #require(timeline["items"] as? [[String: any Sendable]]).map {
                "\($0["sentence"] as? String ?? "") \($0["body"] as? String ?? "")"
            }
        }

        /// The incident's one message in the channel.
        func card(_ incident: Int, in channel: String = "ops", says words: String...) async throws -> FakeSlack.Message
        {
            try await eventually("a card of INC-\(incident) that says \(words)") {
                let cards = try await slack.cards(in: channel).filter {
                    $0.words.contains("INC-\(incident)\"")
                        || $0.words.contains("INC-\(incident) ") || $0.words.contains("INC-\(incident)*")
                }
                guard cards.count == 1, let card = cards.first else { return nil }
                return words.allSatisfy { card.words.lowercased().contains($0.lowercased()) } ? card : nil
            }
        }
    }

    static func open(_ delivery: FakeSlack.Delivery) async throws -> House {
        let port = try Installation.freePort()
        let slack = try await FakeSlack(delivery, tocsin: "http://127.0.0.1:\(port)")
        let tocsin = try Installation(
            configuration: configuration(slack, delivery), contacts: "ben: {mail: ben@example.com}\n",
            environment: FakeSlack.environment, port: port)
        try await tocsin.start()
        if delivery == .socket {
            try await eventually("the socket is open") { try await slack.sockets() > 0 ? true : nil }
        }
        return House(slack: slack, tocsin: tocsin)
    }

    @Test("a whole incident from Slack", arguments: [FakeSlack.Delivery.http, .socket])
    func wholeIncident(_ delivery: FakeSlack.Delivery) async throws {
        let house = try await Self.open(delivery)
        defer { house.end() }
        let (slack, tocsin) = (house.slack, house.tocsin)
        try await tocsin.fire("RankerSlow")

        // One message in the team's channel, and the page to Ana herself.
        let card = try await house.card(1, says: "RankerSlow", "triggered", "sev1")
        try await eventually("the page to Ana went out by chat") {
            try await tocsin.pages(of: 1).contains {
                $0["method"] as? String == "chat" && $0["status"] as? String == "sent"
            } ? true : nil
        }

        // Asking, by slash command; answered within Slack's three seconds.
        let who = try await slack.command("U0BEN", "who")
        #expect(who.status == 200 && !who.timedOut && who.milliseconds < 3000)
        #expect(who.body.contains("sun"))

        // The button.
        let pressed = try await slack.press("U0ANA", "ack", on: card.ts)
        #expect(pressed.status == 200 && pressed.milliseconds < 3000)
        try await eventually("Ana has it") { try await house.state(1) == "acknowledged" ? true : nil }
        #expect(try await tocsin.get("/incidents/1")["owner"] as? String == "ana")
        _ = try await house.card(1, says: "acknowledged", "U0ANA")

        // A note, said by Ben (known by his mail address) to the bot in the incident's thread.
        try await slack.say("U0BEN", "<@UBOT> note rolled the cache &amp; restarted &lt;b&gt;", thread: card.ts)
        try await eventually("the note is on the timeline") {
            try await house.sentences(1).contains { $0.contains("rolled the cache & restarted <b>") } ? true : nil
        }

        // Over, by slash command with its number.
        try await slack.command("U0ANA", "resolve INC-1")
        try await eventually("it is resolved") { try await house.state(1) == "resolved" ? true : nil }
        _ = try await house.card(1, says: "resolved")
        let thread = try await eventually("the thread tells the story") { () -> String? in
            let words = try await slack.messages().filter { $0.thread == card.ts && $0.user == "UBOT" }
                .map(\.words).joined(separator: "\n")
            return ["Acknowledged", "rolled the cache", "Resolved"].allSatisfy(words.contains) ? words : nil
        }
        #expect(thread.contains("Ana Lindt"))
        #expect(try await slack.cards().count == 1)
        #expect(try await slack.objections() == [])
        #expect(try await house.sentences(1).filter { $0.hasPrefix("Shown in Slack #ops") }.count == 1)
        try house.stopAndVerify()
    }

    @Test(
        "forged, stale and replayed requests do nothing; retries are answered and not done twice; strangers only look")
    func notEverybody() async throws {
        let house = try await Self.open(.http)
        defer { house.end() }
        let (slack, tocsin) = (house.slack, house.tocsin)
        try await tocsin.fire("RankerSlow")
        _ = try await house.card(1, says: "triggered")

        // Slack tells us of our own direct messages too: the page must not be what is forged.
        try await eventually("the page to Ana went out by chat") {
            try await tocsin.pages(of: 1).contains { $0["status"] as? String == "sent" } ? true : nil
        }
        try await slack.settle()
        for trick in ["forged", "stale"] {
            try await slack.fault(trick)
            let answer = try await slack.command("U0ANA", "ack INC-1")
            #expect(answer.status == 401, "\(trick): \(answer)")
        }
        #expect(try await house.state(1) == "triggered")

        let stranger = try await slack.command("U0SAM", "ack INC-1")
        #expect(stranger.body.contains("not known"))
        #expect(try await house.state(1) == "triggered")
        #expect(try await slack.command("U0SAM", "list").body.contains("INC-1"))

        // The very same request twice: Slack's own retry, or somebody who recorded it.
        try await slack.command("U0ANA", "note INC-1 once only")
        let again = try await slack.fault("replay")
        #expect(again["status"] as? Int == 200 || again["status"] as? Int == 401, "\(again)")
        try await slack.fault("duplicate")
        try await slack.command("U0ANA", "note INC-1 delivered twice")
        let card = try await house.card(1, says: "triggered")
        try await slack.fault("duplicate")
        try await slack.say("U0BEN", "<@UBOT> note said twice", thread: card.ts)
        try await eventually("the last note is there") {
            try await house.sentences(1).contains { $0.contains("said twice") } ? true : nil
        }
        let sentences = try await house.sentences(1)
        for words in ["once only", "delivered twice", "said twice"] {
            #expect(sentences.filter { $0.contains(words) }.count == 1, "\(words)")
        }
        // What is ambiguous is answered with its choices.
        try await tocsin.fire("RankerWrong")
        _ = try await house.card(2, says: "triggered")
        let unclear = try await slack.command("U0ANA", "ack")
        #expect(unclear.body.contains("INC-1") && unclear.body.contains("INC-2"))
        #expect(try await house.state(1) == "triggered")
        #expect(try await slack.objections() == [])
        try house.stopAndVerify()
    }

    @Test("Slack goes away and comes back: one message an incident, in order, without a flood, nothing twice")
    func away() async throws {
        let house = try await Self.open(.http)
        defer { house.end() }
        let (slack, tocsin) = (house.slack, house.tocsin)
        try await tocsin.fire("Before")
        let before = try await house.card(1, says: "triggered")

        let clock = ContinuousClock()
        let left = clock.now
        try await slack.fault("go_away", ["mode": "refuse"])
        for number in 2...9 { try await tocsin.fire("While\(number)") }
        _ = try await tocsin.post("/incidents/1/acknowledge", ["by": "ana"])
        _ = try await tocsin.post("/incidents/2/resolve", ["by": "ana"])
        _ = try await tocsin.post("/incidents/3/notes", ["by": "ana", "text": "seen while Slack was away"])
        // The process dies in the middle, too.
        try await clock.sleep(until: left + .seconds(Self.away / 3))
        tocsin.kill()
        try await tocsin.start()
        try await clock.sleep(until: left + .seconds(Self.away * 2 / 3))
        try await slack.fault("go_away", ["mode": "503"])
        try await clock.sleep(until: left + .seconds(Self.away))
        try await slack.fault("lose_answer", ["n": 2])
        try await slack.fault("come_back")

        let cards = try await eventually("every incident has its message", within: .seconds(150)) {
            let cards = try await slack.cards()
            return cards.count >= 9 ? cards : nil
        }
        #expect(cards.count == 9)
        for number in 1...9 { _ = try await house.card(number, says: number == 1 ? "acknowledged" : "INC-\(number)") }
        _ = try await house.card(2, says: "resolved")
        #expect(try await slack.cards().first?.ts == before.ts)
        // Open ones first, by number; what is over comes last.
        let order = cards.dropFirst().compactMap { card in
            (2...9).first { card.words.contains("INC-\($0) ") || card.words.contains("INC-\($0)\"") }
        }
        #expect(order == [3, 4, 5, 6, 7, 8, 9, 2], "\(order)")
        try await eventually("the threads are told, each thing once", within: .seconds(120)) {
            let replies = try await slack.messages().filter { !$0.isRoot }.map(\.words)
            return replies.contains { $0.contains("seen while Slack was away") }
                && replies.contains { $0.contains("Acknowledged") } && replies.contains { $0.contains("Resolved") }
                ? true : nil
        }
        let replies = try await slack.messages().filter { !$0.isRoot }
        #expect(replies.filter { $0.words.contains("seen while Slack was away") }.count == 1)
        #expect(try await slack.cards().count == 9)
        #expect(try await slack.objections() == [])
        print("Slack was away for \(Self.away) s: 9 incidents, 9 messages, \(replies.count) thread replies")
        try house.stopAndVerify()
    }

    @Test("rate limits are kept, an archived channel harms nothing else, a revoked token is told and recovered from")
    func trouble() async throws {
        let house = try await Self.open(.http)
        defer { house.end() }
        let (slack, tocsin) = (house.slack, house.tocsin)
        try await slack.fault("rate_limit", ["method": "chat.postMessage", "seconds": 4])
        try await tocsin.fire("Limited")
        let card = try await house.card(1, says: "triggered")

        try await slack.fault("archive", ["channel": "old"])
        try await tocsin.fire("Dusty", labels: ["place": "attic"])
        try await eventually("it is said that the channel is closed") {
            try await house.sentences(2).contains { $0.hasPrefix("Cannot be shown in Slack #old") } ? true : nil
        }
        #expect(try await slack.cards(in: "old").isEmpty)

        try await slack.fault("revoke_token")
        _ = try await tocsin.post("/incidents/1/acknowledge", ["by": "ben"])
        // Somebody is told that Slack no longer works, by an incident of Tocsin's own.
        let own = try await eventually("an incident says that Slack refuses us", within: .seconds(60)) { () -> Int? in
            let items = try await tocsin.get("/incidents?state=open")["items"] as? [[String: any Sendable]] ?? []
            return items.first { ($0["title"] as? String ?? "").contains("Slack") }
                .flatMap { ($0["id"] as? String)?.split(separator: "-").last }.flatMap { Int($0) }
        }
        #expect(own > 2)
        try await slack.fault("restore_token")
        tocsin.kill()
        try await tocsin.start()
        let shown = try await house.card(1, says: "acknowledged")
        #expect(shown.ts == card.ts)
        #expect(try await slack.objections() == [])
        try house.stopAndVerify()
    }
}
