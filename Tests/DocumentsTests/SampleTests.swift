import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Testing
import Timekeeping

/// The files people copy from.
enum Sources {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    /// The folder of the shipped ones.
    static let runbooks = tests.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("runbooks").path

    static let twilio = "AC" + String(repeating: "0", count: 32)

    static func example() throws -> Reading {
        var reading = Reading(try text(tests.appendingPathComponent("Fixtures/example.yaml")))
        reading.environment = [
            "KEY_AM": "alertmanager-key-0123", "SLACK_BOT": "xoxb-1-abc", "SLACK_SECRET": "slack-secret-0123456",
            "TW_SID": twilio,
        ]
        reading.runbooks = runbooks
        reading.files["smtp.secret"] = "mail-secret\n"
        reading.files["tw.secret"] = "twilio-secret\n"
        return reading.replacing("/run/secrets/smtp", "smtp.secret").replacing("/run/secrets/tw", "tw.secret")
    }

    static func sample() throws -> Reading {
        let root = tests.deletingLastPathComponent().deletingLastPathComponent()
        var reading = Reading(try text(root.appendingPathComponent("deploy/sample/tocsin.yaml")))
        reading.environment = [
            "TOCSIN_KEY_ALERTMANAGER": "alertmanager-key-0123", "TOCSIN_KEY_GENERIC": "generic-key-0123",
        ]
        reading.runbooks = runbooks
        return reading
    }

    private static func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }
}

@Test("The example of how a configuration reads is valid, and means what it says")
func exampleIsValid() throws {
    let configuration = try Sources.example().configuration()
    let directory = configuration.directory

    #expect(directory.unrouted == "ranker")
    #expect(directory.lastResort == [.user("ana"), .user("ben")])
    #expect(directory.users.count == 4)
    #expect(directory.users["ana"]?.role == "manager")
    #expect(directory.users["ben"]?.zone == "America/New_York")
    #expect(directory.teams["ml"]?.members == ["ana", "ben", "chi", "dia"])
    #expect(
        configuration.zones.keys.sorted() == [
            "America/New_York", "Asia/Singapore", "Asia/Tokyo", "Europe/Berlin", "UTC",
        ])

    let sun = try #require(directory.roster.schedules["sun"])
    let amer = Layer(
        name: "amer", eras: [Era(people: ["ben"])], turn: .weeks(1),
        handoff: Handoff(weekday: .monday, time: CivilTime(secondsFromMidnight: 57_600)),
        restrictions: [Restriction(start: CivilTime(secondsFromMidnight: 57_600), end: .endOfDay)])
    guard case .layers(let layers) = sun.plan else { throw Unexpected() }
    #expect(layers.map(\.name) == ["apac", "emea", "amer"])
    #expect(layers.last == amer)

    let primary = try #require(directory.roster.schedules["primary"])
    guard case .layers(let rotation) = primary.plan else { throw Unexpected() }
    #expect(
        rotation[0].eras == [
            Era(from: CivilDate("2026-11-02"), people: ["ana", "ben", "dia"]),
            Era(from: CivilDate("2027-01-04"), people: ["ben", "dia", "ana", "chi"]),
        ])
    let secondary = Schedule(id: "secondary", zone: "Europe/Berlin", plan: .behind("primary", by: 1))
    #expect(directory.roster.schedules["secondary"] == secondary)

    let steps = [
        EscalationPolicy.Step(page: [.schedule("sun")], wait: .minutes(5)),
        EscalationPolicy.Step(
            page: [.schedule("primary"), .schedule("secondary")], wait: .minutes(10), tell: ["ml"]),
        EscalationPolicy.Step(page: [.user("ana")], wait: .minutes(15), when: .init(.atLeast, .sev2)),
    ]
    #expect(
        directory.policies["ml"]
            == EscalationPolicy(
                id: "ml", steps: steps, repeats: 2, ackTimeouts: .init(sev1: .minutes(30), sev2: .minutes(60))))
    #expect(
        directory.services["ranker"]
            == Directory.Service(
                id: "ranker", team: "ml", policy: "ml", groupBy: ["alertname", "model"], refireWindow: .minutes(15),
                runbooks: ["model-latency", "data-drift"], rollback: directory.services["ranker"]?.rollback))
    #expect(
        directory.routes == [
            Directory.Route(matchers: [LabelMatcher(label: "model", value: "ranker")], service: "ranker")
        ])
    #expect(directory.integrations["prod"]?.expectEvery == .minutes(10))
    #expect(
        configuration.integrations == [
            IntegrationSettings(id: "prod", type: "alertmanager", key: "alertmanager-key-0123")
        ])
}

@Test("The example's channels, room and Slack ids are read, and say who can be reached by what")
func exampleReaches() throws {
    let configuration = try Sources.example().configuration()
    let phone = PhoneSettings(
        vendor: .twilio, account: Sources.twilio, password: "twilio-secret", signingKey: "twilio-secret",
        sender: .account, base: "https://api.twilio.com")
    #expect(
        configuration.channels
            == ChannelSettings(
                smtp: SMTPSettings(
                    host: "mail.example.com", port: 587, security: .startTLS, from: "tocsin@example.com",
                    user: "tocsin", password: "mail-secret"),
                slack: SlackSettings(bot: "xoxb-1-abc", signingSecret: "slack-secret-0123456"), sms: [phone],
                call: [phone]))
    #expect(configuration.directory.teams["ml"]?.chat == ChatRoom(platform: "slack", name: "#ml-incidents"))
    #expect(configuration.contacts["chi"] == ContactDetails(slack: "U03CHI"))
    #expect(configuration.directory.users.values.allSatisfy { $0.reachableBy == [.inbox, .chat] })
    #expect(configuration.directory.users["chi"]?.rules[.high]?.map(\.method) == [.push, .sms, .call])
}

