import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Timekeeping

/// Nights to be told: each drives the real engine core through an incident.
enum RecordedNight: String, CaseIterable, Sendable {
    case simple, storm, reopened

    static let start = Instant(rfc3339: "2026-10-24T22:41:07.250Z")!

    /// Shown beside UTC in some drafts; in it the night is morning of the next day.
    static let zone: ZoneRules = .fixed(id: "Asia/Kolkata", offsetSeconds: 19_800)

    func record() throws -> MemoryStore {
        var shift = try NightShift(Self.directory, at: Self.start)
        shift.outcome = { transmission in Self.outcome(of: transmission, self) }
        switch self {
        case .simple: try Self.simple(&shift)
        case .storm: try Self.storm(&shift)
        case .reopened: try Self.reopened(&shift)
        }
        return shift.store
    }

    static let incident = Incident.ID(1)
    private static let ana = Actor(user: "ana", via: .slack)

    // MARK: Stories

    /// Paged, acknowledged, noted, over.
    private static func simple(_ shift: inout NightShift) throws {
        try shift.alerts([alert("p99", "p99 of ranker is above 2 s", .firing)])
        try shift.wait(.seconds(72))
        try shift.tell(.acknowledge(incident, by: "ana", via: .push))
        try shift.wait(.minutes(7))
        let note =
            "Feature store was slow since 22:35.\n\nRestarted its cache with `systemctl restart cache`: p99 falls."
        try shift.tell(.note(incident, text: note, by: ana))
        try shift.wait(.minutes(4) + .seconds(9))
        try shift.alerts([alert("p99", "p99 of ranker is above 2 s", .resolved)])
        try shift.wait(.hours(2))
    }

    /// Many alerts, a dead channel, a hole in a schedule, it gets worse, and only the last resort answers.
    private static func storm(_ shift: inout NightShift) throws {
        for number in 1...4 {
            try shift.alerts([alert("gpu-\(number)", "GPU \(number) is out of memory", .firing, severity: .sev2)])
            try shift.wait(.seconds(20))
        }
        for _ in 1...6 {
            try shift.wait(.seconds(75))
            try shift.alerts([alert("gpu-1", "GPU 1 is out of memory", .firing, severity: .sev2)])
        }
        try shift.alerts([alert("errors", "Half of all requests fail", .firing, severity: .sev1)])
        try shift.wait(.minutes(41))
        try shift.tell(.acknowledge(incident, by: "dee", via: .link))
        try shift.wait(.minutes(3))
        try shift.tell(.take(incident, by: "ana", via: .console))
        try shift.tell(.note(incident, text: "Moved half of the traffic to the other cluster.", by: ana))
        try shift.wait(.minutes(16))
        let over = (1...4).map { alert("gpu-\($0)", "GPU \($0) is out of memory", .resolved, severity: .sev2) }
        try shift.alerts(over + [alert("errors", "Half of all requests fail", .resolved, severity: .sev1)])
        try shift.wait(.hours(2))
    }

    /// Declared by hand, snoozed, called over too early, and what strangers wrote is hostile.
    private static func reopened(_ shift: inout NightShift) throws {
        try shift.tell(
            .declare(
                "ranker", title: "Recommendations <b>repeat</b> | {{title}} # 1",
                body: "Seen by support.\n- users see *one* item ten times", severity: .sev2, by: ana))
        try shift.wait(.seconds(95))
        try shift.tell(.acknowledge(incident, by: "ana", via: .slack))
        try shift.tell(.changeSeverity(incident, .sev1, by: ana))
        try shift.tell(.note(incident, text: "Call me on 555-0100, I am at my sister's.", by: ana))
        try shift.wait(.minutes(2))
        try shift.tell(.page(incident, [.user("ben")], by: ana))
        try shift.wait(.minutes(1))
        try shift.tell(.snooze(incident, until: shift.now + .minutes(20), by: "ana", via: .slack))
        try shift.wait(.minutes(21))
        try shift.tell(.acknowledge(incident, by: "cho", via: .mail))
        try shift.wait(.minutes(10))
        try shift.tell(
            .note(incident, text: "</script><img src=x onerror=alert(1)>\n\u{202E}evil [x](javascript:1)", by: ana))
        try shift.tell(.resolve(incident, by: ana))
        try shift.wait(.minutes(4))
        try shift.tell(.reopen(incident, by: Actor(user: nil, via: .api)))
        try shift.wait(.minutes(2))
        try shift.tell(.acknowledge(incident, by: "ben", via: .console))
        try shift.wait(.minutes(30))
        try shift.tell(.resolve(incident, by: Actor(user: "ben", via: .cli)))
        try shift.wait(.hours(1))
    }

