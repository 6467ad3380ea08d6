import Foundation
import Integrations
import Testing

/// The built program with a model of Twilio and SignalWire: SMS and calls out, what people answer and what becomes of
/// them back in.
struct TelephoneTests {
    static let ana = "+4915112345678"
    static let ben = "+4915187654321"

    /// - Parameters:
    ///   - rules: Ana's.
    ///   - isPublic: whether the provider reaches us.
    private static func make(
        _ rules: String, providers: (FakeTwilio) -> String = \.twilio,
        people: [String: [String: String]] = [:], isPublic: Bool = true, contacts: String? = nil
    ) async throws -> (FakeTwilio, Installation) {
        let port = try Installation.freePort()
        let twilio = try await FakeTwilio(people, tocsin: isPublic ? "http://127.0.0.1:\(port)" : nil)
        let tocsin = try Installation(
            configuration: """
                defaults: {unrouted: ranker, last_resort: {page: [user ben]}}
                users:
                  ana: {name: Ana Lindt, zone: Europe/Berlin, high: \(rules)}
                  ben: {name: Ben Okoro, zone: Europe/Berlin, high: [inbox now]}
                policies: {ml: {steps: [{page: [user ana], wait: 30m}]}}
                services: {ranker: {policy: ml}, reader: {policy: ml}}
                routes: [{match: 'model="reader"', service: reader}]
                integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
                channels: {sms: [\(providers(twilio))]}
                """,
            contacts: contacts ?? "ana: {phone: \"\(ana)\"}\n",
            environment: FakeTwilio.environment.merging(
                isPublic ? [:] : ["TOCSIN_PUBLIC_URL": "http://pages.example"]
            ) { $1 }, port: port)
        try await tocsin.start()
        return (twilio, tocsin)
    }

    private static func isAcknowledged(_ tocsin: Installation, _ incident: Int = 1) async throws -> Bool? {
        try await tocsin.get("/incidents/\(incident)")["state"] as? String == "acknowledged" ? true : nil
    }

    private static func page(_ tocsin: Installation, _ method: String) async throws -> [String: any Sendable]? {
        try await tocsin.pages(of: 1).first { $0["method"] as? String == method }
    }

    private static func timeline(_ tocsin: Installation) async throws -> String {
        String(
            decoding: try await tocsin.request(.get, "\(tocsin.server)/api/v1/incidents/1/timeline").1, as: UTF8.self)
    }

