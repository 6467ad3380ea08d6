import EngineCore
import Incidents
import Logging
import Metrics
import OnCall
import ServiceLifecycle
import Synchronization
import Timekeeping

/// Tells people what concerns them about being on call, quietly: that a shift begins or ends, that they are asked to
/// cover or were answered, that they stand in for somebody who is off, and in the morning what of low urgency nobody has.
///
/// Handoffs are told to each person at most once, across restarts: that they are told is recorded before it is sent.
/// Whoever is put on call by somebody else for time that begins within the notice time, or now, is told at once, and
/// so is whoever is taken off. The others are sent when what they are about is recorded, and not repeated after a
/// crash. What nobody could be told in time is never told late.
public final class NoticeSender: Service {
    struct State {
        /// Requests for cover that are not answered yet, as they were made.
        var requests: [Int: CoverRequest] = [:]
        /// Stand-ins were told a day ahead of everything up to then.
        var toldUntil: Instant
        /// Recorded and not looked at yet, in order.
        var news: [Event] = []
        /// The plan and what lay over it, up to what was looked at.
        var roster: Roster
        var amendments: Amendments
    }

    let engine: Engine
    private let pagers: [ContactMethod: any Pager]
    let state: Mutex<State>

    /// Before the shift of somebody who stands in for somebody else.
    static let standInLead = Duration.hours(24)
    /// The wall clock may be set meanwhile, and then what is due differs.
    private static let longestSleep = Duration.seconds(60)
    /// How far ahead of an absence its stand-ins are told when it is recorded.
    static let coversTold = Duration.days(90)

    let turnstile = Turnstile()

    /// - Parameter pagers: SMS and calls among them are not used.
    public init(engine: Engine, pagers: [ContactMethod: any Pager]) {
        self.engine = engine
        self.pagers = pagers
        let (book, roster) = engine.read { (($0.book.coverRequests, $0.book.amendments), $0.directory.roster) }
        state = Mutex(
            State(
                requests: book.0, toldUntil: engine.now + Self.standInLead, roster: roster, amendments: book.1))
    }

    public func run() async throws {
        let (news, feed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        engine.watch { events in
            let arrangements = events.filter { Self.concerns($0.payload) }
            guard !arrangements.isEmpty else { return }
            self.state.withLock { $0.news += arrangements }
            feed.yield()
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in news { await self.look() } }
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
            .coverWithdrawn, .holidaysRead, .directoryApplied:
            true
        default: false
        }
    }

    // MARK: Handoffs

    /// Tells what was arranged and what is due now. Answers when to look again, as things stand.
    @discardableResult
    public func look() async -> Instant? {
        // One at a time: what is due must be read after the last one has recorded what it told.
        await turnstile.pass { await lookAlone() }
    }

    private func lookAlone() async -> Instant? {
        // What begins while the news are told is told too, a little late.
        let now = engine.now
        let news = state.withLock { state in
            defer { state.news = [] }
            return state.news
        }
        await tellAlone(news)
        let (directory, amendments) = engine.read { ($0.directory, $0.book.amendments) }
        let plan = notices(directory, directory.roster, amendments, now)
        let writer = NoticeWriter(engine, directory, amendments)
        for handoff in plan.due { await tell(handoff, writer, directory) }
        await tellStandIns(writer, directory, amendments, now)
        await tellDigests(writer, directory)
        return plan.nextDue
    }

    func notices(
        _ directory: Directory, _ roster: Roster, _ amendments: Amendments, _ now: Instant
    ) -> HandoffNotices {
        let zones = Dictionary(uniqueKeysWithValues: directory.users.keys.map { ($0, directory.zone(of: $0)) })
        return HandoffNotices(
            roster: roster, amendments: amendments, leads: directory.handoffLeads,
            told: engine.read { $0.book.toldHandoffs }, zones: zones, now: now)
    }

    func tell(_ handoff: HandoffNotice, _ writer: NoticeWriter, _ directory: Directory) async {
        guard await record(handoff) else { return }
        for user in handoff.incoming { await send(writer.goesOn(user, handoff), to: user, directory) }
        for user in handoff.outgoing { await send(writer.goesOff(user, handoff), to: user, directory) }
    }

    /// Whether it is recorded that they know.
    func record(_ handoff: HandoffNotice) async -> Bool {
        let command = Command.tellHandoff(
            handoff.schedule, at: handoff.at, incoming: handoff.incoming, outgoing: handoff.outgoing)
        guard case .done = await engine.submit(.command(command, request: nil)) else { return false }
        return true
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

    // MARK: Ways

    /// By the first of the person's quiet methods that takes it.
    func send(_ draft: NoticeDraft, to user: UserID, _ directory: Directory) async {
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
