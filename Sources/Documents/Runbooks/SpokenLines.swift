import Commands
import Incidents
import OnCall
import Timekeeping

/// Reads the lines that a runbook tells people to say in chat, as the command grammar does.
///
/// A runbook knows no incident, so it speaks of INC-42, of one of the services. Without a configuration there are the
/// service `ranker`, ana and ben, and the schedule `primary`.
struct SpokenLines {
    private let scenes: [Scene]

    init(_ directory: Directory?) {
        let directory = directory ?? Self.sample
        scenes = [.triggered, .acknowledged, .resolved].map { Self.scene($0, directory) }
    }

    /// What is wrong with the line; nil when it is understood while INC-42 is open, or when it is resolved.
    func trouble(with line: String) -> (what: String, hint: String)? {
        var line = line
        for prefix in ["/tocsin ", "tocsin ", "@tocsin "] where line.hasPrefix(prefix) {
            line = String(line.dropFirst(prefix.count))
        }
        var trouble: (what: String, hint: String)?
        for scene in scenes {
            switch CommandReader().read(line, in: scene) {
            case .order: return nil
            case .choose(let question, _): trouble = trouble ?? (question, "Say exactly which.")
            case .wrong(let what, let hint): trouble = trouble ?? (what, hint ?? "")
            }
        }
        return trouble.map { ($0.what.withoutFullStop, $0.hint) }
    }

    private static func scene(_ state: Incident.State, _ directory: Directory) -> Scene {
        let now = Instant(seconds: 1_790_000_000)
        let speaker = directory.users.keys.min()
        return Scene(
            speaker: speaker, zone: .utc, now: now, directory: directory,
            incidents: [
                KnownIncident(
                    id: Incident.ID(42), service: directory.services.keys.min() ?? directory.unrouted,
                    title: "p99 is high", severity: .sev1, state: state, owner: state == .triggered ? nil : speaker,
                    openedAt: now - .minutes(20))
            ])
    }

    private static let sample = Directory(
        users: [
            "ana": Directory.User(id: "ana", name: "Ana", zone: "UTC"),
            "ben": Directory.User(id: "ben", name: "Ben", zone: "UTC"),
        ],
        roster: Roster(
            schedules: [
                "primary": Schedule(
                    id: "primary", zone: "UTC",
                    plan: .layers([
                        Layer(
                            name: "week", eras: [Era(people: ["ana", "ben"])], turn: .weeks(1),
                            handoff: Handoff(time: CivilTime("09:00")!), restrictions: [])
                    ]))
            ], zones: ["UTC": .utc]),
        policies: ["ml": EscalationPolicy(id: "ml", steps: [.init(page: [.user("ana")], wait: .minutes(5))])],
        services: ["ranker": Directory.Service(id: "ranker", policy: "ml")], unrouted: "ranker",
        lastResort: [.user("ana")])
}

extension String {
    fileprivate var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
