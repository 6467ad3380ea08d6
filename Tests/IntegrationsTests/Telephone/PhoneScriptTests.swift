import Engine
import Foundation
import Incidents
import Testing

@testable import Integrations

@Suite struct PhoneScriptTests {
    static let nasty = "</Say><Hangup/> & \"quoted\" 'it' \u{01}\u{1B}[31m"

    @Test("whatever an alert calls itself, the script is one that says it")
    func escapes() throws {
        let page = SpokenPage(
            incident: Incident.ID(42), severity: .sev1, service: Self.nasty, title: Self.nasty, isRepeat: true)
        for script in [
            PhoneScript.page(page), PhoneScript.question(page, answerTo: "https://t.example/g?t=a&b=\"c\""),
            PhoneScript.message(Self.nasty), PhoneScript.notice(.example(.alarm, title: Self.nasty)),
        ] {
            #expect(script.utf8.count <= 4000)
            let tags = try Python.answer(
                """
                import sys, json
                from xml.etree import ElementTree
                root = ElementTree.fromstring(sys.stdin.buffer.read())
                print(json.dumps(" ".join(each.tag for each in root.iter())))
                """, Array(script.utf8))
            guard case .string(let text) = tags else { return #expect(Bool(false), "\(script)") }
            #expect(
                Set(text.split(separator: " ")).isSubset(of: [
                    "Response", "Say", "Gather", "Pause", "Hangup", "Message",
                ]))
        }
    }

    @Test("a code is said digit by digit, and more than once")
    func code() {
        let script = PhoneScript.notice(.example(.code, title: "012345 is your code for Tocsin"))
        #expect(script.components(separatedBy: "0, 1, 2, 3, 4, 5,").count == 4)
    }

    @Test(
        "only a person who answers is a delivery",
        arguments: [
            ("completed", "human", AttemptOutcome.Result.delivered), ("completed", "machine_start", .failedForGood),
            ("in-progress", "machine_end_beep", .failedForGood), ("completed", "fax", .failedForGood),
            ("busy", nil, .failedForGood), ("no-answer", nil, .failedForGood), ("failed", nil, .failedForGood),
            ("completed", "unknown", nil), ("completed", nil, nil), ("canceled", nil, nil), ("ringing", nil, nil),
            ("in-progress", "human", nil),
        ])
    func calls(status: String, answeredBy: String?, result: AttemptOutcome.Result?) {
        #expect(PhoneStatus.call(status, answeredBy: answeredBy)?.result == result)
    }

    @Test(
        "what an SMS came to",
        arguments: [
            ("delivered", AttemptOutcome.Result.delivered), ("read", .delivered), ("undelivered", .failedForGood),
            ("failed", .failedForGood), ("sent", nil), ("queued", nil), ("accepted", nil),
        ])
    func messages(status: String, result: AttemptOutcome.Result?) {
        #expect(PhoneStatus.message(status, error: nil)?.result == result)
    }

    @Test("the evidence names the account and the provider's id, and after a start both are read from it")
    func evidence() throws {
        let sid = "SM" + String(repeating: "1", count: 32)
        for evidence in [
            "twilio: \(sid) queued", "twilio: HTTP 503; signalwire 2: has it already, \(sid) delivered",
            "twilio: it timed out; it may have arrived, but it has it, \(sid) sent",
        ] {
            let taken = PhoneWatch.taken(evidence)
            #expect(taken?.sid == sid, "\(evidence)")
        }
        #expect(
            PhoneWatch.taken("twilio: HTTP 503; signalwire 2: has it already, \(sid) delivered")?.label
                == "signalwire 2")
        #expect(PhoneWatch.taken("twilio: HTTP 503") == nil)
        #expect(PhoneWatch.taken("") == nil)
    }

    @Test(
        "numbers are read strictly, and as people write them where people enter them",
        arguments: [
            ("+4915112345678", true, true), ("+49 151 1234-5678", false, true), ("0049 (151) 12345678", false, true),
            ("015112345678", false, false), ("+0123456789", false, false), ("+49151", false, false),
            ("+4915112345678901", false, false), ("+49151123x5678", false, false), ("", false, false),
        ])
    func numbers(text: String, strict: Bool, written: Bool) {
        #expect((PhoneNumber(text) != nil) == strict)
        #expect((PhoneNumber(written: text) != nil) == written)
    }
}