    // MARK: The house

    static func alert(
        _ key: String, _ title: String, _ status: AlertSignal.Status, severity: Severity = .sev2
    ) -> AlertSignal {
        AlertSignal(
            alert: AlertKey(integration: "prometheus", key: key), status: status, episode: "2026-10-24T22:40:00Z",
            severity: severity, title: title, summary: "Since five minutes.", labels: ["model": "ranker"],
            links: ["graph": "https://graphs.example.com/d/\(key)?from=now-1h"])
    }

    private static func outcome(of transmission: Transmission, _ night: Self) -> (Duration, AttemptOutcome) {
        switch (transmission.method, night) {
        case (.push, .storm): (.milliseconds(310), AttemptOutcome(.failedForGood, evidence: "HTTP 403: no such topic"))
        case (.mail, .reopened) where transmission.user.id == "ana":
            (.seconds(31), AttemptOutcome(.failedForGood, evidence: "550 5.1.1 no such user"))
        case (.mail, _): (.milliseconds(1_840), AttemptOutcome(.sent, evidence: "250 2.0.0 Ok: queued as 4F1A2B"))
        case (.sms, .reopened): (.seconds(12), AttemptOutcome(.inDoubt, evidence: "the connection broke"))
        default: (.milliseconds(420), AttemptOutcome(.delivered, evidence: "200 OK"))
        }
    }

    static let directory = Directory(
        version: 1,
        users: [
            "ana": .init(
                id: "ana", name: "Ana Souza", zone: "America/Sao_Paulo",
                rules: [.high: [.init(.push), .init(.mail, after: .minutes(1))]], reachableBy: [.push, .mail]),
            "ben": .init(
                id: "ben", name: "Ben Okafor", zone: "Africa/Lagos",
                rules: [.high: [.init(.push), .init(.sms, after: .minutes(1))]], reachableBy: [.push, .sms]),
            "cho": .init(id: "cho", name: "Cho Min-ji", zone: "Asia/Seoul", reachableBy: [.mail]),
            "dee": .init(id: "dee", name: "Dee O'Neill", zone: "Europe/Dublin", reachableBy: [.mail, .webhook]),
        ],
        roster: Roster(
            schedules: [
                "night": Schedule(
                    id: "night", zone: "UTC",
                    plan: .layers([
                        Layer(
                            name: "week", eras: [Era(people: [])], turn: .weeks(1), handoff: Handoff(time: .midnight))
                    ]))
            ], zones: ["UTC": .utc]),
        policies: [
            "ml": EscalationPolicy(
                id: "ml",
                steps: [
                    .init(page: [.user("ana")], wait: .minutes(5)),
                    .init(page: [.schedule("night")], wait: .minutes(5)),
                    .init(page: [.user("ben"), .user("cho")], wait: .minutes(10)),
                ])
        ],
        services: ["ranker": .init(id: "ranker", name: "Ranker", policy: "ml", groupBy: ["model"])],
        routes: [.init(matchers: [.init(label: "model", value: "ranker")], service: "ranker")], unrouted: "ranker",
        lastResort: [.user("dee")], integrations: ["prometheus": .init(id: "prometheus")])
}
