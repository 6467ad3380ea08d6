import Engine
import Foundation
import HTTPTypes
import Incidents
import Integrations
import Testing

@Suite("Alertmanager's webhook")
struct AlertmanagerFormatTests {
    private let format = AlertmanagerFormat(integration: "prod")

    @Test("a real 0.25 message of two alerts")
    func firingTwo() throws {
        let read = format.read(Fixture.firingTwo.request)
        #expect(read.unreadable.isEmpty)
        #expect(read.alerts.map(\.alert.key) == ["a3e2181e4416d5ef", "f59923815acef4a6"])
        let first = try #require(read.alerts.first)
        #expect(first.alert.integration == "prod")
        #expect(first.status == .firing)
        #expect(first.episode == "2026-11-23T09:34:00.443Z")
        #expect(first.group == #"{}:{alertname="ModelLatencyHigh", service="fraud-model"}"#)
        #expect(first.severity == .sev3)
        #expect(first.title == #"p99 high – ü "quoted" <b> 1.5"#)
        #expect(first.summary == "")
        #expect(first.labels["model_version"] == "2")
        #expect(first.labels.count == 7)
        #expect(first.links.keys.sorted() == ["graph"])
        #expect(first.links["graph"]?.hasSuffix("&g0.tab=1") == true)
    }

    @Test("a real 0.25 message with description and runbook")
    func firingOne() throws {
        let read = format.read(Fixture.firingOne.request)
        let alert = try #require(read.alerts.first)
        #expect(read.alerts.count == 1)
        #expect(alert.severity == .sev1)
        #expect(alert.title == "Target 127.0.0.1:9 down")
        #expect(alert.summary == "value 0")
        #expect(alert.links["runbook"] == "http://127.0.0.1/rb")
    }

    @Test("a 0.34 message, with fields 0.25 did not have")
    func newest() throws {
        let alert = try #require(format.read(Fixture.newest.request).alerts.first)
        #expect(alert.alert.key == "ff5119ffda117ed1")
        #expect(alert.episode == "2026-03-01T02:03:04.567891234Z")
        #expect(alert.group == #"{}/{team="ml"}:{alertname="ModelP99LatencyHigh", model="ranker"}"#)
        #expect(alert.links == ["graph": "http://prom:9090/graph?g0.expr=...", "runbook": "https://rb.example/p99"])
    }

    @Test("a resolution names the alert and the episode of its firing")
    func resolved() throws {
        let firing = try #require(format.read(Fixture.firingOne.request).alerts.first)
        let resolved = try #require(format.read(Fixture.resolved.request).alerts.first)
        #expect(resolved.status == .resolved)
        #expect(resolved.alert == firing.alert)
        #expect(resolved.episode == firing.episode)
        #expect(resolved.group == firing.group)
        #expect(resolved.links.isEmpty)
        #expect(resolved.title == "ModelServerDown (service=fraud-model, cluster=lab, instance=127.0.0.1:9)")
    }

