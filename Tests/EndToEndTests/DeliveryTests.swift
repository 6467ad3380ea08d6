import Foundation
import Integrations
import Testing

/// What operators see of delivery, and that one provider's trouble is nobody else's.
@Suite(.serialized)
struct DeliveryTests {
    private static func metrics(_ tocsin: Installation) async throws -> String {
        String(decoding: try await tocsin.request(.get, "\(tocsin.server)/metrics").1, as: UTF8.self)
    }

    /// The value of a series, by its name and labels as they are written.
    private static func value(_ series: String, _ tocsin: Installation) async throws -> Double? {
        try await metrics(tocsin).split(separator: "\n").first { $0.hasPrefix("\(series) ") }
            .flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    private static func now() -> Double { Date().timeIntervalSince1970 }

    private static func phones(
        _ tocsinPort: Int, _ twilio: FakeTwilio, providers: String
    ) throws -> Installation {
        try Installation(
            configuration: """
                defaults: {unrouted: ranker, last_resort: {page: [user cyd]}}
                users:
                  ana: {name: Ana Lindt, zone: Europe/Berlin, high: [sms now, webhook 30m]}
                  ben: {name: Ben Okoro, zone: Europe/Berlin, high: [sms now, webhook 30m]}
                  cyd: {name: Cyd Roe, zone: Europe/Berlin, high: [inbox now]}
                policies: {ml: {steps: [{page: [user ana, user ben], wait: 30m}]}}
                services: {ranker: {policy: ml}}
                integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
                channels: {sms: [\(providers)]}
                """,
            contacts: "ana: {phone: \"\(TelephoneTests.ana)\"}\nben: {phone: \"\(TelephoneTests.ben)\"}\n",
            environment: FakeTwilio.environment, port: tocsinPort)
    }

    @Test("429, then 500: the account is left alone for as long as it asks, recovers by itself, and /metrics tells it")
    func recovers() async throws {
        let port = try Installation.freePort()
        let twilio = try await FakeTwilio([:], tocsin: "http://127.0.0.1:\(port)")
        defer { twilio.stop() }
        let tocsin = try Self.phones(port, twilio, providers: twilio.twilio)
        defer { tocsin.remove() }
        try await tocsin.start()
        // One of the two pages meets it, or both, if they leave together.
        try await twilio.weather(429, times: 2, retryAfter: 6)
        try await twilio.weather(500)
        try await tocsin.fire("RankerSlow")
        try await eventually("the account is left alone") {
            let until = try await Self.value(
                #"tocsin_channel_paused_until_timestamp_seconds{channel="twilio"}"#, tocsin)
            return until.map { $0 > Self.now() } == true ? true : nil
        }
        let item = try await eventually("the API tells it too") {
            let items = try await tocsin.get("/channels")["items"] as? [[String: any Sendable]] ?? []
            return items.first { $0["name"] as? String == "twilio" && $0["paused_until"] is String }
        }
        #expect(item["cause"] as? String == "askedForPatience")
        // Another incident does not knock in the meantime, and is not forgotten.
        let before = try await twilio.messages().count
        try await tocsin.fire("RankerSlower")
        try await eventually("its pages are owed") {
            try await Self.value(#"tocsin_pages_waiting{method="sms"}"#, tocsin) ?? 0 >= 2 ? true : nil
        }
        #expect(try await twilio.messages().count == before)
        #expect(try await Self.value(#"tocsin_pages_oldest_waiting_seconds{method="sms"}"#, tocsin) ?? -1 >= 0)

        try await eventually("both are told of both, without help", within: .seconds(60)) { () -> Bool? in
            for person in [TelephoneTests.ana, TelephoneTests.ben] {
                let texts = try await twilio.texts(of: person).joined(separator: "\n")
                guard texts.contains("INC-1"), texts.contains("INC-2") else { return nil }
            }
            return true
        }
        try await eventually("the account counts as well again") {
            try await Self.value(#"tocsin_channel_paused_until_timestamp_seconds{channel="twilio"}"#, tocsin) == 0
                ? true : nil
        }
        #expect(try await Self.value(#"tocsin_attempts_total{method="sms",result="failedForNow"}"#, tocsin) ?? 0 >= 3)
        let sent = try await twilio.messages().count
        #expect(sent <= 4)
        #expect(
            try await Self.value(#"tocsin_attempts_total{method="sms",result="sent"}"#, tocsin) == Double(sent))
        let success = try await Self.value(#"tocsin_channel_last_success_timestamp_seconds{channel="sms"}"#, tocsin)
        #expect(success.map { abs($0 - Self.now()) < 60 } == true)
        #expect(try await twilio.objections() == [])
    }

    @Test("a provider that takes half a minute to answer delays nobody who is reached by another")
    func slow() async throws {
        let slow = try await Receiver()
        slow.behave(.hold)
        let mail = try await PythonDouble("smtp_answers.py")
        defer { mail.stop() }
        let quick = try await Receiver()
        let tocsin = try Installation(
            configuration: """
                defaults: {unrouted: both, last_resort: {page: [user cyd]}}
                users:
                  ana: {name: Ana Lindt, zone: UTC, high: [webhook now]}
                  ben: {name: Ben Okoro, zone: UTC, high: [mail now]}
                  cyd: {name: Cyd Roe, zone: UTC, high: [inbox now]}
                  dia: {name: Dia Lim, zone: UTC, high: [webhook now]}
                policies: {all: {steps: [{page: [user ana, user ben, user dia], wait: 30m}]}}
                services: {both: {policy: all}}
                integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
                channels:
                  webhook: {url: "\(slow.url)", secret: {env: WEBHOOK_SECRET}}
                  smtp: {host: 127.0.0.1, port: \(mail.port), from: tocsin@example.test, security: none}
                """,
            contacts: """
                ben: {mail: ben@example.test}
                dia: {webhook: {url: "\(quick.url)", secret: {env: WEBHOOK_SECRET}}}

                """)
        defer { tocsin.remove() }
        try await tocsin.start()
        let clock = ContinuousClock()
        let began = clock.now
        for number in 1...20 { try await tocsin.fire("Slow\(number)") }
        try await eventually("the slow one has them and says nothing") {
            slow.entries.count >= 5 && quick.entries.isEmpty == false ? true : nil
        }
        let mails = { () async throws -> [[String: Any]]? in
            let result = await tocsin.client.send(
                OutboundRequest(method: .get, url: "\(mail.control)/_received", responseLimit: 16 << 20))
            guard case .response(let response) = result,
                let mails = try JSONSerialization.jsonObject(with: Data(response.body)) as? [[String: Any]]
            else { return nil }
            return mails
        }
        try await eventually("what goes by the others is there", within: .seconds(15)) { () -> Bool? in
            guard try await mails()?.isEmpty == false else { return nil }
            return Set(quick.entries.map(\.incident)).count == 20 ? true : nil
        }
        let took = clock.now - began
        // The slow one gives up after nine seconds at the earliest: nobody has waited for it.
        #expect(took < .seconds(9))
        #expect(try await Self.value(#"tocsin_channel_in_flight{channel="webhook"}"#, tocsin) ?? 0 >= 5)
        #expect(try await Self.value(#"tocsin_channel_in_flight{channel="own"}"#, tocsin) == 0)
        print("a silent webhook, 20 incidents: everybody else was reached within \(took)")
        slow.release()
        // What is told together is told within its time.
        try await eventually("every incident is named in some mail", within: .seconds(45)) { () -> Bool? in
            var named: Set<Int> = []
            for item in try await mails() ?? [] {
                let source = Data(base64Encoded: item["source"] as? String ?? "") ?? Data()
                let text = try Mail(source: String(decoding: source, as: UTF8.self)).text()
                named.formUnion(text.matches(of: /SEV\d INC-(\d+)/).compactMap { Int($0.1) })
                named.formUnion(try NamedIncidents(in: text).others.keys)
            }
            return named == Set(1...20) ? true : nil
        }
        await slow.stop()
        await quick.stop()
    }

    @Test("after a restart an owed page is out within a second of the ready file")
    func afterRestart() async throws {
        let port = try Installation.freePort()
        let tocsin = try Installation(
            configuration: Installation.configuration(
                webhook: "http://127.0.0.1:\(port)/pages", steps: "[{page: [schedule sun], wait: 30m}]"))
        defer { tocsin.remove() }
        try await tocsin.start()
        // Nobody listens, so it stays owed.
        try await tocsin.fire("RankerSlow")
        tocsin.kill()
        let receiver = try await Receiver(port: port)
        let clock = ContinuousClock()
        let launched = clock.now
        try await tocsin.start()
        let ready = clock.now
        try await eventually("the page arrives") { receiver.entries.first }
        let arrived = clock.now
        #expect(arrived - ready < .seconds(5))
        print("restart: the owed page was out \(arrived - ready) after ready, \(arrived - launched) after the launch")
        await receiver.stop()
    }
}
