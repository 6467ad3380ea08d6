import Engine
import Testing

@Suite("Where a link leads")
struct WebLinkTests {
    @Test(
        "the host is the one that a browser asks, or it is said to be unclear",
        arguments: [
            ("https://rb.example/p99?a=1", "rb.example"), ("HTTPS://RB.example:8443", "rb.example"),
            ("https://t.example@evil.example/", "evil.example"), ("https://t.example:x@evil.example", "evil.example"),
            ("https:///evil.example/x", "evil.example"), ("https:\\evil.example\\@t.example", "evil.example"),
            ("https://evil.example?@t.example", "evil.example"), ("https://evil.example#@t.example", "evil.example"),
            ("http://[::1]:80/", "[::1]"), ("http://10.0.0.1/", "10.0.0.1"), ("https://t.ex%61mple/", nil),
            ("https://t.exаmple/", nil), ("https://", nil), ("javascript:alert(1)", nil), ("", nil),
            ("https://t.example\u{9}.evil/", nil),
        ] as [(String, String?)])
    func host(url: String, host: String?) {
        #expect(WebLink.host(of: url) == host)
    }

    @Test("the end of a long host is shown, because it says whose it is")
    func label() {
        #expect(WebLink.label("runbook", url: "https://rb.example/p99") == "runbook (rb.example)")
        #expect(WebLink.label("Ack", url: "https://t.exаmple/") == "Ack (unclear address)")
        let long = String(repeating: "t.example.", count: 20) + "evil.example"
        let label = WebLink.label("x", url: "https://\(long)/")
        #expect(label.hasPrefix("x (…") && label.hasSuffix(".evil.example)") && label.count == 64)
    }
}
