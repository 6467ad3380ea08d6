import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Timekeeping

/// Nights to be told: each drives the real engine core through an incident.
enum RecordedNight: String, CaseIterable, Sendable {
    case simple, storm, rolledBack, frozen, reopened

    static let start = Instant(rfc3339: "2026-10-24T22:41:07.250Z")!

    /// Shown beside UTC in some drafts; in it the night is morning of the next day.
    static let zone: ZoneRules = .fixed(id: "Asia/Kolkata", offsetSeconds: 19_800)

    func record() throws -> MemoryStore {
        var shift = try NightShift(directory, at: Self.start)
        shift.outcome = { transmission in Self.outcome(of: transmission, self) }
        switch self {
        case .simple: try Self.simple(&shift)
        case .storm: try Self.storm(&shift)
        case .rolledBack: try Self.rolledBack(&shift)
        case .frozen: try Self.frozen(&shift)
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

    /// A bad version, and the way back to the one before it helps.
    private static func rolledBack(_ shift: inout NightShift) throws {
        shift.checks = { version in
            [
                ServingCheck(.readiness, .passed, evidence: "version \(version) is ready and answers"),
                ServingCheck(
                    .golden, version == "1" ? .passed : .failed,
                    evidence: version == "1" ? "y is 0.5" : "y is 0.9, not 0.5"),
                ServingCheck(
                    .metric, version == "1" ? .passed : .failed,
                    evidence: version == "1" ? "p99 is 0.31, below 0.8" : "p99 is 2.4, not below 0.8"),
            ]
        }
        try shift.wait(.minutes(1))
        try shift.tell(.declareGood("ranker", version: "1", by: Actor(user: nil, via: .api)))
        shift.served = ServingState(version: "2", generation: "b7", available: ["1", "2"])
        try shift.wait(.minutes(9))
        try shift.alerts([alert("p99", "p99 of ranker is above 2 s", .firing)])
        try shift.wait(.seconds(50))
        try shift.tell(.acknowledge(incident, by: "ana", via: .mail))
        try shift.wait(.seconds(70))
        try shift.tell(.planRollback(incident, to: nil, by: ana))
        try shift.wait(.seconds(25))
        try shift.tell(.approveRollback(incident, by: "ana", via: .slack, breakGlass: nil))
        try shift.wait(.minutes(5))
        try shift.tell(.note(incident, text: "Version 2 was trained on the wrong week.", by: ana))
        try shift.alerts([alert("p99", "p99 of ranker is above 2 s", .resolved)])
        try shift.wait(.hours(1))
    }

    /// Two ways back are tried, the first with a second person and the second without: one makes nothing better and is
    /// taken back, of the other nobody can say.
    private static func frozen(_ shift: inout NightShift) throws {
        shift.served = ServingState(version: "3", generation: "c0", available: ["1", "2", "3"])
        shift.checks = { version in
            [
                ServingCheck(.readiness, .passed, evidence: "version \(version) is ready and answers"),
                version == "1"
                    ? ServingCheck(.golden, .unknown, evidence: "no answer within 5 s")
                    : ServingCheck(.golden, .failed, evidence: "y is 0.9, not 0.5"),
                ServingCheck(.metric, .unknown, evidence: "the query has no answer"),
            ]
        }
        try shift.wait(.minutes(2))
        try shift.alerts([alert("drift", "Predictions of ranker drift", .firing, severity: .sev1)])
        try shift.wait(.minutes(2))
        try shift.tell(.acknowledge(incident, by: "ana", via: .push))
        try shift.tell(.planRollback(incident, to: "2", by: ana))
        try shift.wait(.seconds(20))
        try shift.tell(.approveRollback(incident, by: "ana", via: .slack, breakGlass: nil))
        try shift.wait(.minutes(3))
        try shift.tell(.approveRollback(incident, by: "ben", via: .console, breakGlass: nil))
        try shift.wait(.minutes(12))
        try shift.tell(.acknowledge(incident, by: "ana", via: .slack))
        try shift.tell(
            .note(incident, text: "Version 2 answers wrongly too. The fault is older than we thought.", by: ana))
        try shift.tell(.planRollback(incident, to: "1", by: ana))
        try shift.wait(.seconds(20))
        try shift.tell(.approveRollback(incident, by: "ana", via: .slack, breakGlass: "ben is on a plane | <now>"))
        try shift.wait(.minutes(14))
        try shift.tell(.acknowledge(incident, by: "ben", via: .console))
        try shift.wait(.minutes(20))
        try shift.tell(.resolve(incident, by: Actor(user: "ben", via: .console)))
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

    /// The configuration of that night.
    var directory: Directory {
        var directory = Self.house
        if self == .rolledBack {
            let matchers = [LabelMatcher(label: "model", value: "ranker")]
            directory.runbooks = [RunbookRule(id: "bad-canary", title: "A new version is bad", matches: [matchers])]
        }
        directory.services["ranker"]?.rollback =
            switch self {
            case .rolledBack:
                RollbackPolicy(
                    target: "model ranker at http://triton.example.com:8000", checks: [.readiness, .golden, .metric],
                    verify: .minutes(2))
            case .frozen:
                RollbackPolicy(
                    target: "model ranker at http://triton.example.com:8000", needsSecondPerson: true,
                    checks: [.readiness, .golden, .metric], verify: .minutes(2))
            case .simple, .storm, .reopened: nil
            }
        return directory
    }

    private static let house = Directory(
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
