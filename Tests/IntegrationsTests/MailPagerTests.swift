import Engine
import Foundation
import Incidents
import Integrations
import OnCall
import Testing
import Timekeeping

@Suite("Pages by mail")
struct MailPagerTests {
    private let client = CurlClient()

    @Test("the person gets the plain facts, and the server's queue id is the evidence")
    func sent() async throws {
        let server = try MailServer()
        defer { server.stop() }
        let message = PageMessage.example()
        #expect(await send(message, server.port) == AttemptOutcome(.sent, evidence: "250 2.0.0 queued as 4XYZ"))
        let mail = try Python.read(mail: try #require(server.mails.first).data)
        #expect(mail["defects"] == [])
        #expect(mail.header("From") == ["Tocsin <pager@example.com>"])
        #expect(mail["to"] == [["Ana Lindt", "ana@example.com"]])
        #expect(mail.header("Subject") == ["[SEV1] INC-42 ranker: p99 1.9s > 800ms"])
        #expect(mail.header("Date") == ["Mon, 21 Sep 2026 14:13:20 +0000"])
        #expect(mail.header("Message-ID") == ["<tocsin_lab_42-3@example.com>"])
        #expect(mail.header("In-Reply-To") == ["<tocsin_lab_inc-42@example.com>"])
        #expect(mail.header("References") == ["<tocsin_lab_inc-42@example.com>"])
        #expect(mail.header("Auto-Submitted") == ["auto-generated"])
        #expect(mail.header("X-Auto-Response-Suppress") == ["All"])
        #expect(mail.header("Importance") == ["high"])
        #expect(mail.header("X-Priority") == ["1"])
        #expect(mail.header("MIME-Version") + mail.header("Mime-Version") == ["1.0"])
        #expect(mail["parts"]?.elements.count == 1)
        #expect(mail["parts"]?.elements.first?["text"]?.scalar == PageText.full(message) + "\n")
    }

    @Test("what templates make is sent as two ways to read one mail")
    func templates() async throws {
        let server = try MailServer()
        defer { server.stop() }
        let render: PageRenderer = { template, page in
            switch template {
            case .mailSubject: "Betreff für \(page.incident)\r\nBcc: evil@example.com"
            case .mailText: "text\n.\n\u{0}für \(page.userName)"
            case .mailHTML: "<p>für \(page.userName)</p>\n"
            case .pushTitle, .pushText, .chatText: nil
            }
        }
        #expect(await send(.example(), server.port, render: render).result == .sent)
        let mail = try Python.read(mail: try #require(server.mails.first).data)
        #expect(mail.header("Subject") == ["Betreff für INC-42 Bcc: evil@example.com"])
        #expect(mail.header("Bcc").isEmpty)
        #expect(mail["type"] == "multipart/alternative")
        #expect(mail["parts"]?.elements.map { $0["type"]?.scalar } == ["text/plain", "text/html"])
        #expect(mail["parts"]?.elements.map { $0["charset"]?.scalar } == ["utf-8", "utf-8"])
        #expect(
            mail["parts"]?.elements.map { $0["text"]?.scalar } == [
                "text\n.\nfür Ana Lindt\n", "<p>für Ana Lindt</p>\n",
            ])
    }

    @Test(
        "nothing in an alert or a name makes a header, a recipient or a line of its own",
        arguments: [
            "x\r\nBcc: evil@example.com", "x\nBcc: evil@example.com", "x\r\n\r\n<script>", "\u{0}\u{0}", "",
            "👩‍💻 für \u{202E}gnp.exe", "a\u{2028}Bcc: evil@example.com", "=?UTF-8?B?DQpCY2M6IGV2aWxAZXhhbXBsZS5jb20=?=",
            String(repeating: "long ", count: 200), String(repeating: "ü", count: 1000),
            String(repeating: "x", count: 1000),
            "\"evil\" <evil@example.com>, x", ".\r\nQUIT\r\n",
        ])
    func nasty(_ text: String) async throws {
        let server = try MailServer()
        defer { server.stop() }
        var message = PageMessage.example(title: text, summary: text, service: ServiceID(rawValue: text))
        message.userName = text
        #expect(await send(message, server.port).result == .sent)
        #expect(server.verbs.filter { $0 == "RCPT" }.count == 1)
        let mail = try Python.read(mail: try #require(server.mails.first).data)
        #expect(mail["defects"] == [])
        #expect(mail["bare"] == .number("0"))
        // libcurl's own line with the boundary is the longest there is.
        #expect(try #require(mail["longest_line"]?.scalar.flatMap { Int($0) }) <= 90)
        #expect(mail["to"]?.elements.map { $0.strings.last } == ["ana@example.com"])
        let names = (mail["headers"]?.elements ?? []).compactMap(\.strings.first)
        #expect(
            Set(names.map { $0.lowercased() }) == [
                "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted",
                "x-auto-response-suppress", "importance", "x-priority", "mime-version", "content-type",
            ])
        #expect(Set(names).count == names.count)
        let subject = try #require(mail.header("Subject").first)
        #expect(subject.hasPrefix("[SEV1] INC-42"))
        #expect(subject.count <= 120)
        #expect(mail["parts"]?.elements.count == 1)
    }

    @Test("every attempt of a page has the same Message-ID, and a repeat says so first")
    func repeated() async throws {
        let server = try MailServer()
        defer { server.stop() }
        #expect(await send(.example(), server.port).result == .sent)
        #expect(await send(.example(isRepeat: true), server.port).result == .sent)
        let mails = try server.mails.map { try Python.read(mail: $0.data) }
        #expect(Set(mails.flatMap { $0.header("Message-ID") }) == ["<tocsin_lab_42-3@example.com>"])
        #expect(mails.last?["parts"]?.elements.first?["text"]?.scalar?.hasPrefix("Again: SEV1 INC-42") == true)
    }

    @Test("a page of low urgency rings no alarm in the mail reader")
    func lowUrgency() async throws {
        let server = try MailServer()
        defer { server.stop() }
        var message = PageMessage.example()
        message.severity = .sev3
        _ = await send(message, server.port)
        let mail = try Python.read(mail: try #require(server.mails.first).data)
        #expect(mail.header("Importance") == ["normal"])
        #expect(mail.header("X-Priority") == ["3"])
    }

    @Test("a notice goes where it is told, or where pages go, and begins no conversation")
    func notices() async throws {
        let server = try MailServer()
        defer { server.stop() }
        for address in ["new@example.org", nil] {
            let outcome = await withCheckedContinuation { continuation in
                pager(server.port).send(.example(.code), to: address) { continuation.resume(returning: $0) }
            }
            #expect(outcome.result == .sent)
        }
        #expect(server.mails.map(\.recipients) == [["RCPT TO:<new@example.org>"], ["RCPT TO:<ana@example.com>"]])
        let mail = try Python.read(mail: try #require(server.mails.first).data)
        #expect(mail.header("Subject") == ["SEV1 Tocsin cannot write its log"])
        #expect(mail.header("Message-ID") == ["<tocsin_lab_log_1790000000999@example.com>"])
        #expect(mail.header("References").isEmpty)
        #expect(mail.header("Importance") == ["normal"])
        #expect(
            mail["parts"]?.elements.first?["text"]?.scalar
                == "SEV1 Tocsin cannot write its log\n\nAlerts are answered 503.\nFree the disk.\n\n"
                + "https://t.example/\n"
        )
    }

    @Test(
        "what an answer means for the page",
        arguments: [
            ("greeting", 421, AttemptOutcome.Result.failedForNow, "the server turned us away: 421"),
            ("greeting", 554, .failedForNow, "the server turned us away: 554"),
            ("AUTH", 454, .failedForNow, "the server refused our login: 454"),
            ("334", 535, .failedForGood, "the server refused our login: 535"),
            ("MAIL", 451, .failedForNow, "the server refused our sender address: 451"),
            ("MAIL", 550, .failedForGood, "the server refused our sender address: 550"),
            ("RCPT", 450, .failedForNow, "the server refused the recipient: 450"),
            ("RCPT", 421, .failedForNow, "the server refused the recipient: 421"),
            ("RCPT", 550, .failedForGood, "the server refused the recipient: 550"),
            ("DATA", 451, .failedForNow, "the server refused the mail: 451"),
            ("DATA", 554, .failedForGood, "the server refused the mail: 554"),
            (".", 452, .failedForNow, "the server refused the mail: 452"),
            (".", 552, .failedForGood, "the server refused the mail: 552"),
        ])
    func outcomes(_ event: String, _ code: Int, _ result: AttemptOutcome.Result, _ evidence: String) async throws {
        let server = try MailServer([event: .reply("\(code) <ana@example.com> s3cret")])
        defer { server.stop() }
        #expect(await send(.example(), server.port, user: "pager") == AttemptOutcome(result, evidence: evidence))
    }

    @Test("an answer that never came after the final dot is a doubt")
    func doubt() async throws {
        let server = try MailServer([".": .close])
        defer { server.stop() }
        let outcome = await send(.example(), server.port)
        #expect(outcome.result == .inDoubt)
        #expect(outcome.evidence.hasSuffix("it may have arrived"))
    }

    @Test("no server, no address, no use: the next method at once")
    func unconfigured() async {
        func outcome(_ settings: SMTPSettings?, _ address: String?) async -> AttemptOutcome {
            let pager = MailPager(
                settings: { settings }, address: { _ in address }, render: { _, _ in nil }, client: client)
            return await withCheckedContinuation { continuation in
                pager.send(.example()) { continuation.resume(returning: $0) }
            }
        }
        let settings = SMTPSettings(host: "127.0.0.1", from: "pager@example.com")
        let bad = SMTPSettings(host: "127.0.0.1", from: "Pager <pager@example.com>")
        #expect(
            await outcome(nil, "ana@example.com") == .init(.failedForGood, evidence: "no mail server is configured"))
        #expect(await outcome(settings, nil) == .init(.failedForGood, evidence: "no mail address is known"))
        #expect(
            await outcome(settings, "x@y\r\n") == .init(.failedForGood, evidence: "the mail address cannot be used"))
        #expect(
            await outcome(bad, "ana@example.com")
                == .init(.failedForGood, evidence: "the sender address cannot be used"))
    }

    private func pager(
        _ port: UInt16, user: String? = nil, render: @escaping PageRenderer = { _, _ in nil }
    ) -> MailPager {
        let settings = SMTPSettings(
            host: "127.0.0.1", port: Int(port), security: .none, from: "pager@example.com", user: user,
            password: user.map { _ in "s3cret" })
        return MailPager(
            settings: { settings }, address: { $0 == "ana" ? "ana@example.com" : nil }, render: render, client: client)
    }

    private func send(
        _ message: PageMessage, _ port: UInt16, user: String? = nil, render: @escaping PageRenderer = { _, _ in nil }
    ) async -> AttemptOutcome {
        await withCheckedContinuation { continuation in
            pager(port, user: user, render: render).send(message) { continuation.resume(returning: $0) }
        }
    }
}
