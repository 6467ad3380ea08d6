import Engine
import Foundation
import Incidents
import Integrations
import OnCall
import SQLiteStore
import Synchronization
import Testing

/// `kill -9` at random moments of a storm, with people who are reached by mail, SMS and call: what the providers' own
/// ledgers say afterwards is held against the log.
///
/// A few moments by default; two hundred with TOCSIN_KILL_MOMENTS=200.
@Suite(.serialized)
struct StormKillTests {
    static let moments = Int(ProcessInfo.processInfo.environment["TOCSIN_KILL_MOMENTS"] ?? "") ?? 8
    static let people = (0..<8).map { "p\($0)" }
    static let alertsPerMoment = 10

    private static func configuration(mail port: Int, _ twilio: FakeTwilio) -> String {
        let users = people.map { "  \($0): {name: Person \($0), zone: UTC, high: [mail now, sms now, call now]}" }
        let policies = people.map { "  \($0): {steps: [{page: [user \($0)], wait: 30m}]}" }
        let services = people.map { "  s-\($0): {policy: \($0)}" }
        let routes = people.map { "  - {match: 'person=\"\($0)\"', service: s-\($0)}" }
        return """
            defaults: {unrouted: s-p0, last_resort: {page: [user ben]}}
            users:
            \(users.joined(separator: "\n"))
              ben: {name: Ben Okoro, zone: UTC, high: [inbox now]}
            policies:
            \(policies.joined(separator: "\n"))
            services:
            \(services.joined(separator: "\n"))
            routes:
            \(routes.joined(separator: "\n"))
            integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
            channels:
              smtp: {host: 127.0.0.1, port: \(port), from: tocsin@example.test, security: none}
              sms: [\(twilio.twilio)]
              call: [\(twilio.twilio)]
            """
    }

    private static func person(of alert: String) -> String {
        people[alert.utf8.reduce(0) { $0 + Int($1) } % people.count]
    }

    private static func number(_ person: Int) -> String { "+49151100000\(10 + person)" }

