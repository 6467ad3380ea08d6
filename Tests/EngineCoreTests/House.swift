import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// A core with a log that always works and pagers that always deliver: what is said is carried out before it returns.
struct House {
    static let start = CoreTests.start
    static let room = ChatRoom(platform: "slack", name: "#ops")

    var core: Core
    private(set) var log: [Event] = []
    private(set) var now = start
    private var tickets = 0
    private let directory: Directory
    /// What serves the only service.
    var layer = ModelLayer()

    init(_ directory: Directory = Self.directory) {
        self.directory = directory
        core = Core(directory: directory, version: "test", now: Self.start)
        restart()
    }

    static var directory: Directory {
        var directory = CoreTests.directory()
        directory.users["dee"] = Directory.User(id: "dee", name: "Dee", zone: "UTC", reachableBy: [])
        return directory
    }

    var incident: Incident { core.book.incidents[Incident.ID(1)]! }

    /// A new process reads the log.
    mutating func restart() {
        var recovery = Recovery()
        for event in log { recovery.fold(event) }
        core = Core(directory: directory, version: "test", now: now)
        _ = settle(.recovered(recovery))
    }

    mutating func say(_ command: Command, request: RequestID? = nil) -> Reply? {
        tickets += 1
        return settle(.submitted(Ticket(tickets), .command(command, request: request)))[Ticket(tickets)]
    }

    mutating func alert(_ key: String, group: String? = nil, labels: [String: String] = [:]) {
        tickets += 1
        var signal = CoreTests.alert(key, group: group)
        signal.labels = labels
        _ = settle(.submitted(Ticket(tickets), .alerts([signal], unreadable: [], from: "prod")))
    }

    mutating func pass(_ wait: Duration) {
        let end = now + wait
        while let next = core.nextDeadline(), next <= end {
            now = max(now, next)
            _ = settle(.tick)
        }
        now = end
    }

    /// What serves answers after all, and nobody has looked at the time meanwhile: a log was slow.
    mutating func answer(_ call: ServingCall, late wait: Duration) {
        now = now + wait
        var talking = layer
        talking.isSilent = false
        guard let answer = talking.answer(call) else { return }
        _ = settle(.servingAnswered(call.number, answer))
    }

    /// What serves answers while the log is being read anew, and then it is read.
    mutating func answerWhileLogIsAway(_ call: ServingCall, _ wait: Duration) {
        _ = settle(.logUnwritable)
        var talking = layer
        talking.isSilent = false
        guard let answer = talking.answer(call) else { return }
        _ = settle(.servingAnswered(call.number, answer))
        now = now + wait
        var recovery = Recovery()
        for event in log { recovery.fold(event) }
        _ = settle(.recovered(recovery))
    }

    mutating func stepClock(by step: Duration) {
        now = now + step
        _ = settle(.clockStepped(by: step))
    }

    private mutating func settle(_ input: Input) -> [Ticket: Reply] {
        var effects = core.handle(input, now: now)
        var replies: [Ticket: Reply] = [:]
        while !effects.isEmpty {
            replies.merge(effects.replies) { $1 }
            var next: [Effect] = []
            for batch in effects.batches {
                log += batch.events
                next += core.handle(.appended(batch: batch.number), now: now)
            }
            for transmission in effects.begun {
                let outcome = AttemptOutcome(.delivered, evidence: "read")
                next += core.handle(.attemptEnded(transmission.attempt, outcome), now: now)
            }
            for case .serve(let call) in effects {
                guard let answer = layer.answer(call) else { continue }
                next += core.handle(.servingAnswered(call.number, answer), now: now)
            }
            effects = next
        }
        return replies
    }
}
