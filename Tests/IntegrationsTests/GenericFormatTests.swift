import Engine
import Incidents
import Integrations
import Testing

@Suite("The generic format")
struct GenericFormatTests {
    private let uptime = GenericFormat(
        integration: "uptime",
        mapping: GenericMapping(
            key: "monitor.id", title: "monitor.name", summary: "msg", severity: "level",
            severities: ["P1": .sev1, "warning": .sev4], status: "heartbeat.status", resolvedWhen: ["1", "ok"],
            episode: "heartbeat.since", group: "monitor.group", labels: "monitor", links: ["monitor": "monitor.url"]))

    @Test("one alert, with a number for a key and a number that means it is over")
    func single() throws {
        let read = uptime.read(
            .posting(
                """
                {"heartbeat":{"status":0,"since":"10:00"},"msg":"timeout","level":"P1",
                "monitor":{"id":17,"name":"ranker","url":"https://r.example/","active":true,"tags":["x"],"group":"g"}}
                """))
        #expect(read.unreadable.isEmpty)
        let alert = try #require(read.alerts.first)
        #expect(alert.alert == AlertKey(integration: "uptime", key: "17"))
        #expect(alert.status == .firing)
        #expect(alert.title == "ranker")
        #expect(alert.summary == "timeout")
        #expect(alert.severity == .sev1)
        #expect(alert.episode == "10:00")
        #expect(alert.group == "g")
        #expect(
            alert.labels == [
                "id": "17", "name": "ranker", "url": "https://r.example/", "active": "true", "group": "g",
            ])
        #expect(alert.links == ["monitor": "https://r.example/"])
        let over = uptime.read(.posting(#"{"heartbeat":{"status":1},"monitor":{"id":17,"name":"ranker"}}"#))
        #expect(over.alerts.map(\.status) == [.resolved])
        #expect(over.alerts.map(\.alert) == [alert.alert])
    }

    @Test(
        "the sender's words for severities come before ours, and others are left open",
        arguments: [("P1", Severity.sev1), ("warning", .sev4), ("critical", .sev1), ("dire", nil)])
    func severities(_ word: String, _ severity: Severity?) {
        let read = uptime.read(.posting(#"{"level":"\#(word)","monitor":{"id":1,"name":"n"}}"#))
        #expect(read.alerts.map(\.severity) == [severity])
    }

    @Test("whatever else is missing, the alert is kept, as firing")
    func onlyMandatory() {
        let read = uptime.read(.posting(#"{"monitor":{"id":true,"name":"n"},"heartbeat":[],"msg":{}}"#))
        #expect(read.alerts.map(\.alert.key) == ["true"])
        #expect(read.alerts.map(\.status) == [.firing])
    }

    @Test(
        "what is missing is named by its path",
        arguments: [
            (#"{"monitor":{"name":"n"}}"#, "`monitor.id`, the key, is missing."),
            (#"{"monitor":{"id":null,"name":"n"}}"#, "`monitor.id`, the key, is missing."),
            (#"{"monitor":{"id":1}}"#, "`monitor.name`, the title, is missing."),
            (#"{"monitor":{"id":[1],"name":"n"}}"#, "`monitor.id`, the key, is not a string, a number or a boolean."),
            (#"{"monitor":{"id":"","name":"n"}}"#, "`monitor.id`, the key, is empty."),
            ("[]", "`monitor.id`, the key, is missing."), ("3", "`monitor.id`, the key, is missing."),
        ])
    func missing(_ body: String, _ problem: String) {
        let read = uptime.read(.posting(body))
        #expect(read.alerts.isEmpty)
        #expect(read.unreadable == [UnreadableAlert(problem: problem, body: body)])
    }

    @Test("an array of alerts, with paths through arrays")
    func array() {
        let format = GenericFormat(
            integration: "x", mapping: GenericMapping(alerts: "data.0.alerts", key: "ids.1", title: "name"))
        let read = format.read(
            .posting(
                #"{"data":[{"alerts":[{"ids":[1,2],"name":"a"},{"ids":[1],"name":"b"},{"ids":["p","q"],"name":"c"}]}]}"#
            ))
        #expect(read.alerts.map(\.alert.key) == ["2", "q"])
        #expect(read.unreadable.map(\.problem) == ["`data.0.alerts.1.ids.1`, the key, is missing."])
        #expect(read.unreadable.map(\.body) == [#"{"ids":[1],"name":"b"}"#])
    }

    @Test("a body that is the array itself, or has none")
    func rootArray() {
        let format = GenericFormat(integration: "x", mapping: GenericMapping(alerts: "", key: "id", title: "id"))
        #expect(format.read(.posting(#"[{"id":1},{"id":2}]"#)).alerts.map(\.alert.key) == ["1", "2"])
        #expect(format.read(.posting("[{}]")).unreadable.map(\.problem) == ["`0.id`, the key, is missing."])
        #expect(format.read(.posting("{}")).unreadable.map(\.problem) == ["``, the alerts, is not an array."])
        #expect(format.read(.posting("[")).unreadable.map(\.body) == ["["])
    }

    @Test("two long keys stay two, and long words are cut")
    func limits() throws {
        let long = String(repeating: "k", count: 301)
        let read = ["1", "2"].flatMap {
            uptime.read(.posting(#"{"monitor":{"id":"\#(long)\#($0)","name":"\#(long)"}}"#)).alerts
        }
        try #require(read.count == 2)
        #expect(read[0].alert.key != read[1].alert.key)
        #expect(read[0].alert.key.count == 34)
        #expect(read[0].title.count == 300)
        #expect(read[0].title.hasSuffix("k…"))
    }

    @Test("damaged bodies end as alerts or as unreadable, never as nothing")
    func fuzz() {
        var random = SeededGenerator(seed: 4)
        let whole = Array(
            #"{"heartbeat":{"status":0,"since":"10:00"},"msg":"timeout","monitor":{"id":17,"name":"ranker"}}"#.utf8)
        for _ in 0..<5000 {
            let read = uptime.read(.posting(whole.damaged(by: &random)))
            #expect(read.alerts.count + read.unreadable.count == 1)
        }
    }
}
