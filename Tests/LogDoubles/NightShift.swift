import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// A Tocsin with pagers that take time and may fail, a serving layer that does as it is told, and a log in memory: for
/// telling the story of one night and keeping its log.
public struct NightShift {
    public private(set) var core: Core
    public private(set) var now: Instant
    public let store = MemoryStore()
    private var chain = HashChain()
    private var lastTicket = 0
    private var pending: [(due: Instant, input: Input)] = []
    /// What comes of an attempt, and after how long.
    public var outcome: (Transmission) -> (Duration, AttemptOutcome) = { _ in
        (.milliseconds(400), AttemptOutcome(.delivered, evidence: "200 OK"))
    }

    /// What is served. Somebody may put another version there.
    public var served = ServingState(version: "1", generation: "a1", available: ["1"])
    /// How a version that is served does.
    public var checks: (String) -> [ServingCheck] = { _ in [] }

    public init(_ directory: Directory, at start: Instant) throws {
        core = Core(directory: directory, version: "1.0.0", now: start)
        now = start
        try give(.recovered(Recovery()))
    }

    /// - Returns: what was answered, if it was answered at once.
    @discardableResult
    public mutating func alerts(_ signals: [AlertSignal], from integration: IntegrationID = "prometheus") throws
        -> Reply?
    {
        try submit(.alerts(signals, unreadable: [], from: integration))
    }

    @discardableResult
    public mutating func tell(_ command: Command) throws -> Reply? { try submit(.command(command, request: nil)) }

    public mutating func wait(_ duration: Duration) throws {
        let end = now + duration
        while true {
            let next = pending.enumerated().min { ($0.element.due, $0.offset) < ($1.element.due, $1.offset) }
            let deadline = core.nextDeadline().map { max($0, now) }
            if let next, next.element.due <= end, deadline.map({ next.element.due <= $0 }) ?? true {
                pending.remove(at: next.offset)
                now = max(now, next.element.due)
                try give(next.element.input)
            } else if let deadline, deadline <= end {
                now = deadline
                try give(.tick)
            } else {
                break
            }
        }
        now = end
    }

    private mutating func submit(_ submission: Submission) throws -> Reply? {
        lastTicket += 1
        return try give(.submitted(Ticket(lastTicket), submission))[Ticket(lastTicket)]
    }

    @discardableResult
    private mutating func give(_ input: Input) throws -> [Ticket: Reply] {
        var replies: [Ticket: Reply] = [:]
        var effects = core.handle(input, now: now)
        while !effects.isEmpty {
            switch effects.removeFirst() {
            case .append(let batch):
                try store.append(chain.seal(batch.events), summaries: batch.summaries)
                effects += core.handle(.appended(batch: batch.number), now: now)
            case .begin(let transmission):
                let (wait, outcome) = outcome(transmission)
                pending.append((now + wait, .attemptEnded(transmission.attempt, outcome)))
            case .serve(let call):
                let (wait, answer) = serve(call)
                pending.append((now + wait, .servingAnswered(call.number, answer)))
            case .reply(let ticket, let reply): replies[ticket] = reply
            case .recover, .alarm: preconditionFailure("a store that never fails is not recovered from")
            }
        }
        return replies
    }

    /// What is seen is what was there when it was asked.
    private mutating func serve(_ call: ServingCall) -> (Duration, ServingAnswer) {
        switch call.kind {
        case .observe: return (.milliseconds(180), .observed(.seen(served)))
        case .check(let version): return (.milliseconds(650), .checked(checks(version)))
        case .change(let change):
            guard served == change.expected else {
                return (.seconds(1), .changed(ServingOutcome(.changedUnderneath, evidence: "409", state: served)))
            }
            served = ServingState(
                version: change.to, generation: "\(served.generation)-\(change.to)", available: served.available)
            let evidence = "200, and version \(change.to) is ready"
            return (.seconds(8), .changed(ServingOutcome(.applied, evidence: evidence, state: served)))
        }
    }
}
