import Engine
import Foundation
import Integrations
import Testing
import Timekeeping

@Suite("Headers of mails")
struct MailHeaderTests {
    @Test("Python reads every text back as it was, however strange, and no line is too long")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 2047)
        let pools = [
            "abc xyz", "é ü ß", "日本語テキスト", "👩‍💻🏳️‍🌈", "e\u{301}\u{302}\u{303} ", "=? ?= =?UTF-8?Q?x?=", "\r\nBcc: e@x\u{0}",
            "\u{202E}x\u{200F}", "\"<>,;:@()[]\\", String(repeating: "w", count: 70),
        ]
        var texts: [String] = [
            "", " ", "=?", "a", String(repeating: "é", count: 500), String(repeating: "x", count: 1000),
        ]
        for _ in 0..<2000 {
            var text = ""
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                text.append(pools.randomElement(using: &random)!.randomElement(using: &random)!)
            }
            texts.append(text)
        }
        // A character longer than any encoded word.
        texts.append("x" + String(String.UnicodeScalarView(["e"] + Array(repeating: "\u{301}", count: 100))) + "y")
        var mail = ""
        for (index, text) in texts.enumerated() {
            let value = MailHeader.text(text, name: "X-\(index)")
            for (line, part) in "X-\(index): \(value)".components(separatedBy: "\r\n").enumerated() {
                #expect(part.utf8.count <= 78, "\(part)")
                #expect(line == 0 || part.hasPrefix(" ") && part.count > 1)
                #expect(part.utf8.allSatisfy { (0x20...0x7E).contains($0) })
                for word in part.split(separator: " ") where word.hasPrefix("=?UTF-8?B?") {
                    #expect(word.utf8.count <= MailHeader.wordLength)
                }
            }
            mail += "X-\(index): \(value)\r\n"
        }
        let read = try Python.answer(
            """
            import sys, json, email, email.policy
            mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
            print(json.dumps([[k, str(v)] for k, v in mail.items()]))
            """, Array("\(mail)\r\n".utf8))
        #expect(read.elements.count == texts.count)
        for (index, (header, text)) in zip(read.elements, texts).enumerated() {
            #expect(header.strings.first == "X-\(index)")
            #expect(header.strings.last.map { Array($0.utf8) } == Array(PlainText.printable(text).utf8))
        }
    }

    @Test("plain text stays readable")
    func plain() {
        #expect(
            MailHeader.text("[SEV1] INC-42 ranker: p99 is high", name: "Subject") == "[SEV1] INC-42 ranker: p99 is high"
        )
        #expect(MailHeader.text("a =?UTF-8?B?eA==?= b", name: "Subject").hasPrefix("=?UTF-8?B?"))
    }

    @Test(
        "the date is the wire's, in UTC",
        arguments: [
            ("2026-03-01T02:03:04Z", "Sun, 01 Mar 2026 02:03:04 +0000"),
            ("1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 +0000"),
            ("2024-02-29T12:00:00.999Z", "Thu, 29 Feb 2024 12:00:00 +0000"),
        ])
    func date(_ instant: String, _ expected: String) throws {
        #expect(MailHeader.date(try #require(Instant(rfc3339: instant))) == expected)
    }

    @Test("an identifier holds nothing that could end it")
    func identifier() {
        #expect(MailHeader.messageID("tocsin_lab_42-3", domain: "x.org") == "<tocsin_lab_42-3@x.org>")
        #expect(MailHeader.messageID("a>\r\nBcc: é@b..c.", domain: "x.org") == "<a---Bcc-----b.c@x.org>")
    }
}

@Suite("Addresses")
struct AddressTests {
    @Test(
        "a mail address is one, whole and harmless",
        arguments: ["a@b", "ana.lindt+oncall@mail.example.com", "o'neil@x-y.org", "!#$%&'*+-/=?^_`{|}~@x.io"])
    func good(_ text: String) {
        #expect(MailAddress(text)?.description == text)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "a", "@b", "a@", "a@@b", "a@b@c", "a b@c", " a@b", "a@b ", "a@b\n", "a@b\r\nRCPT TO:<x@y>", "<a@b>",
            "a@b>",
            "a,b@c", "\"a\"@b", "a@b,c", "a..b@c", ".a@b", "a.@b", "a@.b", "a@b.", "a@-b", "a@b-", "a@[127.0.0.1]",
            "é@b",
            "a@é", "a\u{0}@b", "a@b\u{0}", "a@b_c", "a(x)@b", "a@b;c",
            String(repeating: "a", count: 65) + "@b", "a@" + String(repeating: "b", count: 64),
            "a@" + Array(repeating: String(repeating: "b", count: 60), count: 5).joined(separator: "."),
        ])
    func bad(_ text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test("it is masked for everybody but its owner")
    func masked() {
        #expect(MailAddress("ana@example.com")?.masked == "a…@example.com")
        #expect(PushTopic("oncall-ana-9d3f")?.masked == "on…")
        #expect(PushTopic("a")?.masked == "…")
    }

    @Test("a topic is letters, digits, hyphen and underscore, 64 at most")
    func topics() {
        for text in ["a", "oncall-ana_9D3f", String(repeating: "x", count: 64)] {
            #expect(PushTopic(text)?.name == text)
        }
        for text in ["", "a b", "a/b", "a\n", "é", "a?b", String(repeating: "x", count: 65)] {
            #expect(PushTopic(text) == nil)
        }
    }
}
