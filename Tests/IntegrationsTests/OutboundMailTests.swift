import Engine
import Foundation
import Integrations
import Testing

@Suite("The outbound client and mail")
struct OutboundMailTests {
    private let client = CurlClient()

    @Test("a mail arrives as it was written, and the queue id is the evidence")
    func sends() async throws {
        let server = try MailServer()
        defer { server.stop() }
        let text = "first\r\n.\r\n..two dots\r\n.hidden\r\nlast – ü 😀\r\n"
        let result = await client.send(mail(server.port, text: text))
        #expect(result == .sent(SMTPReply(code: 250, enhancedCode: "2.0.0", queueID: "4XYZ")))
        let got = try #require(server.mails.first)
        #expect(got.sender.hasPrefix("MAIL FROM:<pager@example.com>"))
        #expect(got.recipients == ["RCPT TO:<ana@example.com>"])
        #expect(server.commands.first == "EHLO tocsin.example.com")
        let read = try Python.read(mail: got.data)
        #expect(read["parts"]?.elements.first?["text"]?.scalar == text.replacing("\r\n", with: "\n"))
        #expect(read["defects"] == [])
        #expect(read["bare"] == .number("0"))
    }

    @Test("it logs in when there is a login")
    func login() async throws {
        let server = try MailServer()
        defer { server.stop() }
        guard case .sent = await client.send(mail(server.port, user: "pager")) else {
            Issue.record("it was not sent")
            return
        }
        #expect(server.verbs.prefix(6) == ["EHLO", "AUTH", "334", "MAIL", "RCPT", "DATA"])
    }

    private static let stages: [(String, MailStage)] = [
        ("greeting", .greeting), ("AUTH", .login), ("334", .login), ("MAIL", .sender), ("RCPT", .recipient),
        ("DATA", .data), (".", .text),
    ]

    @Test("a no says what it was said to, at every stage", arguments: stages, [421, 450, 535, 550, 554])
    func refusals(_ stage: (String, MailStage), _ code: Int) async throws {
        let server = try MailServer([stage.0: .reply("\(code) \(code / 100).7.1 go away <ana@example.com>")])
        defer { server.stop() }
        guard case .failed(let failed) = await client.send(mail(server.port, user: "pager")) else {
            Issue.record("it was sent")
            return
        }
        #expect(failed.stage == stage.1)
        #expect(failed.reply == SMTPReply(code: code, enhancedCode: "\(code / 100).7.1"))
        #expect(!failed.mayHaveArrived)
        #expect(!failed.reason.contains("@"))
    }