@Test("Whatever the example asks of a later version, or of nobody, is a warning, never silence")
func exampleWarns() throws {
    let warnings = try Sources.example().configuration().warnings
    let fields = [
        "users.chi.high", "users.chi.high[0]",
        "services.ranker.rollback.verify.promql",
    ]
    for field in fields {
        #expect(warnings.contains { $0.contains(": \(field): ") }, "Nothing is said about \(field).")
    }
}

@Test("The sample is valid, and warns of nothing but that it has no channel")
func sampleIsValid() throws {
    let configuration = try Sources.sample().configuration()
    #expect(configuration.warnings.count == 1)
    #expect(
        configuration.warnings.first?.hasSuffix(
            "channels: none is configured, so pages stand in the console's inbox and wake nobody. Add smtp, ntfy, "
                + "slack, sms or webhook.") == true)
    #expect(configuration.directory.services.keys.sorted() == ["platform", "ranker"])
    #expect(configuration.integrations.map(\.id) == ["alertmanager", "generic"])
    #expect(
        configuration.integrations[1].mapping
            == GenericMapping(
                key: "id", title: "title", summary: "description", severity: "priority",
                severities: ["P1": .sev1, "P2": .sev2, "P3": .sev3, "P4": .sev4], status: "status",
                resolvedWhen: ["resolved", "ok", "closed"], labels: "labels",
                links: ["graph": "urls.graph", "runbook": "urls.runbook"]))
}

@Test("The sample's sun never sets: each hour of a year has one person on call")
func sampleIsCovered() throws {
    let roster = try Sources.sample().configuration().directory.roster
    for schedule in ["sun", "primary", "secondary"] as [ScheduleID] {
        let shifts = roster.shifts(schedule, from: Reading.now, until: Reading.now + .days(365), amendments: .none)
        #expect(shifts.allSatisfy { $0.duties.count == 1 }, "\(schedule)")
    }
    let weekday = try #require(Instant(rfc3339: "2026-11-24T12:00:00Z"))
    #expect(roster.onCall("sun", at: weekday, amendments: .none).duties.map(\.user) == ["ana"])
}

@Test("What the sample shows in comments works when it is uncommented")
func sampleCommentsWork() throws {
    var reading = try Sources.sample()
        .replacing("    # slack: U01ANA", "    slack: U01ANA")
        .replacing("    # chat: ", "    chat: ").replacing("    # high: ", "    high: ")
        .replacing("  # prometheus: ", "  prometheus: ")
    let written = try #require(reading.files["tocsin.yaml"])
    let rollback = try #require(written.range(of: "    # rollback:\n"))
    let block = written[rollback.lowerBound...].split(separator: "\n").prefix { $0.hasPrefix("    # ") }
    let lines = block.map { "    " + $0.dropFirst("    # ".count) }
    reading = reading.replacing(block.joined(separator: "\n"), lines.joined(separator: "\n"))
    let text = try #require(reading.files["tocsin.yaml"])
    let comment = try #require(text.range(of: "# channels:\n"))
    let channels = text[comment.lowerBound...].split(separator: "\n").prefix { $0 != "#" }.map { $0.dropFirst(2) }
    reading.files["tocsin.yaml"] = text + channels.joined(separator: "\n") + "\n"
    let contact = try #require(text.split(separator: "\n").last)
    reading.files["contacts.yaml"] = String(contact.dropFirst(2)).trimmingCharacters(in: .whitespaces)
    reading.environment.merge([
        "TOCSIN_WEBHOOK_SECRET": Reading.signingKey, "TOCSIN_SMTP_PASSWORD": "mail-secret",
        "TOCSIN_NTFY_TOKEN": "tk_abc", "TOCSIN_SLACK_BOT": "xoxb-abc", "TOCSIN_SLACK_SECRET": "slack-secret-0123456",
        "TOCSIN_TWILIO_TOKEN": "0123456789abcdef0123456789abcdef",
    ]) { _, new in new }

    let configuration = try reading.configuration()
    #expect(
        configuration.warnings.map { $0.contains("users.chi.high[1]: chat would not work for chi") } == [true],
        "Chi is the one without a Slack id.")
    #expect(configuration.channels.webhook?.url == "https://pager-gateway.example.com/tocsin")
    #expect(configuration.channels.smtp?.host == "mail.example.com")
    #expect(configuration.channels.ntfy?.token == "tk_abc")
    #expect(configuration.channels.slack?.bot == "xoxb-abc")
    #expect(
        configuration.contacts["chi"]
            == ContactDetails(mail: "chi@example.com", push: "chi-2b7e151628aed2a6", phone: "+8190123456789"))
    #expect(configuration.directory.users["ana"]?.reachableBy == [.inbox, .webhook, .chat])
    #expect(configuration.directory.users["chi"]?.reachableBy == [.inbox, .webhook, .mail, .push, .sms, .call])
    #expect(configuration.directory.teams["ml"]?.chat?.name == "#ml-incidents")
    let policy = try #require(configuration.directory.services["ranker"]?.rollback)
    #expect(policy.checks == [.readiness, .golden, .metric] && policy.verifyMilliseconds == 300_000)
    #expect(policy.minSamples == 20 && policy.allowsBreakGlass && policy.automatic?.afterMilliseconds == 300_000)
    #expect(configuration.serving["ranker"]?.metric?.prometheus == "http://prometheus:9090")
    #expect(configuration.serving["ranker"]?.golden?.outputs.map(\.name) == ["y"])
}

struct Unexpected: Error {}
