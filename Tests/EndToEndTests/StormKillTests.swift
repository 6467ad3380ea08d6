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
            "call": try await Self.calls(twilio),
        ]
        var duplicates = 0
        for (page, story) in log.pages where ledgers[story.method] != nil {
            let entries = ledgers[story.method]?[page] ?? []
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
        let strangers = ledgers.flatMap { method, pages in
            pages.keys.filter { log.pages[$0]?.method != method }.map { "\(method) \($0)" }
        }
        #expect(strangers.isEmpty, "somebody was paged without a record: \(strangers)")
        #expect(try await twilio.objections() == [], "illegal calls")
        let counts = ledgers.map { "\($0.key) \($0.value.values.reduce(0) { $0 + $1.count })" }.sorted()
        let doubtful = log.pages.values.count(where: \.wasInDoubt)
        print(
            """
            storm of kills: \(Self.moments) kills, \(answered.count) alerts answered, \(log.alerts.count) in the log, \
            \(log.pages.count) pages recorded, ledgers: \(counts.joined(separator: ", ")), \(doubtful) pages in doubt, \
            \(duplicates) came twice and are marked, 0 illegal calls, \((clock.now - began).components.seconds) s
            """)
    }

    // MARK: What the providers have, by page: whether each entry says that it may be a repeat

    private static func mails(_ server: PythonDouble, by tocsin: Installation) async throws -> [String: [Bool]] {
        let result = await tocsin.client.send(
            OutboundRequest(method: .get, url: "\(server.control)/_received", responseLimit: 256 << 20))
        guard case .response(let response) = result,
            let items = try JSONSerialization.jsonObject(with: Data(response.body)) as? [[String: Any]]
        else { throw Trouble("the mail server does not say what it has: \(result)") }
        var ledger: [String: [Bool]] = [:]
        for item in items {
            #expect((item["objections"] as? [String])?.isEmpty == true, "\(item["objections"] ?? "")")
            let source = Data(base64Encoded: item["source"] as? String ?? "") ?? Data()
            let mail = Mail(source: String(decoding: source, as: UTF8.self))
            let id = try #require(mail.header("Message-ID")?.split(separator: "@").first?.split(separator: "_").last)
            ledger[String(id), default: []].append(mail.source.contains("This is sent again."))
        }
        return ledger
    }

    private static func texts(_ twilio: FakeTwilio) async throws -> [String: [Bool]] {
        var ledger: [String: [Bool]] = [:]
        for message in try await twilio.messages() {
            let token = try #require(message.body.split(separator: " ").last { $0.hasPrefix("#") }, "\(message.body)")
            ledger[String(token.dropFirst()), default: []].append(message.body.hasPrefix("Again: "))
        }
        return ledger
    }

    private static func calls(_ twilio: FakeTwilio) async throws -> [String: [Bool]] {
        var ledger: [String: [Bool]] = [:]
        for call in try await twilio.calls() {
            let token = try #require(call.script.split(separator: "?t=").last?.split(separator: ".").first)
            let base64 = token.replacing("-", with: "+").replacing("_", with: "/")
            let padded = String(base64) + String(repeating: "=", count: (4 - base64.count % 4) % 4)
            let data = try #require(Data(base64Encoded: padded))
            let page = try #require(String(decoding: data, as: UTF8.self).split(separator: " ").first)
            ledger[String(page), default: []].append(false)
        }
        return ledger
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
    private(set) var pages: [String: PageStory] = [:]

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
            pages[e.page.description] = PageStory(user: e.user.rawValue, method: e.method.rawValue)
        case .attemptBegun(let e): if e.isRepeat { pages[e.attempt.page.description]?.hasRepeat = true }
        case .attemptEnded(let e): if e.outcome.result == .inDoubt { pages[e.attempt.page.description]?.doubts += 1 }
        case .attemptReported(let e): pages[e.attempt.page.description]?.end = e.state.rawValue
        case .pageEnded(let e): pages[e.page.description]?.end = e.state.rawValue
        default: break
        }
    }
}
