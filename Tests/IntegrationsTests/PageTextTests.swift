import Engine
import Incidents
import Integrations
import Synchronization
import Testing

@Suite("Pages in words")
struct PageTextTests {
    @Test("160 characters say how bad, which, where, what and how to acknowledge")
    func short() {
        let message = PageMessage.example()
        #expect(PageText.short(message) == "SEV1 INC-42 ranker: p99 1.9s > 800ms Ack: \(message.acknowledgeURL)")
        #expect(PageText.short(.example(isRepeat: true)).hasPrefix("Again: SEV1 INC-42"))
        #expect(PageText.full(message).hasPrefix(PageText.short(message) + "\n"))
        #expect(PageText.full(message).contains("\nSummary: Half the requests\nSummary: are too slow.\n"))
    }

    @Test("never more than 160, and always a way to acknowledge", arguments: [0, 10, 40, 80, 120, 400])
    func shortLimit(_ length: Int) {
        for titleLength in [0, 1, 30, 200, 5000] {
            for service in ["s", String(repeating: "s", count: 90)] {
                let message = PageMessage.example(
                    title: String(repeating: "t", count: titleLength), service: ServiceID(rawValue: service),
                    isRepeat: true, acknowledgeURL: "https://t.example/a/" + String(repeating: "x", count: length))
                let text = PageText.short(message)
                #expect(text.count <= 160)
                let ways = [message.acknowledgeURL, message.incidentURL, "tocsin incident ack INC-42"]
                #expect(ways.contains { text.hasSuffix(" Ack: \($0)") })
            }
        }
    }

    @Test("the terminal shows a framed block")
    func terminal() {
        let text = PageText.terminal(PageMessage.example(isRepeat: true))
        #expect(
            text == """
                ┌─ INC-42  sev1  ranker ───────────────────────────────────────────────
                │ p99 1.9s > 800ms
                │   Half the requests
                │   are too slow.
                │ For      Ana Lindt (ana)
                │ Because  a step of the escalation policy
                │ Again    an earlier attempt may have arrived already
                │ Since    14:12 UTC
                │ Runbook (rb.example) https://rb.example/p99
                │ Open     https://t.example/incidents/42
                │ Ack      https://t.example/a/NDItMyBhbmEgMTc5MDAwMDAwMDAwMA.5Lx0b1q9gJ7Qm3n8w6s2r4t5y7u9i1o3p5a7s9d1f3g
                └──────────────────────────────────────────────────────────────────────

                """)
    }

    @Test("the first runbook is the first detail, and the others come before the alert's own links")
    func runbooks() {
        let message = PageMessage.example(
            runbooks: [
                RunbookLink(title: "It is\n slow", url: "https://t.example/runbooks/slow?page=x"),
                RunbookLink(title: "More", url: "https://t.example/runbooks/more?page=x"),
            ])
        let lines = PageText.full(message).split(separator: "\n").map(String.init)
        #expect(lines[1] == "Runbook: It is slow https://t.example/runbooks/slow?page=x")
        #expect(lines.firstIndex(of: "Runbook: More https://t.example/runbooks/more?page=x") == lines.count - 4)
        #expect(PageText.short(message) == PageText.short(.example()))
    }

    @Test("a notice is framed too, names no incident and asks for no acknowledgement")
    func notice() {
        #expect(
            PageText.terminal(Notice.example(.alarm)) == """
                ┌─ For Ana Lindt ──────────────────────────────────────────────────────
                │ SEV1 Tocsin cannot write its log
                │ Alerts are answered 503.
                │ Free the disk.
                │ https://t.example/
                └──────────────────────────────────────────────────────────────────────

                """)
    }

    @Test(
        "nothing in an alert can steer a terminal",
        arguments: [
            ("plain – ü 😀", "plain – ü 😀"), ("\u{1B}[31mred\u{1B}[0m", "red"), ("a\u{1B}[2J\u{1B}[1;1Hb", "ab"),
            ("\u{1B}]0;title\u{7}x", "]0;titlex"), ("\u{9B}31mx", "x"), ("\u{1B}[", "["), ("\u{1B}[31", "[31"),
            ("\u{1B}", ""), ("a\r\nb\tc", "a b c"), ("a\u{0}\u{8}\u{7F}b", "ab"),
            ("a\u{202E}b\u{2066}c\u{200F}", "abc"),
            ("a\u{2028}b\u{85}c", "a b c"), ("👩‍💻", "👩‍💻"),
        ])
    func printable(_ text: String, _ expected: String) {
        #expect(PageText.printable(text) == expected)
    }

    @Test("no control character reaches the terminal, whatever the alert says")
    func fuzz() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<20 {
                let limit: UInt32 = [0x20, 0xA0, 0x3000].randomElement(using: &random)!
                text.append(Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random))!)
            }
            let message = PageMessage.example(
                title: String(text), summary: String(text), service: ServiceID(rawValue: String(text)),
                acknowledgeURL: "https://t.example/\(String(text))")
            for line in PageText.terminal(message).split(separator: "\n") {
                #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
                #expect("┌│└".contains(line.first!))
            }
        }
    }

    @Test("the inbox prints the block, then says it was shown")
    func inbox() async {
        let printed = Mutex("")
        let pager = InboxPager { text in printed.withLock { $0 += text } }
        let outcome = await withCheckedContinuation { continuation in
            pager.send(.example()) { continuation.resume(returning: $0) }
        }
        #expect(outcome == AttemptOutcome(.delivered, evidence: "shown in the inbox"))
        #expect(printed.withLock { $0 } == PageText.terminal(PageMessage.example()))
    }

    @Test("the inbox prints a notice, wherever it was to go")
    func inboxNotice() async {
        let printed = Mutex("")
        let pager = InboxPager { text in printed.withLock { $0 += text } }
        let outcome = await withCheckedContinuation { continuation in
            pager.send(.example(.code), to: nil) { continuation.resume(returning: $0) }
        }
        #expect(outcome.result == .delivered)
        #expect(printed.withLock { $0 } == PageText.terminal(Notice.example(.code)))
    }
}
