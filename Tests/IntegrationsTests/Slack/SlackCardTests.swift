import Engine
import Incidents
import OnCall
import Testing
import Timekeeping

@testable import Integrations

@Suite("Slack messages")
struct SlackCardTests {
    static let card = IncidentCard(
        incident: Incident.ID(42), title: "p99 1.9s > 800ms", summary: "Half the requests\nare too slow.",
        severity: .sev1, state: .triggered, service: "ranker", openedAt: Instant(seconds: 1_772_330_584),
        paging: [IncidentCard.Person(user: "ana", name: "Ana Lindt")], alerts: 3, firing: 2,
        links: ["runbook": "https://rb.example/p99?a=1&b=2", "bad": "javascript:alert(1)"],
        url: "https://t.example/incidents/42")

    @Test("the text says how bad, which, where and what")
    func text() {
        #expect(SlackCard.text(Self.card) == "SEV1 INC-42 ranker: p99 1.9s &gt; 800ms")
        var card = Self.card
        card.state = .acknowledged
        card.owner = IncidentCard.Person(user: "ana", name: "Ana Lindt")
        #expect(SlackCard.text(card).hasSuffix("(acknowledged by Ana Lindt)"))
        card.title = String(repeating: "x&", count: 400)
        #expect(SlackCard.text(card).utf16.count <= 160)
        #expect(SlackCard.text(card).contains("acknowledged by Ana Lindt"))
    }

    @Test(
        "each state has its buttons, bound to their incident",
        arguments: [
            (Incident.State.triggered, ["ack", "resolve"]), (.acknowledged, ["resolve", "take", "escalate"]),
            (.resolved, ["reopen"]),
        ])
    func buttons(state: Incident.State, verbs: [String]) throws {
        var card = Self.card
        card.state = state
        let message = SlackCard.message(card, key: nil) { _ in nil }
        let actions = try #require(message.blocks.last)
        #expect(actions["block_id"] == "tocsin:INC-42")
        guard case .array(let elements)? = actions["elements"] else {
            Issue.record("no elements")
            return
        }
        #expect(elements.map { $0["action_id"]?.scalar } == verbs)
        #expect(elements.allSatisfy { $0["value"] == "INC-42" })
    }

    @Test("owner, times and links are Slack's own forms; what a browser must not open is no link")
    func forms() {
        var card = Self.card
        card.state = .acknowledged
        card.owner = IncidentCard.Person(user: "ana", name: "Ana Lindt")
        let text = JSONValue.array(SlackCard.message(card, key: "k", slackID: { $0 == "ana" ? "U01ANA" : nil }).blocks)
            .text
        #expect(text.contains("<@U01ANA>"))
        #expect(text.contains("<!date^1772330584^{date_short_pretty} {time}|2026-03-01 02:03 UTC>"))
        #expect(text.contains("<https://rb.example/p99?a=1&amp;b=2|runbook (rb.example)>"))
        #expect(text.contains("<https://t.example/incidents/42|Open INC-42>"))
        #expect(!text.contains("javascript"))
    }

