import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// A small Tocsin that writes a true log: the core decides, every page is delivered, and each batch goes to a store.
public struct Story {
    public private(set) var core: Core
    public private(set) var now = Story.start
    public private(set) var chain = HashChain()
    private let store: any RecordStore
    private var lastTicket = 0

    public static let start = Instant(seconds: 1_790_000_000)

    public static let directory = Directory(
        version: 1,
        users: [
            "ana": .init(id: "ana", name: "Ana Souza", zone: "UTC", reachableBy: [.webhook, .inbox]),
            "ben": .init(id: "ben", name: "Ben Okafor", zone: "UTC"),
        ],
        roster: Roster(schedules: [:], zones: [:]),
        policies: [
            "ml": EscalationPolicy(
                id: "ml",
                steps: [
                    .init(page: [.user("ana")], wait: .minutes(5)), .init(page: [.user("ben")], wait: .minutes(10)),
                ])
        ],
        services: [
            "ranker": .init(id: "ranker", name: "Ranker", policy: "ml"),
            "search": .init(id: "search", name: "Search", policy: "ml"),
        ],
        routes: [.init(matchers: [.init(label: "app", value: "search")], service: "search")], unrouted: "ranker",
        lastResort: [.user("ben")], integrations: ["prod": .init(id: "prod")])

    /// Begins on an empty store.
    public init(in store: any RecordStore) throws {
        self.store = store
        core = Core(directory: Self.directory, version: "0.0.0-test", now: Self.start)
        try give(.recovered(Recovery()))
    }

    public mutating func fire(_ keys: String..., app: String = "ranker") throws {
        try submit(.alerts(keys.map { signal($0, .firing, app) }, unreadable: [], from: "prod"))
    }

    public mutating func resolve(_ keys: String..., app: String = "ranker") throws {
        try submit(.alerts(keys.map { signal($0, .resolved, app) }, unreadable: [], from: "prod"))
    }

    public mutating func tell(_ command: Command, request: RequestID? = nil) throws {
        try submit(.command(command, request: request))
    }

    public mutating func wait(_ duration: Duration) throws {
        let end = now + duration
        while let due = core.nextDeadline(), due <= end {
            now = max(now, due)
            try give(.tick)
        }
        now = end
    }

    public mutating func submit(_ submission: Submission) throws {
        lastTicket += 1
        try give(.submitted(Ticket(lastTicket), submission))
    }

    private func signal(_ key: String, _ status: AlertSignal.Status, _ app: String) -> AlertSignal {
        AlertSignal(
            alert: AlertKey(integration: "prod", key: key), status: status, episode: "1", severity: .sev2,
            title: "\(key) is down", summary: "\(key) has not answered for five minutes", labels: ["app": app],
            links: ["graph": "https://grafana.example.com/d/\(key)"])
    }

    private mutating func give(_ input: Input) throws {
        var effects = core.handle(input, now: now)
        while !effects.isEmpty {
            switch effects.removeFirst() {
            case .append(let batch):
                try store.append(chain.seal(batch.events), summaries: batch.summaries)
                effects += core.handle(.appended(batch: batch.number), now: now)
            case .begin(let transmission):
                let outcome = AttemptOutcome(.delivered, evidence: "200 OK")
                effects += core.handle(.attemptEnded(transmission.attempt, outcome), now: now)
            case .reply: break
            case .serve: preconditionFailure("nothing of this story is served by a model")
            case .recover, .alarm: preconditionFailure("a store that never fails is not recovered from")
            }
        }
    }
}
