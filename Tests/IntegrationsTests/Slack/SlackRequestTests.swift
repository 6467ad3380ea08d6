import Engine
import EngineCore
import Testing

@testable import Integrations

@Suite("Slack's requests, read")
struct SlackRequestTests {
    @Test("a slash command")
    func command() throws {
        let body =
            "token=x&team_id=T1&team_domain=acme&channel_id=C1&channel_name=ops&user_id=U1&user_name=ana"
            + "&command=%2Ftocsin&text=ack+INC-42+%26amp%3B+more"
            + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2Fx"
            + "&trigger_id=1.2.abc&api_app_id=A1&is_enterprise_install=false"
        let read = try SlackRequest.command(body: Array(body.utf8))
        #expect(
            read
                == .command(
                    SlackCommand(
                        user: "U1", team: "T1", channel: "C1", text: "ack INC-42 &amp; more",
                        responseURL: "https://hooks.slack.com/commands/x", trigger: "1.2.abc")))
        #expect(
            try SlackRequest.command(body: Array("ssl_check=1&token=x".utf8))
                == .ignored("Slack checks the certificate"))
    }

    @Test("a button")
    func button() throws {
        let read = try SlackRequest.action(body: form(Self.press))
        guard case .press(let press) = read else {
            Issue.record("\(read)")
            return
        }
        #expect(press.user == "U1" && press.team == "T1" && press.userTeam == "T1" && press.channel == "C1")
        #expect(press.message == PostedMessage(channel: "C1", id: "1772330584.000100"))
        #expect(press.action == "ack" && press.value == "INC-42" && !press.isEphemeral)
        #expect(press.trigger == "111.222.abc" && press.actionTime == "1772330590.123456")
        #expect(SlackLine.of(press) == "ack INC-42")
    }

    @Test(
        "a button means its verb, or the line it carries, and nothing else",
        arguments: [
            ("resolve", "INC-7", "resolve INC-7"), ("say.2", "override primary ben 2h", "override primary ben 2h"),
            ("declare", "INC-7", nil), ("ack", "INC-7; resolve INC-8", nil), ("ack", "INC-", nil), ("ack", "42", nil),
            ("ack", "INC-9999999999999", nil), ("sayings", "help", nil),
        ] as [(String, String, String?)])
    func lines(action: String, value: String, line: String?) throws {
        let text = Self.press.replacing(#""action_id":"ack""#, with: "\"action_id\":\"\(action)\"")
            .replacing(#""value":"INC-42""#, with: "\"value\":\"\(value)\"")
        guard case .press(let press) = try SlackRequest.action(body: form(text)) else {
            Issue.record("no press")
            return
        }
        #expect(SlackLine.of(press) == line)
    }

    @Test("a mention, in a channel and in a thread")
    func mention() throws {
        let read = try SlackRequest.event(body: Array(Self.mention.utf8))
        guard case .said(let saying) = read else {
            Issue.record("\(read)")
            return
        }
        #expect(saying.user == "U1" && saying.team == "T1" && saying.channel == "C1" && !saying.isDirect)
        #expect(
            saying.message == "1772330584.000200" && saying.thread == "1772330500.000100" && saying.event == "Ev0123")
        #expect(SlackLine.text(saying.text, bot: "UBOT") == "@tocsin ack INC-42")
    }

    @Test(
        "robots, edits, other events and other requests are not for us",
        arguments: [
            (#""type":"app_mention""#, #""type":"app_mention","bot_id":"B1""#),
            (#""type":"app_mention""#, #""type":"message","channel_type":"im","subtype":"message_changed""#),
            (#""type":"app_mention""#, #""type":"message","channel_type":"im","subtype":"message_deleted""#),
            (#""type":"app_mention""#, #""type":"message","channel_type":"channel""#),
            (#""type":"app_mention""#, #""type":"reaction_added""#),
            (#""user":"U1","#, ""), (#""type":"event_callback""#, #""type":"something_new""#),
        ])
    func ignored(part: String, other: String) throws {
        let read = try SlackRequest.event(body: Array(Self.mention.replacing(part, with: other).utf8))
        guard case .ignored = read else {
            Issue.record("\(read)")
            return
        }
    }

    @Test("a challenge and a held-back stream of events")
    func others() throws {
        #expect(
            try SlackRequest.event(body: Array(#"{"token":"x","challenge":"3eZb","type":"url_verification"}"#.utf8))
                == .challenge("3eZb"))
        #expect(
            try SlackRequest.event(body: Array(#"{"type":"app_rate_limited","minute_rate_limited":1}"#.utf8))
                == .rateLimited)
    }

    @Test("what cannot be read is said to be so, and never crashes")
    func malformed() {
        var random = SplitMix(seed: 42)
        let originals = [Array(Self.mention.utf8), form(Self.press), Array("team_id=T1&user_id=U1&text=%zz".utf8)]
        for round in 0..<3000 {
            var body = originals[round % originals.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: body.indices, using: &random)
                if Bool.random(using: &random) {
                    body[index] = UInt8.random(in: 0...255, using: &random)
                } else {
                    body.removeSubrange(index...)
                }
                if body.isEmpty { body = [0x7B] }
            }
            _ = try? SlackRequest.command(body: body)
            _ = try? SlackRequest.action(body: body)
            _ = try? SlackRequest.event(body: body)
        }
        for body in ["", "payload=", "payload={", "user_id=U1", "text=%", "a=%FF"] {
            #expect(throws: SlackRequestProblem.self) { try SlackRequest.command(body: Array(body.utf8)) }
            #expect(throws: SlackRequestProblem.self) { try SlackRequest.action(body: Array(body.utf8)) }
            #expect(throws: SlackRequestProblem.self) { try SlackRequest.event(body: Array(body.utf8)) }
        }
    }

    @Test(
        "typed text becomes a line",
        arguments: [
            ("  &lt;b&gt; &amp;amp; ", "<b> &amp;"), ("page <@U0BEN|ben> now", "page <@U0BEN> now"),
            ("see <https://x.example/?a=1&amp;b=2|here>", "see https://x.example/?a=1&b=2"),
            ("in <#C1|ops> and <!here>", "in #ops and @here"), ("mail <mailto:a@b.c|a@b.c>", "mail a@b.c"),
            ("<@UBOT> ack INC-1", "@tocsin ack INC-1"), ("<@UBOT>", "@tocsin"), ("hey <@UBOT|t>ack", "hey @tocsin ack"),
            ("<@UBOT><@U0CAROL> take INC-1", "@tocsin <@U0CAROL> take INC-1"), ("<@UBOTX> hi", "<@UBOTX> hi"),
            ("<@UBOT>: &lt;@UBOT&gt;", "@tocsin: <@UBOT>"),
            ("a < b", "a < b"), ("note rm -rf <dir", "note rm -rf <dir"),
        ])
    func text(typed: String, line: String) {
        #expect(SlackLine.text(typed, bot: "UBOT") == line)
    }

    @Test("a form reads what it writes")
    func form() {
        let fields = ["a b": "c+d&e=f%", "ä": "日本 🚨", "empty": ""]
        #expect(FormBody(Array(FormBody(fields).encoded.utf8))?.fields == fields)
        #expect(FormBody(["q": "a b*-._~"]).encoded == "q=a+b*-._%7E")
    }

    private func form(_ payload: String) -> [UInt8] { Array(FormBody(["payload": payload]).encoded.utf8) }

    static let press = """
        {"type":"block_actions","user":{"id":"U1","username":"ana","name":"ana","team_id":"T1"},"api_app_id":"A1",\
        "token":"x","container":{"type":"message","message_ts":"1772330584.000100","channel_id":"C1",\
        "is_ephemeral":false,"thread_ts":"1772330500.000100"},"trigger_id":"111.222.abc","team":{"id":"T1",\
        "domain":"acme"},"enterprise":null,"channel":{"id":"C1","name":"inc-42"},"message":{"ts":"1772330584.000100"},\
        "response_url":"https://hooks.slack.com/actions/T1/1/x","actions":[{"type":"button","action_id":"ack",\
        "block_id":"tocsin:INC-42","value":"INC-42","action_ts":"1772330590.123456"}]}
        """

    static let mention = """
        {"token":"x","team_id":"T1","api_app_id":"A1","event":{"type":"app_mention","user":"U1",\
        "text":"<@UBOT> ack INC-42","ts":"1772330584.000200","thread_ts":"1772330500.000100","team":"T1",\
        "channel":"C1","event_ts":"1772330584.000200"},"type":"event_callback","event_id":"Ev0123"}
        """
}

/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
