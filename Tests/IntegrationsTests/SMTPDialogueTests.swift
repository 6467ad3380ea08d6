import Integrations
import Testing

@Suite("Following an SMTP dialogue")
struct SMTPDialogueTests {
    @Test("a reply belongs to the command before it, and its last line counts")
    func stages() {
        var dialogue = SMTPDialogue()
        dialogue.received("220-one\r\n".utf8)
        #expect(dialogue.reply == nil)
        dialogue.received("220 two\r\n".utf8)
        #expect(dialogue.reply?.code == 220)
        dialogue.sent("EHLO x\r\n".utf8)
        #expect(dialogue.stage == .hello)
        #expect(dialogue.reply == nil)
        dialogue.received("250-SIZE 1\r\n".utf8)
        dialogue.received("250 STARTTLS\r\n".utf8)
        dialogue.sent("STARTTLS\r\n".utf8)
        #expect(dialogue.stage == .startTLS)
        dialogue.received("454 4.7.0 TLS not available\r\n".utf8)
        #expect(dialogue.reply == SMTPReply(code: 454, enhancedCode: "4.7.0"))
    }

    @Test("a secret that looks like a command is none")
    func secret() {
        var dialogue = SMTPDialogue()
        dialogue.sent("AUTH PLAIN\r\n".utf8)
        dialogue.received("334 \r\n".utf8)
        dialogue.sent("DATA\r\n".utf8)
        #expect(dialogue.stage == .login)
        dialogue.received("535 5.7.8 no\r\n".utf8)
        #expect(dialogue.stage == .login)
        #expect(dialogue.reply?.code == 535)
    }

    @Test("the farewell does not overwrite what was said to the mail")
    func farewell() {
        var dialogue = SMTPDialogue()
        dialogue.sent("DATA\r\n".utf8)
        dialogue.received("354 go\r\n".utf8)
        #expect(dialogue.stage == .text)
        #expect(dialogue.reply == nil)
        dialogue.received("250 ok\r\n".utf8)
        dialogue.sent("QUIT\r\n".utf8)
        dialogue.received("421 whatever\r\n".utf8)
        #expect(dialogue.reply?.code == 250)
    }

    @Test(
        "a queue id is kept, and nothing that could be an address",
        arguments: [
            ("250 2.0.0 Ok: queued as 4XYZ", "250 2.0.0 queued as 4XYZ"),
            ("250 OK id=1tEx-0004Ab-2C", "250 queued as 1tEx-0004Ab-2C"),
            ("250 2.0.0 14abc Message accepted for delivery", "250 2.0.0"), ("250 queued as ana@example.com", "250"),
            ("250 2.0.0 queued as", "250 2.0.0"), ("250", "250"), ("250 9.9.9 x", "250"), ("250 2.0.0.1 x", "250"),
        ])
    func queueID(_ line: String, _ expected: String) {
        var dialogue = SMTPDialogue()
        dialogue.sent("DATA\r\n".utf8)
        dialogue.received("354 go\r\n".utf8)
        dialogue.received("\(line)\r\n".utf8)
        #expect(dialogue.reply?.description == expected)
    }

    @Test("what is no reply is passed over", arguments: ["", "25", "abc", "2500 x", "999 x", "100 x", "250x", "250-x"])
    func nonsense(_ line: String) {
        var dialogue = SMTPDialogue()
        dialogue.received(line.utf8)
        #expect(dialogue.reply == nil)
    }
}
