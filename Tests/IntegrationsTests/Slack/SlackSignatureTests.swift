import Integrations
import Testing
import Timekeeping

@Suite("Slack's signatures")
struct SlackSignatureTests {
    /// Made by slack_sdk 3.47 `SignatureVerifier`.
    static let vectors: [(secret: String, timestamp: String, body: String, signature: String)] = [
        (
            "8f742231b10e8888abcd99yyyzzz85a5", "1531420618",
            "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
                + "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
                + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
                + "%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        ),
        (
            "0123456789abcdef0123456789abcdef", "1772330584",
            "command=%2Foncall&text=ack+INC-42&user_id=U024BE7LH&team_id=T0001",
            "v0=db3d671651740e8ec7e8e09298e328100f2686aa2b2cd5b1c34d0ed51fc36477"
        ),
        (
            "0123456789abcdef0123456789abcdef", "1772330584", "",
            "v0=b7bbc83a2500943494aa0d17b60e866bcb822b3c6c5acf712cdde040f1a59efe"
        ),
    ]

    @Test("slack_sdk's signatures are ours", arguments: vectors.indices)
    func vector(index: Int) {
        let vector = Self.vectors[index]
        let body = Array(vector.body.utf8)
        #expect(
            SlackSignature.sign(timestamp: vector.timestamp, body: body, secret: vector.secret) == vector.signature)
        #expect(verify(vector.signature, vector.timestamp, body, vector.secret, Int64(vector.timestamp)!))
    }

    @Test("a request is fresh for five minutes in either direction and not a second longer")
    func freshness() {
        let vector = Self.vectors[1]
        let body = Array(vector.body.utf8)
        let sent = Int64(vector.timestamp)!
        for (offset, isFresh) in [(-301, false), (-300, true), (300, true), (301, false)] {
            #expect(
                verify(vector.signature, vector.timestamp, body, vector.secret, sent + Int64(offset)) == isFresh,
                "\(offset) s")
        }
    }

    @Test("one other byte anywhere is refused")
    func forged() {
        let vector = Self.vectors[1]
        let body = Array(vector.body.utf8)
        let now = Int64(vector.timestamp)!
        for index in body.indices {
            var other = body
            other[index] ^= 1
            #expect(!verify(vector.signature, vector.timestamp, other, vector.secret, now))
        }
        for index in vector.signature.utf8.indices.map({
            vector.signature.utf8.distance(from: vector.signature.startIndex, to: $0)
        }) {
            var other = Array(vector.signature.utf8)
            other[index] ^= 1
            #expect(!verify(String(decoding: other, as: UTF8.self), vector.timestamp, body, vector.secret, now))
        }
        #expect(!verify(vector.signature, vector.timestamp, body, vector.secret + "0", now))
    }

    @Test(
        "what is no signature or no time is refused",
        arguments: [
            ("", "1772330584"), ("v0=", "1772330584"), ("v1=" + String(repeating: "0", count: 64), "1772330584"),
            (vectors[1].signature.uppercased(), "1772330584"), (vectors[1].signature, ""),
            (vectors[1].signature, "1772330584.0"), (vectors[1].signature, "-1"), (vectors[1].signature, " 1772330584"),
            (vectors[1].signature, "99999999999999999999999999"),
        ])
    func nonsense(signature: String, timestamp: String) {
        #expect(!verify(signature, timestamp, Array(Self.vectors[1].body.utf8), Self.vectors[1].secret, 1_772_330_584))
    }

    private func verify(
        _ signature: String, _ timestamp: String, _ body: [UInt8], _ secret: String, _ now: Int64
    ) -> Bool {
        SlackSignature.verify(signature, timestamp: timestamp, body: body, secret: secret, now: Instant(seconds: now))
    }
}