    @Test("killed at random moments of a storm: no page is lost, and a page that came twice says so")
    func storm() async throws {
        let clock = ContinuousClock()
        let began = clock.now
        let mail = try await PythonDouble("smtp_answers.py")
        defer { mail.stop() }
        let port = try Installation.freePort()
        let twilio = try await FakeTwilio([:], tocsin: "http://127.0.0.1:\(port)")
        defer { twilio.stop() }
        let contacts = Self.people.enumerated().map { index, name in
            "\(name): {mail: \(name)@example.test, phone: \"\(Self.number(index))\"}\n"
        }
        let tocsin = try Installation(
            configuration: Self.configuration(mail: mail.port, twilio), contacts: contacts.joined(),
            environment: FakeTwilio.environment, port: port)
        defer { tocsin.remove() }

        var waiting: [String] = []
        var answered: Set<String> = []
        for moment in 1...Self.moments {
            try await tocsin.start()
            waiting += (1...Self.alertsPerMoment).map { "storm\(moment)x\($0)" }
            let delay = Duration.milliseconds(Int.random(in: 0...250))
            // The end of the process ends whatever is being sent; what was not answered is sent again.
            async let killed: Void = {
                try? await clock.sleep(for: delay)
                tocsin.kill()
            }()
            for name in waiting {
                guard (try? await tocsin.fire(name, labels: ["person": Self.person(of: name)])) != nil else { break }
                answered.insert(name)
            }
            waiting.removeAll(where: answered.contains)
            await killed
        }
        try await tocsin.start()
        for name in waiting {
            try await tocsin.fire(name, labels: ["person": Self.person(of: name)])
            answered.insert(name)
        }
        try await eventually("every page has ended", within: .seconds(180)) {
            let (_, body) = try await tocsin.request(.get, "\(tocsin.server)/metrics")
            return String(decoding: body, as: UTF8.self).contains("\ntocsin_pages_owed 0\n") ? true : nil
        }
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))

        let log = try StormLog(tocsin.database)
        #expect(answered.isSubset(of: log.alerts), "alerts answered 2xx are lost: \(answered.subtracting(log.alerts))")
        let ledgers = [
            "mail": try await Self.mails(mail, by: tocsin), "sms": try await Self.texts(twilio),
            "call": try await Self.calls(twilio, log),
        ]
        var duplicates = 0
        for (page, story) in log.pages where ledgers[story.method] != nil {
            let entries = ledgers[story.method]?.0[page.incident.number] ?? []
            #expect(!entries.isEmpty, "page \(page) by \(story.method) of \(story.user) is lost: \(story)")
            #expect(["sent", "delivered"].contains(story.end ?? ""), "page \(page): \(story)")
            guard entries.count > 1 else { continue }
            duplicates += 1
            #expect(story.wasInDoubt && story.hasRepeat, "page \(page) came twice and was not in doubt: \(story)")
            #expect(entries.count <= 1 + story.doubts, "page \(page) came \(entries.count) times: \(story)")
            // A call says so only when it is answered, by the script it fetches then.
            let unmarked = entries.count { !$0 }
            if story.method != "call" { #expect(unmarked <= 1, "page \(page) came twice and does not say so") }
        }
        let paged = Set(log.pages.map { "\($0.value.method) \($0.key.incident.number)" })
        let strangers = ledgers.flatMap { method, ledger in
            ledger.0.keys.map { "\(method) \($0)" }.filter { !paged.contains($0) }
        }
        #expect(strangers.isEmpty, "somebody was paged without a record: \(strangers)")
        #expect(try await twilio.objections() == [], "illegal calls")
        let counts = ledgers.map { method, ledger in
            "\(method) \(ledger.0.values.reduce(0) { $0 + $1.count }) in \(ledger.messages)"
        }.sorted()
        let doubtful = log.pages.values.count(where: \.wasInDoubt)
        print(
            """
            storm of kills: \(Self.moments) kills, \(answered.count) alerts answered, \(log.alerts.count) in the log, \
            \(log.pages.count) pages recorded, told by the ledgers: \(counts.joined(separator: ", ")) messages, \(doubtful) pages in doubt, \
            \(duplicates) came twice and are marked, 0 illegal calls, \((clock.now - began).components.seconds) s
            """)
    }

    // MARK: What the providers have, by incident: whether each entry says that it may be a repeat

    typealias Ledger = [Int: [Bool]]

    private static func mails(_ server: PythonDouble, by tocsin: Installation) async throws -> (Ledger, messages: Int) {
        let result = await tocsin.client.send(
            OutboundRequest(method: .get, url: "\(server.control)/_received", responseLimit: 256 << 20))
        guard case .response(let response) = result,
            let items = try JSONSerialization.jsonObject(with: Data(response.body)) as? [[String: Any]]
        else { throw Trouble("the mail server does not say what it has: \(result)") }
        var ledger: Ledger = [:]
        for item in items {
            #expect((item["objections"] as? [String])?.isEmpty == true, "\(item["objections"] ?? "")")
            let source = Data(base64Encoded: item["source"] as? String ?? "") ?? Data()
            let mail = Mail(source: String(decoding: source, as: UTF8.self))
            let id = try #require(mail.header("Message-ID")?.split(separator: "@").first?.split(separator: "_").last)
            let text = try mail.text()
            try note(String(id), text, isAgain: text.contains("This is sent again."), in: &ledger)
        }
        return (ledger, items.count)
    }

    private static func texts(_ twilio: FakeTwilio) async throws -> (Ledger, messages: Int) {
        var ledger: Ledger = [:]
        let messages = try await twilio.messages()
        for message in messages {
            let token = try #require(message.body.split(separator: " ").last { $0.hasPrefix("#") }, "\(message.body)")
            try note(
                String(token.dropFirst()), message.body, isAgain: message.body.hasPrefix("Again: "), in: &ledger)
        }
        return (ledger, messages.count)
    }

    private static func note(_ page: String, _ text: String, isAgain: Bool, in ledger: inout Ledger) throws {
        ledger[try #require(page.split(separator: "-").first.flatMap { Int($0) }), default: []].append(isAgain)
        for (other, isAgain) in try NamedIncidents(in: text).others { ledger[other, default: []].append(isAgain) }
    }

    /// A call says what it is about when it is answered. Until then its address tells which attempt it is, and the log
    /// what went with that.
    private static func calls(_ twilio: FakeTwilio, _ log: StormLog) async throws -> (Ledger, messages: Int) {
        var ledger: Ledger = [:]
        let calls = try await twilio.calls()
        for call in calls {
            let token = try #require(call.script.split(separator: "?t=").last?.split(separator: ".").first)
            let base64 = token.replacing("-", with: "+").replacing("_", with: "/")
            let padded = String(base64) + String(repeating: "=", count: (4 - base64.count % 4) % 4)
            let data = try #require(Data(base64Encoded: padded))
            let claim = String(decoding: data, as: UTF8.self).split(separator: " ").map(String.init)
            let page = try #require(claim.first.flatMap { PageID($0) })
            let number = try #require(claim.dropFirst().first.flatMap { Int($0) }, "\(claim)")
            ledger[page.incident.number, default: []].append(false)
            for other in log.carried[AttemptID(page: page, number: number)] ?? [] {
                ledger[other.incident.number, default: []].append(false)
            }
        }
        return (ledger, calls.count)
    }
}

/// What the log says of alerts and pages.
private struct StormLog {
    struct PageStory {
        let user: String
        let method: String
        var doubts = 0
        var hasRepeat = false
        var end: String?
        var wasInDoubt: Bool { doubts > 0 }
    }

    private(set) var alerts: Set<String> = []
    private(set) var pages: [PageID: PageStory] = [:]
    /// The pages that left in another's message.
    private(set) var carried: [AttemptID: [PageID]] = [:]

    init(_ database: String) throws {
        let store = try SQLiteStore(path: database, readOnly: true)
        var last: Int64 = 0
        while case let records = try store.records(after: last, limit: 5_000), let end = records.last {
            for record in records { note(try EventCodec.decode(record).payload) }
            last = end.sequence
        }
    }

    private mutating func note(_ payload: EventPayload) {
        switch payload {
        case .alertFired(let e):
            if let name = Data(base64Encoded: e.alert.key) { alerts.insert(String(decoding: name, as: UTF8.self)) }
        case .pageRequested(let e):
            pages[e.page] = PageStory(user: e.user.rawValue, method: e.method.rawValue)
        case .attemptBegun(let e):
            if e.isRepeat { pages[e.attempt.page]?.hasRepeat = true }
            if let leader = e.leader { carried[leader, default: []].append(e.attempt.page) }
        case .attemptEnded(let e): if e.outcome.result == .inDoubt { pages[e.attempt.page]?.doubts += 1 }
        case .attemptReported(let e): pages[e.attempt.page]?.end = e.state.rawValue
        case .pageEnded(let e): pages[e.page]?.end = e.state.rawValue
        default: break
        }
    }
}
