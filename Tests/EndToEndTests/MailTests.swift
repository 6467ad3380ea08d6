import Foundation
import Integrations
import Testing

/// Mail through Debian's postfix, unmodified, with STARTTLS.
@Suite(.serialized)
struct MailTests {
    /// How long postfix refuses; ten minutes when somebody has the time: TOCSIN_MAIL_AWAY_SECONDS=600.
    static let away = Int(ProcessInfo.processInfo.environment["TOCSIN_MAIL_AWAY_SECONDS"] ?? "") ?? 15

    static func configuration(_ mail: MailServer, webhook: String) -> String {
        """
        defaults: {unrouted: ranker, last_resort: {page: [user ben]}}
        users:
          ana: {name: Ana Lindt, zone: Europe/Berlin, high: [mail now, webhook 30m]}
          ben: {name: Ben Okoro, zone: America/New_York, high: [inbox now]}
        policies:
          ml: {steps: [{page: [user ana], wait: 30m}]}
        services: {ranker: {policy: ml}}
        integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
        channels:
          webhook: {url: "\(webhook)", secret: {env: WEBHOOK_SECRET}}
          smtp: {host: localhost, port: \(mail.port), from: tocsin@example.test, ca_file: "\(mail.certificate)"}
        """
    }

    @Test("an address is proved by mail, pages come by mail, and their link acknowledges")
    func provedAndPaged() async throws {
        let mail = try await MailServer()
        defer { mail.remove() }
        let receiver = try await Receiver()
        let tocsin = try Installation(configuration: Self.configuration(mail, webhook: receiver.url))
        defer { tocsin.remove() }
        try await tocsin.start()

        // Proved as a person would: the code is read in the mailbox and typed back.
        _ = try await tocsin.post("/users/ana/contacts/mail", ["address": "ana@example.test"])
        let code = try await eventually("the code arrives") { mail.messages().first }
        let digits = try #require(try code.subject().split(separator: " ").first)
        #expect(digits.count == 6 && Int(digits) != nil)
        _ = try await tocsin.post("/users/ana/contacts/mail/verify", ["code": String(digits)])
        let tested = try await tocsin.post("/users/ana/contacts/mail/test")
        #expect(tested["result"] as? String == "sent")
        try await eventually("the practice page arrives") { mail.messages().count == 2 ? true : nil }

        try await tocsin.fire("RankerSlow")
        let page = try await eventually("the page arrives") { mail.messages().count == 3 ? mail.messages()[2] : nil }
        #expect(page.header("To") == "Ana Lindt <ana@example.test>")
        #expect(try page.subject().contains("INC-1"))
        #expect(page.header("References")?.contains("@example.test>") == true)
        #expect(page.header("Auto-Submitted") == "auto-generated")
        try await eventually("postfix says that it was encrypted") { mail.log().contains("starttls=1") ? true : nil }
        let text = try page.text()
        let start = String(text.prefix(160))
        for needed in ["SEV1", "INC-1", "ranker", "RankerSlow", "Ack"] {
            #expect(start.contains(needed), "the first 160 characters do not say \(needed): \(start)")
        }
        let link = try #require(
            text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http") && $0.contains("/a/") })
        let (status, _) = try await tocsin.request(.post, String(link))
        #expect((200..<400).contains(status))
        #expect(try await tocsin.get("/incidents/1")["state"] as? String == "acknowledged")
        #expect(receiver.entries.isEmpty)
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        // The log knows the masked address and never the whole one.
        let log = try tocsin.exportedLog()
        #expect(log.contains("a…@example.test") && !log.contains("ana@example.test"))
        await receiver.stop()
    }

    @Test("postfix refuses and comes back: the next method is used at once, and the mail arrives once")
    func refusing() async throws {
        let mail = try await MailServer()
        defer { mail.remove() }
        let receiver = try await Receiver()
        let tocsin = try Installation(
            configuration: Self.configuration(mail, webhook: receiver.url), contacts: "ana: {mail: ana@example.test}\n")
        defer { tocsin.remove() }
        try await tocsin.start()

        try mail.refuse()
        let clock = ContinuousClock()
        let fired = clock.now
        try await tocsin.fire("RankerSlow")
        // The rule says 30 minutes; a dead channel fails over inside the step.
        let other = try await eventually("the other method is used", within: .seconds(10)) { receiver.entries.first }
        #expect(other.user == "ana" && other.incident == "INC-1")
        // Half of the time it refuses, half of the time nobody listens.
        try await clock.sleep(until: fired + .seconds(Self.away / 2))
        try mail.stop()
        try await clock.sleep(until: fired + .seconds(Self.away))
        #expect(mail.messages().isEmpty)
        let (_, metrics) = try await tocsin.request(.get, "\(tocsin.server)/metrics")
        #expect(String(decoding: metrics, as: UTF8.self).contains("tocsin_channel_failing{channel=\"mail\"} 1\n"))
        let lines = try #require(try await tocsin.get("/doctor")["lines"] as? [[String: any Sendable]])
        #expect(lines.first { $0["subject"] as? String == "mail" }?["state"] as? String == "failing")
        try mail.accept(whileStopped: true)
        try await mail.start()

        let page = try await eventually("the mail arrives", within: .seconds(90)) { mail.messages().first }
        let row = try #require(
            try await eventually("the page has ended") {
                try await tocsin.pages(of: 1).first {
                    $0["method"] as? String == "mail" && $0["status"] as? String == "sent"
                }
            })
        let attempts = try #require(row["attempts"] as? [[String: any Sendable]])
        #expect(attempts.count >= 3)
        let evidence = attempts.compactMap { $0["evidence"] as? String }
        #expect(evidence.first?.contains("450") == true)
        #expect(evidence.dropLast().contains { $0.contains("no connection") })
        #expect(evidence.last?.contains("250") == true)
        #expect(mail.messages().count == 1)
        #expect(receiver.entries.count == 1)
        let after = String(
            decoding: try await tocsin.request(.get, "\(tocsin.server)/metrics").1, as: UTF8.self)
        let failed = #"tocsin_attempts_total{method="mail",result="failedForNow"} \#(attempts.count - 1)"#
        #expect(
            after.contains(failed) && after.contains(#"channel_last_success_timestamp_seconds{channel="mail"}"#))
        #expect(page.header("Message-ID")?.contains("1-1@") == true)
        let timeline = try await tocsin.get("/incidents/1/timeline")
        let sentences = try #require(timeline["items"] as? [[String: any Sendable]])
            .compactMap { $0["sentence"] as? String }
        #expect(sentences.filter { $0.contains("by mail failed and will be tried again") }.count == attempts.count - 1)
        print("postfix refused for \(Self.away) s: \(attempts.count) attempts, the mail arrived once")
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }
}
