import Foundation
import Integrations
import Testing

/// aiosmtpd, scripted: every class of answer at every stage, and what the page makes of it.
struct MailAnswerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let script: String
        let result: String
        let evidence: String
        var testDescription: String { "\(script): \(result)" }
    }

    /// The script is the recipient's local part: stage and answer.
    static let rows = [
        Row(script: "rcpt-250", result: "sent", evidence: "250"),
        Row(script: "rcpt-421", result: "failedForNow", evidence: "421"),
        Row(script: "rcpt-450", result: "failedForNow", evidence: "450 4.2.0"),
        Row(script: "rcpt-451", result: "failedForNow", evidence: "451 4.3.0"),
        Row(script: "rcpt-452", result: "failedForNow", evidence: "452 4.2.2"),
        Row(script: "rcpt-550", result: "failedForGood", evidence: "550 5.1.1"),
        Row(script: "rcpt-551", result: "failedForGood", evidence: "551 5.1.6"),
        Row(script: "rcpt-552", result: "failedForGood", evidence: "552 5.2.2"),
        Row(script: "rcpt-553", result: "failedForGood", evidence: "553 5.1.3"),
        Row(script: "data-451", result: "failedForNow", evidence: "451"),
        Row(script: "data-554", result: "failedForGood", evidence: "554"),
        Row(script: "end-250", result: "sent", evidence: "250"),
        Row(script: "end-452", result: "failedForNow", evidence: "452"),
        Row(script: "end-554", result: "failedForGood", evidence: "554 5.7.1"),
        Row(script: "rcpt-drop", result: "failedForNow", evidence: "the connection broke"),
        Row(script: "end-drop", result: "inDoubt", evidence: "the connection broke; it may have arrived"),
        Row(script: "end-hang", result: "inDoubt", evidence: "it timed out; it may have arrived"),
    ]

    @Test("each answer to one person's mail is temporary, permanent or in doubt, and the next method is used at once")
    func answers() async throws {
        let server = try await PythonDouble("smtp_answers.py")
        defer { server.stop() }
        let receiver = try await Receiver()
        let names = Self.rows.indices.map { "u\($0)" }
        let users = names.map { "  \($0): {name: Person \($0), zone: UTC, high: [mail now, webhook 1h]}" }
        let tocsin = try Installation(
            configuration: """
                defaults: {unrouted: ranker, last_resort: {page: [user u0]}}
                users:
                \(users.joined(separator: "\n"))
                policies:
                  all: {steps: [{page: [\(names.map { "user \($0)" }.joined(separator: ", "))], wait: 30m}]}
                services: {ranker: {policy: all}}
                integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
                channels:
                  webhook: {url: "\(receiver.url)", secret: {env: WEBHOOK_SECRET}}
                  smtp: {host: 127.0.0.1, port: \(server.port), from: tocsin@example.test, security: none}
                """,
            contacts: zip(names, Self.rows).map { "\($0): {mail: \($1.script)@example.test}\n" }.joined())
        defer { tocsin.remove() }
        try await tocsin.start()
        try await tocsin.fire("RankerSlow")

        let pages = try await eventually("every first attempt has ended", within: .seconds(30)) {
            let pages = try await tocsin.pages(of: 1).filter { $0["method"] as? String == "mail" }
            let first = pages.compactMap { Self.attempts($0).first }
            return first.count == names.count && first.allSatisfy { $0["result"] is String } ? pages : nil
        }
        for (name, row) in zip(names, Self.rows) {
            let page = try #require(pages.first { $0["user"] as? String == name })
            let first = try #require(Self.attempts(page).first)
            #expect(first["result"] as? String == row.result, "\(row.script): \(first)")
            #expect((first["evidence"] as? String ?? "").contains(row.evidence), "\(row.script): \(first)")
            // The servers' free words may hold addresses.
            #expect(!(first["evidence"] as? String ?? "").contains("@"))
        }
        // Whoever's mail did not go out is reached by the next method, though its rule says an hour.
        let unreached = Set(zip(names, Self.rows).filter { $0.1.result != "sent" }.map(\.0))
        try await eventually("the other method is used for each of them") {
            Set(receiver.entries.map(\.user)) == unreached ? true : nil
        }
        // What the server took although its answer was lost is repeated under the same Message-ID.
        try await eventually("a repeat arrives") {
            let messages = try await Self.received(server, by: tocsin)
            let doubtful = messages.filter { $0.to == ["end-drop@example.test"] }
            return doubtful.count >= 2 && Set(doubtful.map(\.messageID)).count == 1 ? true : nil
        }
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }

    @Test(
        "an answer to all our mail is told as the server's, and the page is kept",
        arguments: [
            ("connect", "421", "failedForNow"), ("connect", "554", "failedForNow"), ("ehlo", "550", "failedForNow"),
            ("auth", "454", "failedForNow"), ("auth", "535", "failedForGood"), ("mail", "452", "failedForNow"),
            ("connect", "drop", "failedForNow"),
        ])
    func serverWide(stage: String, answer: String, result: String) async throws {
        let server = try await PythonDouble("smtp_answers.py", ["--user", "tocsin", "--password", "secret"])
        defer { server.stop() }
        let tocsin = try Installation(
            configuration: """
                defaults: {unrouted: ranker, last_resort: {page: [user ana]}}
                users: {ana: {name: Ana Lindt, zone: UTC, high: [mail now]}}
                policies: {all: {steps: [{page: [user ana], wait: 30m}]}}
                services: {ranker: {policy: all}}
                integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
                channels:
                  smtp:
                    {host: 127.0.0.1, port: \(server.port), from: tocsin@example.test, security: none,
                     user: tocsin, password: {env: SMTP_PASSWORD}}
                """,
            contacts: "ana: {mail: ana@example.test}\n", environment: ["SMTP_PASSWORD": "secret"])
        defer { tocsin.remove() }
        try await tocsin.start()
        _ = try await Self.tell(server, "/_script", ["stage": stage, "answer": answer], by: tocsin)
        try await tocsin.fire("RankerSlow")
        let first = try await eventually("the first attempt has ended") {
            try await tocsin.pages(of: 1).first.flatMap { Self.attempts($0).first { $0["result"] is String } }
        }
        #expect(first["result"] as? String == result, "\(first)")
        if answer != "drop" { #expect((first["evidence"] as? String ?? "").contains(answer), "\(first)") }
        if result == "failedForNow" {
            _ = try await Self.tell(server, "/_reset", [:], by: tocsin)
            try await eventually("the mail arrives when the server has come to its senses", within: .seconds(40)) {
                try await Self.received(server, by: tocsin).isEmpty ? nil : true
            }
        }
    }

    private static func attempts(_ page: [String: any Sendable]) -> [[String: any Sendable]] {
        page["attempts"] as? [[String: any Sendable]] ?? []
    }

    struct Message: Sendable {
        let to: [String]
        let messageID: String
    }

    private static func received(_ server: PythonDouble, by tocsin: Installation) async throws -> [Message] {
        let result = await tocsin.client.send(OutboundRequest(method: .get, url: "\(server.control)/_received"))
        guard case .response(let response) = result,
            let items = try JSONSerialization.jsonObject(with: Data(response.body)) as? [[String: Any]]
        else { throw Trouble("the mail server does not say what it has: \(result)") }
        return items.map { item in
            let source = Data(base64Encoded: item["source"] as? String ?? "") ?? Data()
            let mail = Mail(source: String(decoding: source, as: UTF8.self))
            return Message(to: item["to"] as? [String] ?? [], messageID: mail.header("Message-ID") ?? "")
        }
    }

    private static func tell(
        _ server: PythonDouble, _ path: String, _ body: [String: String], by tocsin: Installation
    ) async throws -> Int {
        let result = await tocsin.client.send(
            OutboundRequest(
                method: .post, url: "\(server.control)\(path)", headers: [("Content-Type", "application/json")],
                body: Array(try JSONEncoder().encode(body))))
        guard case .response(let response) = result, response.status < 300 else {
            throw Trouble("\(path): \(result)")
        }
        return response.status
    }
}
