import EngineCore
import Incidents
import Logging
import Metrics
import OnCall
import ServiceLifecycle
import Synchronization
import Timekeeping

/// Tells people what concerns them about being on call, quietly: that a shift begins or ends, that they are asked to
/// cover or were answered, that they stand in for somebody who is off.
///
/// Handoffs are told at most once, across restarts: that one is told is recorded before it is sent. A change of which
/// people were told and that changes again is not told a second time. The others are sent when what they are about is
/// recorded, and not repeated after a crash. What nobody could be told in time is never told late.
public final class NoticeSender: Service {
    private struct State {
        /// Requests for cover that are not answered yet, as they were made.
        var requests: [Int: CoverRequest] = [:]
        /// Stand-ins were told a day ahead of everything up to then.
        var toldUntil: Instant
    }

    private let engine: Engine
    private let pagers: [ContactMethod: any Pager]
    private let state: Mutex<State>

    /// Before the shift of somebody who stands in for somebody else.
    static let standInLead = Duration.hours(24)
    /// The wall clock may be set meanwhile, and then what is due differs.
    private static let longestSleep = Duration.seconds(60)
    /// How far ahead of an absence its stand-ins are told when it is recorded.
    static let coversTold = Duration.days(90)

    private let turnstile = Turnstile()

    /// - Parameter pagers: SMS and calls among them are not used.
    public init(engine: Engine, pagers: [ContactMethod: any Pager]) {
        self.engine = engine
        self.pagers = pagers
        let requests = engine.read { $0.book.coverRequests }
        state = Mutex(State(requests: requests, toldUntil: engine.now + Self.standInLead))
    }