    @Test("an alert goes out by SMS, is reported delivered, and a reply acknowledges it")
    func replied() async throws {
        let (twilio, tocsin) = try await Self.make("[sms now]")
        defer { twilio.stop(); tocsin.remove() }
        try await tocsin.fire("RankerSlow")
        let text = try await eventually("the SMS arrives") { try await twilio.texts(of: Self.ana).first }
        #expect(text.count <= 160)
        for needed in ["SEV1", "INC-1", "ranker", "RankerSlow", "#1-1"] { #expect(text.contains(needed), "\(text)") }
        #expect(text.contains("#1-1 Ack: http://127.0.0.1") || text.hasSuffix("Reply ack 1"), "\(text)")
        try await eventually("the page counts as delivered") {
            try await Self.page(tocsin, "sms")?["status"] as? String == "delivered" ? true : nil
        }
        // A stranger gets no answer, and nothing is done.
        try await twilio.reply("+33612345678", "ack 1")
        #expect(try await twilio.texts(of: "+33612345678").isEmpty)
        #expect(try await tocsin.get("/incidents/1")["state"] as? String == "triggered")
        // Nobody but the provider is believed.
        let door = "\(tocsin.server)/callbacks/twilio/\(FakeTwilio.account)/sms"
        let forged = ["From": Self.ana, "Body": "ack 1", "MessageSid": "SM" + String(repeating: "9", count: 32)]
        #expect(try await twilio.forge(door, forged) == 403)

        try await twilio.reply(Self.ana, "Ack 1.")
        try await eventually("the reply acknowledges") { try await Self.isAcknowledged(tocsin) }
        #expect(try await tocsin.get("/incidents/1")["owner"] as? String == "ana")
        let answer = try #require(try await twilio.texts(of: Self.ana).last)
        #expect(answer.contains("INC-1"))
        #expect(try await Self.timeline(tocsin).contains("Acknowledged by Ana Lindt (SMS)"))
        #expect(try await twilio.objections() == [])
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        #expect(try !tocsin.exportedLog().contains("15112345678"))
    }

    @Test("a call asks for a key, and 1 acknowledges")
    func pressed() async throws {
        let (twilio, tocsin) = try await Self.make("[call now]", people: [Self.ana: ["call": "human", "press": "1"]])
        defer { twilio.stop(); tocsin.remove() }
        try await tocsin.fire("RankerSlow")
        try await eventually("the key acknowledges") { try await Self.isAcknowledged(tocsin) }
        #expect(try await tocsin.get("/incidents/1")["owner"] as? String == "ana")
        let heard = try await eventually("the goodbye is heard") {
            let heard = try await twilio.heard()
            return heard.count >= 2 ? heard : nil
        }
        #expect(heard[0].contains("Press 1 to acknowledge") && heard[0].contains("incident 1"), "\(heard)")
        #expect(heard[1].hasPrefix("Acknowledged"), "\(heard)")
        try await eventually("the call counts as delivered") {
            try await Self.page(tocsin, "call")?["status"] as? String == "delivered" ? true : nil
        }
        try await eventually("the call is over") {
            try await twilio.calls().first?.status == "completed" ? true : nil
        }
        #expect(try await twilio.objections() == [])
        #expect(try await twilio.refusedCallbacks() == [])
    }

    @Test("while a phone may ring it is not called again; the next call tells everything, and a key takes it all")
    func together() async throws {
        let (twilio, tocsin) = try await Self.make("[call now]", people: [Self.ana: ["call": "human", "press": "3"]])
        defer { twilio.stop(); tocsin.remove() }
        for name in ["First", "Second", "Third"] { try await tocsin.fire(name) }
        try await eventually("the second call takes what it tells", within: .seconds(90)) { () -> Bool? in
            guard try await Self.isAcknowledged(tocsin, 2) != nil else { return nil }
            return try await Self.isAcknowledged(tocsin, 3)
        }
        let calls = try await twilio.calls()
        #expect(calls.count == 2)
        let heard = try await twilio.heard()
        #expect(heard.contains { $0.contains("incident 2") && $0.contains("And 1 other incident.") }, "\(heard)")
        #expect(heard.contains { $0.hasPrefix("All are acknowledged") }, "\(heard)")
        #expect(try await twilio.objections() == [])
        #expect(try await twilio.refusedCallbacks() == [])
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
    }

    @Test("voicemail is no delivery: the next method is used at once", arguments: ["machine", "busy", "no-answer"])
    func voicemail(fate: String) async throws {
        let (twilio, tocsin) = try await Self.make("[call now, sms 20m]", people: [Self.ana: ["call": fate]])
        defer { twilio.stop(); tocsin.remove() }
        try await tocsin.fire("RankerSlow")
        try await eventually("the SMS arrives") { try await twilio.texts(of: Self.ana).first }
        #expect(try await Self.page(tocsin, "call")?["status"] as? String == "failed")
        #expect(try await twilio.heard() == [])
        #expect(try await twilio.objections() == [])
    }

    @Test("429, then 500: the page arrives by the same provider, once")
    func recovers() async throws {
        let (twilio, tocsin) = try await Self.make("[sms now]")
        defer { twilio.stop(); tocsin.remove() }
        try await twilio.weather(429, retryAfter: 1)
        try await twilio.weather(500)
        try await tocsin.fire("RankerSlow")
        try await eventually("the SMS arrives") { try await twilio.texts(of: Self.ana).first }
        #expect(try await twilio.messages().count == 1)
        let timeline = try await Self.timeline(tocsin)
        #expect(timeline.contains("twilio: HTTP 429: error 20429, too many requests"), "\(timeline)")
        #expect(timeline.contains("twilio: HTTP 500"), "\(timeline)")
        let (_, body) = try await tocsin.request(.get, "\(tocsin.server)/metrics")
        let metrics = String(decoding: body, as: UTF8.self)
        #expect(metrics.contains("tocsin_attempts_total{method=\"sms\",result=\"failedForNow\"} "))
        #expect(metrics.contains("tocsin_channel_failing{channel=\"sms\"} 0\n"))
    }

    @Test("a provider that fails or hangs gives way to the second within ten seconds", arguments: ["500", "hang"])
    func failover(fault: String) async throws {
        let (twilio, tocsin) = try await Self.make("[sms now]", providers: { "\($0.twilio), \($0.signalwire)" })
        defer { twilio.stop(); tocsin.remove() }
        try await twilio.weather(Int(fault) ?? fault, times: 1)
        let clock = ContinuousClock()
        let began = clock.now
        try await tocsin.fire("RankerSlow")
        try await eventually("the second has it") { try await twilio.messages(at: FakeTwilio.project).first }
        #expect(clock.now - began < .seconds(10))
        try await eventually("the second's report counts") {
            try await Self.page(tocsin, "sms")?["status"] as? String == "delivered" ? true : nil
        }
        #expect(try await Self.timeline(tocsin).contains("; signalwire: 00000000-"))
        #expect(try await twilio.objections() == [])
        #expect(try await twilio.refusedCallbacks() == [])
    }

    @Test("a message whose answer was lost is found at the provider, and not sent again")
    func lostAnswer() async throws {
        let (twilio, tocsin) = try await Self.make("[sms now]")
        defer { twilio.stop(); tocsin.remove() }
        try await twilio.weather("lose_answer")
        try await tocsin.fire("RankerSlow")
        try await eventually("the page counts as delivered") {
            try await Self.page(tocsin, "sms")?["status"] as? String == "delivered" ? true : nil
        }
        #expect(try await twilio.messages().count == 1)
        #expect(try await Self.timeline(tocsin).contains("but it has it, SM"))
    }

    @Test("a ringing phone stops when somebody else acknowledges")
    func hungUp() async throws {
        let (twilio, tocsin) = try await Self.make("[call now]", people: [Self.ana: ["call": "rings"]])
        defer { twilio.stop(); tocsin.remove() }
        try await tocsin.fire("RankerSlow")
        try await eventually("it rings") { try await twilio.calls().first?.status == "ringing" ? true : nil }
        _ = try tocsin.command("incident", "ack", "1", "--by", "ben")
        try await eventually("it stops") { try await twilio.calls().first?.status == "canceled" ? true : nil }
        #expect(try await twilio.objections() == [])
    }

    @Test("a call that rings when the process dies is hung up by the next one")
    func hungUpAfterRestart() async throws {
        let (twilio, tocsin) = try await Self.make("[call now]", people: [Self.ana: ["call": "rings"]])
        defer { twilio.stop(); tocsin.remove() }
        try await tocsin.fire("RankerSlow")
        try await eventually("the call was handed over") {
            try await Self.page(tocsin, "call")?["status"] as? String == "sent" ? true : nil
        }
        tocsin.kill()
        try await tocsin.start()
        _ = try tocsin.command("incident", "ack", "1", "--by", "ben")
        try await eventually("it stops") { try await twilio.calls().first?.status == "canceled" ? true : nil }
        #expect(try await twilio.calls().count == 1)
    }

    @Test("a call about two incidents rings on while one of them needs somebody, also after a restart")
    func ringsForBoth() async throws {
        let (twilio, tocsin) = try await Self.make("[call now]", people: [Self.ana: ["call": "rings"]])
        defer { twilio.stop(); tocsin.remove() }
        try await tocsin.fire(together: [("RankerSlow", [:]), ("ReaderSlow", ["model": "reader"])])
        try await eventually("both pages were handed over") { () -> Bool? in
            for incident in [1, 2] {
                let pages = try await tocsin.pages(of: incident)
                guard pages.first?["status"] as? String == "sent" else { return nil }
            }
            return true
        }
        tocsin.kill()
        try await tocsin.start()
        _ = try tocsin.command("incident", "ack", "1", "--by", "ben")
        // Two more looks at the call come after what the acknowledgement led to.
        let looks = try await twilio.looks()
        try await eventually("the call is looked at", within: .seconds(60)) {
            try await twilio.looks() >= looks + 2 ? true : nil
        }
        #expect(try await twilio.calls().map(\.status) == ["ringing"])
        _ = try tocsin.command("incident", "ack", "2", "--by", "ben")
        try await eventually("it stops") { try await twilio.calls().first?.status == "canceled" ? true : nil }
        #expect(try await twilio.calls().count == 1)
        #expect(try await twilio.objections() == [])
    }

    @Test("without a public address, replies and what became of messages are asked for")
    func polled() async throws {
        let (twilio, tocsin) = try await Self.make(
            "[sms now, call 20m]", people: [Self.ana: ["sms": "undelivered", "call": "human", "press": "1"]],
            isPublic: false)
        defer { twilio.stop(); tocsin.remove() }
        try await tocsin.fire("RankerSlow")
        try await eventually("the call comes, for the SMS did not arrive") { try await twilio.calls().first }
        let heard = try await eventually("the page is read") { try await twilio.heard().first }
        #expect(heard.contains("send the text message, ack 1"), "\(heard)")
        try await eventually("the call counts as delivered") {
            try await Self.page(tocsin, "call")?["status"] as? String == "delivered" ? true : nil
        }
        #expect(try await Self.page(tocsin, "sms")?["status"] as? String == "failed")
        try await twilio.reply(Self.ana, "ack")
        try await eventually("the reply is found") { try await Self.isAcknowledged(tocsin) }
        try await eventually("it is answered by SMS") {
            try await twilio.messages().contains { $0.body.contains("INC-1") && !$0.body.contains("#1-") } ? true : nil
        }
        #expect(try await twilio.objections() == [])
    }

    @Test("a phone number is proved by the code that an SMS brings, and one proof serves SMS and calls")
    func proved() async throws {
        let (twilio, tocsin) = try await Self.make("[sms now]", contacts: "{}\n")
        defer { twilio.stop(); tocsin.remove() }
        #expect(
            try tocsin.command("contact", "add", "phone", "+49 151 1234-5678", "--user", "ana").contains("+49…5678"))
        let code = try await eventually("the code arrives") { try await twilio.texts(of: Self.ana).first }
        #expect(
            try tocsin.command("contact", "verify", "phone", String(code.prefix(6)), "--user", "ana").contains("Proved")
        )
        let list = try tocsin.command("contact", "list", "--user", "ana").split(separator: "\n")
        for method in ["sms", "call"] {
            #expect(
                list.contains { $0.hasPrefix(method) && $0.contains("+49…5678") && $0.contains("works") }, "\(list)")
        }
        let card = try tocsin.command("contact", "vcard")
        #expect(card.hasPrefix("BEGIN:VCARD\r\n") && card.contains("TEL;TYPE=CELL,VOICE,PREF:\(FakeTwilio.number)"))
        try await tocsin.fire("RankerSlow")
        try await eventually("pages go there") {
            try await twilio.texts(of: Self.ana).contains { $0.contains("INC-1") } ? true : nil
        }
        tocsin.stop()
        #expect(try !tocsin.exportedLog().contains("15112345678"))
    }
}