    @Test("fingerprints are Prometheus's")
    func fingerprints() {
        let vectors: [([String: String], String)] = [
            ([:], "cbf29ce484222325"),
            (
                ["fear": "love is not enough", "name": "garland, briggs"],
                String(5_799_056_148_416_392_346 as UInt64, radix: 16)
            ),
            (
                [
                    "alertname": "InstanceDown", "group": "production", "instance": "localhost:8081", "job": "node",
                    "severity": "critical",
                ], "f404ecabc8dd5cd7"
            ),
        ]
        for (labels, fingerprint) in vectors { #expect(LabelFingerprint.of(labels) == fingerprint) }
        for fixture in Fixture.allCases {
            for alert in format.read(fixture.request).alerts {
                #expect(LabelFingerprint.of(alert.labels) == alert.alert.key)
            }
        }
    }

    @Test("a missing fingerprint is made from the labels")
    func missingFingerprint() throws {
        let text = Fixture.firingOne.text.replacing(#","fingerprint":"db0ae1a510fc5af1""#, with: "")
        #expect(!text.contains("fingerprint"))
        #expect(format.read(.posting(text)).alerts.map(\.alert.key) == ["db0ae1a510fc5af1"])
    }

    @Test("in a batch the good are kept and the bad are listed by index and field")
    func mixedBatch() throws {
        let read = format.read(
            message(
                """
                {"status":"firing","labels":{"alertname":"A"}}, 7, {"labels":{}}, {"status":"pending","labels":{}},
                {"status":"firing"}, {"status":"firing","labels":{"a":{"b":1}}},
                {"status":"resolved","labels":{"alertname":"B","n":3,"t":true,"x":null}}
                """))
        #expect(read.alerts.map(\.title) == ["A", "B (n=3, t=true)"])
        #expect(read.alerts.map(\.status) == [.firing, .resolved])
        #expect(
            read.unreadable.map(\.problem) == [
                "`alerts[1]` is not an object.", "`alerts[2].status` is missing.",
                "`alerts[3].status` is neither \"firing\" nor \"resolved\".", "`alerts[4].labels` is not an object.",
                "`alerts[5].labels.a` is not a string.",
            ])
        #expect(read.unreadable[4].body == #"{"labels":{"a":{"b":1}},"status":"firing"}"#)
    }

    @Test("thousands of bad alerts make a short list")
    func manyBad() {
        let read = format.read(message(Array(repeating: "1", count: 5000).joined(separator: ",")))
        #expect(read.unreadable.count == 21)
        #expect(read.unreadable.last?.problem == "4980 more could not be read.")
    }

    @Test(
        "a body that is no such message is unreadable as a whole",
        arguments: [
            ("", "not JSON"), ("alert!", "not JSON"), (#"{"version":"4","alerts":[}"#, "not JSON"),
            ("[]", "not a JSON object"),
            ("{}", "`version` is missing"), (#"{"version":"3","alerts":[]}"#, "`version` is \"3\""),
            (#"{"version":"4"}"#, "`alerts` is not an array"),
            (#"{"version":"4","alerts":{}}"#, "`alerts` is not an array"),
        ])
    func unreadable(_ body: String, _ problem: String) {
        let read = format.read(.posting(body))
        #expect(read.alerts.isEmpty)
        #expect(read.unreadable.count == 1)
        #expect(read.unreadable[0].problem.contains(problem))
        #expect(read.unreadable[0].body == body)
    }

    @Test("no alerts are no trouble")
    func empty() {
        #expect(format.read(message("")) == ReadAlerts())
    }

    @Test("a start that is not known makes no episode")
    func zeroStart() {
        for start in [#""0001-01-01T00:00:00Z""#, #""""#, "null"] {
            let read = format.read(message(#"{"status":"firing","labels":{},"startsAt":\#(start)}"#))
            #expect(read.alerts.map(\.episode) == [nil])
        }
    }

    @Test("a severity we do not know is left open")
    func unknownSeverity() {
        let read = format.read(
            message(#"{"status":"firing","labels":{"severity":"page"}},{"status":"firing","labels":{"a":"b"}}"#))
        #expect(read.alerts.map(\.severity) == [nil, nil])
    }

    @Test("only links a browser may open are kept")
    func links() {
        let read = format.read(
            message(
                """
                {"status":"firing","labels":{},"generatorURL":"javascript:alert(1)","annotations":{
                "runbook_url":"javascript:alert(1)","dashboard_url":"HTTPS://g.example/d","logs_url":"http://a b","_url":"http://x",
                "evil_url":"data:text/html,x","trace_url":"https://","summary":"s","count_url":5}}
                """))
        #expect(read.alerts.map(\.links) == [["dashboard": "HTTPS://g.example/d"]])
    }

    @Test("two long groups stay two")
    func longGroups() {
        func group(_ end: String) -> String? {
            let key = "{}:{" + String(repeating: "a", count: 100) + end + "}"
            return format.read(
                .posting(
                    #"{"version":"4","groupKey":"\#(key)","alerts":[{"status":"firing","labels":{}}]}"#)
            ).alerts.first?.group
        }
        #expect(group("1") != group("2"))
        #expect(group("1") == group("1"))
        #expect(group("1")?.hasPrefix("h:") == true)
        #expect(group("1")?.count == 34)
    }

    @Test("five thousand damaged bodies end as alerts or as unreadable, never as nothing")
    func fuzz() throws {
        var random = SeededGenerator(seed: 3)
        let bodies = Fixture.allCases.map { Array($0.text.utf8) }
        var kept = 0
        for _ in 0..<5000 {
            let body = bodies.randomElement(using: &random)!.damaged(by: &random)
            let read = format.read(.posting(body))
            kept += read.alerts.count
            // An array that became empty is the one way to say nothing.
            if read.alerts.isEmpty && read.unreadable.isEmpty {
                let value = try JSONValue(json: body)
                #expect(value["alerts"] == [])
            }
            for unreadable in read.unreadable { #expect(unreadable.problem.hasSuffix(".")) }
        }
        #expect(kept > 1000)
    }

    private func message(_ alerts: String) -> HookRequest {
        .posting(#"{"version":"4","groupKey":"{}:{}","status":"firing","alerts":[\#(alerts)]}"#)
    }
}
