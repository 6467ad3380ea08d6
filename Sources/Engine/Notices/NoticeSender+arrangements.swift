import EngineCore
import Incidents
import OnCall
import Synchronization
import Timekeeping

/// What people arranged, told to those whom it concerns.
extension NoticeSender {
    /// Tells those whom these events concern; never somebody of their own doing.
    public func tell(_ events: [Event]) async { await turnstile.pass { await tellAlone(events) } }

    func tellAlone(_ events: [Event]) async {
        guard !events.isEmpty else { return }
        let (directory, amendments) = engine.read { ($0.directory, $0.book.amendments) }
        let writer = NoticeWriter(engine, directory, amendments)
        for event in events {
            // Of whatever this does to whom is on call, these know.
            var knowing = Set(event.payload.authors)
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
            case .timeOffAdded(let e): knowing.formUnion(await tellCovers(of: e, writer, directory, amendments))
            default: break
            }
            await tellAtOnce(event.payload, knowing, writer, directory)
        }
    }

    /// Answers whom it told.
    private func tellCovers(
        of event: TimeOffAdded, _ writer: NoticeWriter, _ directory: Directory, _ amendments: Amendments
    ) async -> [UserID] {
        let from = max(event.timeOff.from, engine.now)
        let covers = directory.roster.covers(
            of: event.timeOff.user, in: directory.pagedSchedules, from: from,
            until: min(event.timeOff.until, from + Self.coversTold), amendments: amendments)
        let told = Dictionary(grouping: covers, by: \.user).sorted { $0.key < $1.key }
            .filter { $0.key != event.by.user }
        for (user, own) in told { await send(writer.willStandIn(own), to: user, directory) }
        return told.map(\.key)
    }

    /// Tells those whom a change puts on call now, or takes off. What it does to the time until they would be told
    /// anyway is found by looking, like what was planned long ago; so whoever knows already is noted as told.
    private func tellAtOnce(
        _ payload: EventPayload, _ knowing: Set<UserID>, _ writer: NoticeWriter, _ directory: Directory
    ) async {
        let (old, new) = state.withLock { state in
            let old = (roster: state.roster, amendments: state.amendments)
            if case .directoryApplied = payload { state.roster = directory.roster }
            if !state.amendments.follows(payload) { state.amendments.follow(payload) }
            return (old, (roster: state.roster, amendments: state.amendments))
        }
        guard old != new else { return }
        let now = engine.now
        for schedule in directory.handoffLeads.filter({ $0.value > .zero }).keys.sorted() {
            let moved = HandoffNotice(schedule, from: old, to: new, now: now)?.without(knowing)
            if let moved { await tell(moved, writer, directory) }
        }
        guard !knowing.isEmpty else { return }
        let before = notices(directory, old.roster, old.amendments, now).due
        for notice in notices(directory, new.roster, new.amendments, now).due {
            let same = before.first { $0.schedule == notice.schedule && $0.at == notice.at }
            if let known = notice.only(knowing, notIn: same) { _ = await record(known) }
        }
    }
}

extension EventPayload {
    /// Who did it, or agreed to it.
    fileprivate var authors: [UserID] {
        switch self {
        case .overrideAdded(let e):
            if e.override.origin != nil, case .replace(let user, let other) = e.override.kind {
                [user, other]
            } else {
                [e.override.by].compactMap(\.self)
            }
        case .overrideRemoved(let e): [e.by.user].compactMap(\.self)
        case .timeOffAdded(let e): [e.by.user].compactMap(\.self)
        case .timeOffRemoved(let e): [e.by.user].compactMap(\.self)
        default: []
        }
    }
}

extension Amendments {
    /// Whether that override or absence is among them already.
    fileprivate func follows(_ payload: EventPayload) -> Bool {
        switch payload {
        case .overrideAdded(let e): overrides.contains { $0.id == e.override.id }
        case .timeOffAdded(let e): timeOff.contains { $0.source == e.timeOff.source }
        default: false
        }
    }
}