    public func run() async throws {
        let (batches, feed) = AsyncStream.makeStream(of: [Event].self, bufferingPolicy: .bufferingNewest(1000))
        engine.watch { events in
            let arrangements = events.filter { Self.concerns($0.payload) }
            if !arrangements.isEmpty { feed.yield(arrangements) }
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await events in batches {
                        await self.tell(events)
                        _ = await self.look()
                    }
                }
                group.addTask {
                    while !Task.isCancelled {
                        let next = await self.look()
                        let pause = next.map { min($0 - self.engine.now, Self.longestSleep) } ?? Self.longestSleep
                        try? await Task.sleep(for: max(pause, .milliseconds(100)))
                    }
                }
            }
        }
    }

    private static func concerns(_ payload: EventPayload) -> Bool {
        switch payload {
        case .overrideAdded, .overrideRemoved, .timeOffAdded, .timeOffRemoved, .coverRequested, .coverAnswered,
            .coverWithdrawn, .directoryApplied:
            true
        default: false
        }
    }

    // MARK: Handoffs

    /// Tells what is due now. Answers when to look again, as things stand.
    @discardableResult
    public func look() async -> Instant? {
        // One at a time: what is due must be read after the last one has recorded what it told.
        await turnstile.pass { await lookAlone() }
    }

    private func lookAlone() async -> Instant? {
        let now = engine.now
        let (directory, amendments, told) = engine.read { ($0.directory, $0.book.amendments, $0.book.toldHandoffs) }
        let zones = Dictionary(uniqueKeysWithValues: directory.users.keys.map { ($0, directory.zone(of: $0)) })
        let plan = HandoffNotices(
            roster: directory.roster, amendments: amendments, leads: directory.handoffLeads, told: told, zones: zones,
            now: now)
        let writer = NoticeWriter(engine, directory, amendments)
        for handoff in plan.due {
            let command = Command.tellHandoff(
                handoff.schedule, at: handoff.at, incoming: handoff.incoming, outgoing: handoff.outgoing)
            guard case .done = await engine.submit(.command(command, request: nil)) else { continue }
            for user in handoff.incoming { await send(writer.goesOn(user, handoff), to: user, directory) }
            for user in handoff.outgoing { await send(writer.goesOff(user, handoff), to: user, directory) }
        }
        await tellStandIns(writer, directory, amendments, now)
        return plan.nextDue
    }

    /// A day ahead, and again an hour ahead as everybody.
    private func tellStandIns(
        _ writer: NoticeWriter, _ directory: Directory, _ amendments: Amendments, _ now: Instant
    ) async {
        let until = now + Self.standInLead
        let from = state.withLock { state in
            defer { state.toldUntil = max(state.toldUntil, until) }
            return state.toldUntil
        }
        guard from < until else { return }
        for schedule in directory.pagedSchedules {
            // Only those that begin in the stretch just come into view; it is short, so this costs little.
            let shifts = directory.roster.shifts(
                schedule, from: from - .milliseconds(1), until: until, amendments: amendments)
            let absent = Set(shifts.filter { $0.from >= from }.flatMap(\.duties).compactMap(\.standsInFor))
            for user in absent.sorted() {
                let covers = directory.roster.covers(
                    of: user, in: [schedule], from: from - .milliseconds(1), until: until + .days(14),
                    amendments: amendments)
                for cover in covers where from <= cover.from && cover.from < until {
                    await send(writer.standsIn(cover), to: cover.user, directory)
                }
            }
        }
    }

    // MARK: What was arranged

    /// Tells those whom these events concern; never somebody of their own doing.
    public func tell(_ events: [Event]) async {
        let (directory, amendments) = engine.read { ($0.directory, $0.book.amendments) }
        let writer = NoticeWriter(engine, directory, amendments)
        for event in events {
            switch event.payload {
            case .coverRequested(let e):
                state.withLock { $0.requests[e.request.id] = e.request }
                for user in directory.people(askedBy: e.request) where user != e.request.by.user {
                    await send(writer.asked(e.request), to: user, directory)
                }
            case .coverAnswered(let e):
                let request = state.withLock { state in
                    e.accepted ? state.requests.removeValue(forKey: e.id) : state.requests[e.id]
                }
                guard let request, request.user != e.by else { continue }
                await send(writer.answered(request, accepted: e.accepted, by: e.by), to: request.user, directory)
            case .coverWithdrawn(let e): state.withLock { _ = $0.requests.removeValue(forKey: e.id) }
            case .timeOffAdded(let e): await tellCovers(of: e, writer, directory, amendments)
            default: break
            }
        }
    }

    private func tellCovers(
        of event: TimeOffAdded, _ writer: NoticeWriter, _ directory: Directory, _ amendments: Amendments
    ) async {
        let from = max(event.timeOff.from, engine.now)
        let covers = directory.roster.covers(
            of: event.timeOff.user, in: directory.pagedSchedules, from: from,
            until: min(event.timeOff.until, from + Self.coversTold), amendments: amendments)
        for (user, own) in Dictionary(grouping: covers, by: \.user).sorted(by: { $0.key < $1.key })
        where user != event.by.user {
            await send(writer.willStandIn(own), to: user, directory)
        }
    }

    // MARK: Ways

    /// By the first of the person's quiet methods that takes it.
    private func send(_ draft: NoticeDraft, to user: UserID, _ directory: Directory) async {
        guard let person = directory.users[user] else { return }
        for method in person.quietMethods {
            guard let pager = pagers[method] else { continue }
            let notice = draft.notice(for: person, directory.zone(of: user), at: engine.now)
            let outcome = await withCheckedContinuation { continuation in
                pager.send(notice, to: nil) { continuation.resume(returning: $0) }
            }
            switch outcome.result {
            // In doubt counts as told: nobody needs to hear twice that a shift begins.
            case .sent, .delivered, .inDoubt: return Self.count(draft.kind, "sent")
            case .failedForNow, .failedForGood, .notSent:
                engine.log.notice(
                    "a notice did not get through", metadata: ["user": "\(user)", "method": "\(method)"])
            }
        }
        Self.count(draft.kind, "failed")
        engine.log.warning("nobody could be told", metadata: ["user": "\(user)", "kind": "\(draft.kind.rawValue)"])
    }

    private static func count(_ kind: Notice.Kind, _ outcome: String) {
        Counter(
            label: "tocsin_notices_total", dimensions: [("kind", kind.rawValue), ("outcome", outcome)]
        ).increment()
    }
}

extension Shift.Assignment {
    /// Who is off, so that this person is on call.
    fileprivate var standsInFor: UserID? {
        if case .timeOffCover(let absent, _) = reason { absent } else { nil }
    }
}

extension Directory.User {
    /// Methods that do not ring, in the order of the person's own rules for low urgency, then mail, chat, push and the
    /// rest.
    var quietMethods: [ContactMethod] {
        let quiet: [ContactMethod] = [.mail, .chat, .push, .inbox]
        var methods: [ContactMethod] = []
        for method in plan(for: .low).map(\.method) + quiet
        where quiet.contains(method) && reachableBy.contains(method) && !methods.contains(method) {
            methods.append(method)
        }
        return methods
    }
}
