import Testing

@testable import Integrations

/// The vectors are those that Twilio's documentation and its own SDK give.
@Suite struct PhoneSignatureTests {
    static let zeros = String(repeating: "0", count: 32)
    static let key = "0123456789abcdef0123456789abcdef"
    static let sms: [(name: String, value: String)] = [
        ("AccountSid", "AC\(zeros)"), ("From", "+15005550006"), ("MessageSid", "SM\(zeros.dropLast())1"),
        ("MessageStatus", "delivered"), ("SmsSid", "SM\(zeros.dropLast())1"), ("SmsStatus", "delivered"),
        ("To", "+15551230000"),
    ]

    @Test("a form is signed with its names in order")
    func vectors() {
        let call: [(name: String, value: String)] = [
            ("To", "+18005551212"), ("CallSid", "CA1234567890ABCDE"), ("Caller", "+14158675309"), ("Digits", "1234"),
            ("From", "+14158675309"),
        ]
        #expect(
            PhoneSignature.sign(url: "https://mycompany.com/myapp.php?foo=1&bar=2", fields: call, key: "12345")
                == "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
        #expect(
            PhoneSignature.sign(url: "https://oncall.example.com/twilio/sms-status", fields: Self.sms, key: Self.key)
                == "9/cQBOGqgbp27/NWi+nRuT+TVO4=")
    }

    @Test("a standard port may stand in the address or not, on either side")
    func ports() {
        for (signed, known) in [
            ("https://t.example:443/a?b=c", "https://t.example/a?b=c"),
            ("https://t.example/a?b=c", "https://t.example:443/a?b=c"),
            ("http://t.example:80/a", "http://t.example/a"), ("https://[::1]:443/a", "https://[::1]/a"),
        ] {
            let signature = PhoneSignature.sign(url: signed, fields: [], key: "k")
            #expect(PhoneSignature.isValid(signature, url: known, fields: [], key: "k"), "\(signed)")
        }
        let other = PhoneSignature.sign(url: "https://t.example:8443/a", fields: [], key: "k")
        #expect(!PhoneSignature.isValid(other, url: "https://t.example/a", fields: [], key: "k"))
    }

    @Test("whatever else is changed is not signed")
    func changed() {
        let url = "https://t.example/a"
        let good = PhoneSignature.sign(url: url, fields: Self.sms, key: "k")
        #expect(PhoneSignature.isValid(good, url: url, fields: Self.sms, key: "k"))
        #expect(!PhoneSignature.isValid(good, url: url, fields: Self.sms, key: "l"))
        #expect(!PhoneSignature.isValid(good, url: url + "?x=1", fields: Self.sms, key: "k"))
        #expect(!PhoneSignature.isValid(good, url: url, fields: Self.sms.dropLast(), key: "k"))
        #expect(!PhoneSignature.isValid("", url: url, fields: Self.sms, key: "k"))
    }
}