    @Test(
        "a line that breaks before the text has left: not sent",
        arguments: ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
    func breaksEarly(_ event: String) async throws {
        for reaction in [MailServer.Reaction.close, .hang] {
            let server = try MailServer([event: reaction])
            defer { server.stop() }
            guard case .failed(let failed) = await client.send(mail(server.port, timeout: .milliseconds(300))) else {
                Issue.record("it was sent")
                return
            }
            #expect(!failed.mayHaveArrived, "\(event) \(reaction)")
            #expect(failed.reply == nil)
            #expect(server.mails.isEmpty)
        }
    }

    @Test("a line that breaks after the final dot: in doubt", arguments: [MailServer.Reaction.close, .hang])
    func breaksLate(_ reaction: MailServer.Reaction) async throws {
        let server = try MailServer([".": reaction])
        defer { server.stop() }
        guard case .failed(let failed) = await client.send(mail(server.port, timeout: .seconds(3))) else {
            Issue.record("it was sent")
            return
        }
        #expect(failed.mayHaveArrived)
        #expect(failed.stage == .text)
        #expect(server.mails.count == 1)
    }

    @Test("a line that stops in the middle of the text: the dot was never sent")
    func stopsInTheMiddle() async throws {
        let server = try MailServer(["DATA": .replyAndFreeze("354 go on")])
        defer { server.stop() }
        let text = String(repeating: String(repeating: "x", count: 70) + "\r\n", count: 300_000)
        guard case .failed(let failed) = await client.send(mail(server.port, text: text, timeout: .seconds(3))) else {
            Issue.record("it was sent")
            return
        }
        #expect(failed.stage == .text)
        #expect(!failed.mayHaveArrived)
    }

    @Test("a server that never says goodbye holds nothing up")
    func silentFarewell() async throws {
        let server = try MailServer(["QUIT": .hang])
        defer { server.stop() }
        let clock = ContinuousClock()
        let begun = clock.now
        guard case .sent = await client.send(mail(server.port)) else {
            Issue.record("it was not sent")
            return
        }
        // libcurl alone would wait two minutes.
        #expect(clock.now - begun < .seconds(100))
    }

    @Test("a mail server that is slow to answer holds up no other request", .timeLimit(.minutes(2)))
    func holdsUpNothing() async throws {
        let slow = try MailServer([".": .hang])
        let quick = try TestServer { _, _ in .answer(204) }
        defer {
            slow.stop()
            quick.stop()
        }
        async let mailed = client.send(mail(slow.port, timeout: .seconds(60)))
        while slow.mails.isEmpty { await Task.yield() }
        let clock = ContinuousClock()
        let begun = clock.now
        guard case .response = await client.send(OutboundRequest(url: quick.url())) else {
            Issue.record("it was not answered")
            return
        }
        #expect(clock.now - begun < .seconds(100))
        slow.stop()
        guard case .failed(let failed) = await mailed else {
            Issue.record("it was sent")
            return
        }
        #expect(failed.mayHaveArrived)
    }

    @Test("without STARTTLS nothing goes out, and no login")
    func noStartTLS() async throws {
        let server = try MailServer()
        defer { server.stop() }
        guard case .failed(let failed) = await client.send(mail(server.port, security: .startTLS, user: "pager")) else {
            Issue.record("it was sent")
            return
        }
        #expect(failed.reason == "the server offers no STARTTLS")
        #expect(!failed.mayHaveArrived)
        #expect(!failed.isRefused)
        #expect(Set(server.verbs).isSubset(of: ["EHLO", "QUIT"]))
    }

    @Test("a server that goes back on STARTTLS gets nothing either", arguments: ["454 4.7.0 later", "502 5.5.1 what"])
    func refusedStartTLS(_ reply: String) async throws {
        let server = try MailServer([
            "EHLO": .reply("250-mail.example.com\r\n250 STARTTLS"), "STARTTLS": .reply(reply),
        ])
        defer { server.stop() }
        guard case .failed(let failed) = await client.send(mail(server.port, security: .startTLS)) else {
            Issue.record("it was sent")
            return
        }
        #expect(failed.stage == .startTLS)
        #expect(failed.reason == "the server refused STARTTLS")
        #expect(!server.verbs.contains("MAIL"))
    }

    @Test("nobody listens: not sent")
    func refusedConnection() async throws {
        let (port, socket) = try TestServer.closedPort()
        defer { _ = close(socket) }
        let failure = FailedMail(reason: "no connection could be made", stage: .greeting, mayHaveArrived: false)
        #expect(await client.send(mail(port)) == .failed(failure))
    }

    @Test("an answer that is no SMTP: not sent")
    func notSMTP() async throws {
        let server = try MailServer(["greeting": .reply("HTTP/1.1 400 Bad Request")])
        defer { server.stop() }
        guard case .failed(let failed) = await client.send(mail(server.port, timeout: .milliseconds(500))) else {
            Issue.record("it was sent")
            return
        }
        #expect(!failed.mayHaveArrived)
    }

    @Test("ends at once when Tocsin stops, and sends nothing more", .timeLimit(.minutes(2)))
    func shutdown() async throws {
        let server = try MailServer(["MAIL": .hang])
        defer { server.stop() }
        async let result = client.send(mail(server.port, timeout: .seconds(60)))
        while !server.verbs.contains("MAIL") { await Task.yield() }
        client.shutdown()
        let stopped = FailedMail(reason: "Tocsin is stopping", stage: .sender, mayHaveArrived: false)
        #expect(await result == .failed(stopped))
        guard case .failed(let later) = await client.send(mail(server.port)) else {
            Issue.record("it was sent")
            return
        }
        #expect(later.reason == "Tocsin is stopping")
    }

    @Test(
        "no header, host or name can smuggle anything",
        arguments: [
            "x\r\nBcc: evil@example.com", "x\nBcc: e", "x\r\n\r\nbody", "x\r", "x\u{0}", "é", "x\r\n  y",
            String(repeating: "x", count: 1000),
        ])
    func smuggling(_ value: String) async throws {
        let server = try MailServer()
        defer { server.stop() }
        var bad = mail(server.port)
        bad.headers.append(("X-Test", value))
        var mails = [bad]
        bad = mail(server.port)
        bad.settings.helo = value
        mails.append(bad)
        bad = mail(server.port)
        bad.settings.host = value
        mails.append(bad)
        for (index, bad) in mails.enumerated() {
            guard case .failed(let failed) = await client.send(bad) else {
                Issue.record("it was sent")
                continue
            }
            #expect(failed.isRefused || index == 2 && !failed.mayHaveArrived)
        }
        #expect(server.commands.isEmpty)
    }

    private func mail(
        _ port: UInt16, text: String = "hello\r\n", security: SMTPSettings.Security = .none, user: String? = nil,
        timeout: Duration = .seconds(9)
    ) -> OutboundMail {
        let settings = SMTPSettings(
            host: "127.0.0.1", port: Int(port), security: security, from: "pager@example.com", user: user,
            password: user.map { _ in "s3cret" }, helo: "tocsin.example.com")
        return OutboundMail(
            settings: settings, from: MailAddress("pager@example.com")!, recipients: [MailAddress("ana@example.com")!],
            headers: [("From", "pager@example.com"), ("To", "ana@example.com"), ("Subject", "hello")],
            parts: [OutboundMail.Part(type: "text/plain", text: text)], timeout: timeout)
    }
}
