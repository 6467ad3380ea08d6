import Engine
import Testing

@testable import Integrations

@Suite struct SMSTextTests {
    @Test(
        "what the alphabet of short messages lacks is put in other words",
        arguments: [
            ("p99 “slow” – 3…5 s 🔥", "p99 \"slow\" - 3...5 s"), ("Žluťoučký kůň", "Zlutoucky kun"),
            ("Grüße à café", "Grüße à café"), ("CPU ≥ 90 %", "CPU >= 90 %"), ("a\u{A0}b", "a b"),
        ])
    func likeness(text: String, expected: String) {
        #expect(GSM7.likeness(of: text) == expected)
        #expect(GSM7.length(expected) != nil)
    }

    @Test("another script is not made unreadable", arguments: ["сервис недоступен", "サービス停止"])
    func otherScript(text: String) { #expect(GSM7.likeness(of: text) == nil) }

    @Test("brackets and the euro sign take two places")
    func septets() {
        #expect(GSM7.length("a{€}") == 7)
        #expect(GSM7.length("ж") == nil)
    }

    @Test(
        "a page is one message, whatever its title, and says how to acknowledge",
        arguments: [
            "the disk of the primary database is nearly full again", String(repeating: "a very long title ", count: 20),
            String(repeating: "🔥", count: 200),
            String(repeating: "{}", count: 100), "Žluťoučký kůň úpěl ďábelské ódy " + String(repeating: "é", count: 99),
        ], [false, true])
    func page(title: String, isRepeat: Bool) throws {
        let text = SMSText(.example(title: title, isRepeat: isRepeat)).text
        #expect(try #require(GSM7.length(text)) <= 160, "\(text)")
        #expect(text.hasPrefix(isRepeat ? "Again: SEV1 INC-42 ranker: " : "SEV1 INC-42 ranker: "))
        #expect(text.hasSuffix(" #42-3 Reply ack 42"), "\(text)")
    }

    @Test("a page in another script is one wide message")
    func wide() {
        let text = SMSText(.example(title: String(repeating: "сервис ", count: 30))).text
        #expect(text.utf16.count <= 70, "\(text)")
        #expect(text.hasSuffix("Reply ack 42"))
    }

    @Test("a short link is given, and the page is known again by its token alone")
    func link() {
        let page = PageMessage.example(title: "disk", acknowledgeURL: "https://t.co/a/x")
        let text = SMSText(page).text
        #expect(text.hasSuffix("#42-3 Ack: https://t.co/a/x"))
        #expect(SMSText.isOf(page, text))
        #expect(!SMSText.isOf(page, text.replacing("#42-3", with: "#42-31")))
    }
}