    @Test("runbooks are links before the alert's own, and their titles cannot be anything else")
    func runbooks() throws {
        var card = Self.card
        card.runbooks = [
            RunbookLink(title: "Slow <!channel>|x", url: "https://t.example/runbooks/slow?incident=42&a=1")
        ]
        let text = JSONValue.array(SlackCard.message(card, key: nil, slackID: { _ in nil }).blocks).text
        let runbook = try #require(
            text.firstRange(of: "<https://t.example/runbooks/slow?incident=42&amp;a=1|Runbook: Slow"))
        let own = try #require(text.firstRange(of: "<https://rb.example/p99"))
        #expect(runbook.lowerBound < own.lowerBound)
        #expect(!text.contains("<!channel>"))
    }

    @Test("a link that came with an alert says where it leads, whatever it calls itself")
    func foreignLinks() {
        var card = Self.card
        card.links = [
            "Acknowledge": "https://t.example@evil.example:8443/a",
            "Open INC-42 (t.example)": "https://evil.example/#t",
            String(repeating: "x", count: 90): "https://" + String(repeating: "t.example.", count: 20) + "evil.example",
        ]
        let text = JSONValue.array(SlackCard.message(card, key: nil, slackID: { _ in nil }).blocks).text
        #expect(text.contains("|Acknowledge (evil.example)>"))
        #expect(text.contains("|Open INC-42 (t.example) (evil.example)>"))
        #expect(text.contains(".evil.example)>"))
    }

    @Test("whatever strangers write, limits hold and nothing pings, links or hides", .serialized, arguments: 0..<150)
    func strangers(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        let nasty = Nasty(&random)
        var card = Self.card
        card.title = nasty.text()
        card.summary = nasty.text(20)
        card.service = nasty.text()
        card.state = Incident.State.allCases.randomElement(using: &nasty.random)!
        card.severity = Severity.allCases.randomElement(using: &nasty.random)!
        card.owner = Bool.random(using: &nasty.random) ? IncidentCard.Person(user: "x", name: nasty.text()) : nil
        card.paging = (0..<12).map { _ in IncidentCard.Person(user: "y", name: nasty.text()) }
        card.links = Dictionary(
            (0..<12).map { _ in (nasty.text(), "https://x.example/" + nasty.text(2)) }, uniquingKeysWith: { a, _ in a })
        let lines = (0..<Int.random(in: 1...80, using: &nasty.random)).map { number in
            ChatLine(
                at: Instant(seconds: Int64(number)), sentence: nasty.text(),
                body: Bool.random(using: &nasty.random) ? nasty.text(10) : nil)
        }
        let choices = (0..<Int.random(in: 0...8, using: &nasty.random)).map { _ in
            DeskAnswer.Choice(label: nasty.text(), line: nasty.text())
        }
        let answer = DeskAnswer(.question, nasty.text(30), choices: choices)
        for message in [
            SlackCard.message(card, key: "k", slackID: { _ in "U1&<" }), SlackThread.message(lines, key: "k"),
            SlackReply.message(answer, withButtons: true), SlackReply.message(answer, withButtons: false),
            SlackPage.message(.example(title: nasty.text(), summary: nasty.text(10)), rendered: nil),
            SlackPage.message(
                Notice(
                    id: "n", kind: .test, user: "ana", userName: "Ana", title: nasty.text(), body: nasty.text(20),
                    url: "https://x.example", sentAt: Instant(seconds: 0))),
        ] {
            for problem in BlockLimits.problems(of: message) { Issue.record("\(problem)") }
        }
    }

    @Test("a thread's message is in order and counts what it leaves out")
    func thread() {
        let lines = (0..<200).map {
            ChatLine(at: Instant(seconds: Int64(1_772_330_584 + $0)), sentence: "Line \($0) of the story")
        }
        let message = SlackThread.message(Array(lines.reversed()), key: "k")
        let shown = message.text.split(separator: "\n")
        #expect(shown[0] == "02:03 UTC Line 0 of the story")
        #expect(shown.last == "… and \(201 - shown.count) more on the timeline")
        #expect(shown.count > 20)
        let few = SlackThread.message(Array(lines.prefix(3)), key: "k")
        #expect(!few.text.contains("more on the timeline") && few.text.split(separator: "\n").count == 3)
    }

    @Test(
        "marks at the edge of a word become letters that look like them, and names keep theirs",
        arguments: [
            (
                "*bold* _it_ ~no~ `code`",
                "\u{2217}bold\u{2217} \u{02CD}it\u{02CD} \u{223C}no\u{223C} \u{02CB}code\u{02CB}"
            ),
            ("ranker_v2_eu", "ranker_v2_eu"), ("@here @ana", "@\u{2060}here @ana"),
            ("<!here> & <@U1>", "&lt;!here&gt; &amp; &lt;@U1&gt;"),
        ])
    func marks(text: String, shown: String) {
        #expect(SlackText.mrkdwn(text) == shown)
    }

    @Test("five choices are buttons for the asker, six are a list")
    func choices() {
        func reply(_ count: Int) -> SlackMessage {
            let choices = (0..<count).map { DeskAnswer.Choice(label: "INC-\($0)", line: "ack INC-\($0)") }
            return SlackReply.message(DeskAnswer(.question, "Which one?", choices: choices), withButtons: true)
        }
        let five = JSONValue.array(reply(5).blocks).text
        #expect(five.contains(#""action_id":"say.5""#) && five.contains(#""value":"ack INC-4""#))
        let six = reply(6)
        #expect(!JSONValue.array(six.blocks).text.contains("action_id"))
        #expect(six.text.contains("• INC-5: ack INC-5"))
    }
}
