import Integrations
import Testing
import Timekeeping

@Suite("Standard Webhooks signatures")
struct WebhookSignatureTests {
    private static let key = WebhookSignature.key(fromSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!
    private static let body = Array(#"{"test": 2432232314}"#.utf8)
    private static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    private static let signedAt = Instant(seconds: 1_614_265_330)

    @Test("the specification's example, and one made with its Python and JavaScript libraries")
    func vectors() {
        #expect(
            WebhookSignature.sign(id: Self.id, timestamp: 1_614_265_330, body: Self.body, key: Self.key)
                == Self.signature)
        let incident = #"{"type":"incident.opened","timestamp":"2026-03-01T02:03:04Z","data":{"id":"INC-42"}}"#
        #expect(
            WebhookSignature.sign(
                id: "msg_2026abc", timestamp: 1_772_330_584, body: Array(incident.utf8), key: Self.key)
                == "v1,Fbn1SU03YYY3MUHeZYS0SexmJOrpOvS6RZuTwg67YuA=")
    }

    @Test("verifies its own, alone or among others, for five minutes either way")
    func verifies() {
        #expect(verify())
        #expect(verify("v1a,AAAA v1,AAAA \(Self.signature) v2,x"))
        #expect(verify(now: Self.signedAt + .minutes(5)))
        #expect(verify(now: Self.signedAt - .minutes(5)))
        #expect(!verify(now: Self.signedAt + .minutes(5) + .milliseconds(1)))
        #expect(!verify(now: Self.signedAt - .minutes(5) - .milliseconds(1)))
    }

    @Test(
        "refuses every other",
        arguments: [
            "", "v1", "v1,", "v1,AAAA", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1A==",
        ])
    func refuses(_ signature: String) {
        #expect(!verify(signature))
    }

    @Test("refuses another id, time, body or key")
    func refusesOthers() {
        #expect(!verify(id: "msg_other"))
        #expect(!verify(timestamp: "1614265331"))
        #expect(!verify(timestamp: "now"))
        #expect(!verify(timestamp: "9223372036854775807"))
        #expect(!verify(timestamp: "-9223372036854775808"))
        #expect(!verify(body: Self.body + [0x20]))
        #expect(!verify(key: [UInt8](repeating: 0, count: 24)))
    }

    @Test(
        "a secret is `whsec_` and base64 of 24 to 64 bytes",
        arguments: [
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 24), ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", nil),
            ("whsec_", nil), ("whsec_AAAA", nil), ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS?", nil),
            ("whsec_" + String(repeating: "A", count: 84) + "AA==", 64),
            ("whsec_" + String(repeating: "A", count: 88), nil),
        ])
    func secrets(_ secret: String, _ length: Int?) {
        #expect(WebhookSignature.key(fromSecret: secret)?.count == length)
    }

    private func verify(
        _ signatures: String = signature, id: String = id, timestamp: String = "1614265330", body: [UInt8] = body,
        key: [UInt8] = key, now: Instant = signedAt
    ) -> Bool {
        WebhookSignature.verify(signatures, id: id, timestamp: timestamp, body: body, key: key, now: now)
    }
}
