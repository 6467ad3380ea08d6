import Crypto
import EngineCore
import Foundation
import Incidents
import Logging
import OnCall
import ServiceLifecycle
import Synchronization
import Timekeeping

/// Fetches the calendars of holidays that the configuration names by address, once a day, and records what they say as
/// time off of their people. What was last read stays when a calendar cannot be had.
public final class HolidayReading: Service {
    private struct Kept {
        let url: String
        let text: String
        let name: FetchedCalendar.Name
    }

    private struct State {
        var kept: [String: Kept] = [:]
        var due: [String: Instant] = [:]
        /// What was read last, by its digest: it is not read again for the entries that could not be.
        var read: [String: String] = [:]
    }

    public typealias Fetch = @Sendable (_ url: String, _ since: FetchedCalendar.Name?) async -> FetchedCalendar
    /// A calendar's text as time off of its people, who live in these zones; and what of it could not be read.
    public typealias Read =
        @Sendable (_ text: String, _ calendar: String, _ zones: [UserID: ZoneRules], _ now: Instant)
        -> (timeOff: [TimeOff], problems: [String])

    private let configuration: ConfigurationDesk
    private let fetch: Fetch
    private let read: Read
    private let jitter: @Sendable () -> Duration
    private let state = Mutex(State())
    private let turnstile = Turnstile()

    static let interval = Duration.hours(24)
    static let retry = Duration.hours(1)
    private static let longestSleep = Duration.minutes(1)
    /// Kept for a calendar that is not configured any more.
    private static let nothing = "none"

    private var engine: Engine { configuration.engine }

    /// - Parameter jitter: added to each wait, so that not everybody asks at once.
    public init(
        configuration: ConfigurationDesk, fetch: @escaping Fetch, read: @escaping Read,
        jitter: @escaping @Sendable () -> Duration = { .seconds(Int64.random(in: 0...3600)) }
    ) {
        self.configuration = configuration
        self.fetch = fetch
        self.read = read
        self.jitter = jitter
    }

    public func run() async throws {
        let (changes, feed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        engine.watch { events in
            let isNew = events.contains { if case .directoryApplied = $0.payload { true } else { false } }
            if isNew { feed.yield() }
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in changes { await self.look() } }
                group.addTask {
                    while !Task.isCancelled {
                        await self.look()
                        try? await Task.sleep(for: Self.longestSleep)
                    }
                }
            }
        }
    }

    /// Fetches what is due, and reads anew what is kept where people or their zones have changed.
    public func look() async {
        await turnstile.pass {
            let feeds = engine.configuration.holidayFeeds
            let names = Set(feeds.map(\.name))
            state.withLock { state in
                state.kept = state.kept.filter { names.contains($0.key) }
                state.due = state.due.filter { names.contains($0.key) }
            }
            configuration.calendars.withLock { $0 = $0.filter { names.contains($0.key) } }
            await forget(all: names)
            for feed in feeds { await look(at: feed) }
        }
    }

    private func look(at feed: HolidayFeed) async {
        let now = engine.now
        let (kept, due) = state.withLock { ($0.kept[feed.name], $0.due[feed.name]) }
        let known = kept.flatMap { $0.url == feed.url ? $0 : nil }
        if let due, now < due, known != nil || kept == nil {
            if let known { await record(feed, known.text) }
            return
        }
        switch await fetch(feed.url, known?.name) {
        case .text(let text, let name):
            plan(feed.name, Self.interval)
            state.withLock { $0.kept[feed.name] = Kept(url: feed.url, text: text, name: name) }
            await record(feed, text)
        case .unchanged:
            plan(feed.name, Self.interval)
            if let known { await record(feed, known.text) }
        case .failed(let reason):
            plan(feed.name, Self.retry)
            note(feed.name, "\(reason); what was last read stays")
        }
    }

    private func plan(_ name: String, _ wait: Duration) {
        let due = engine.now + wait + jitter()
        state.withLock { $0.due[name] = due }
    }

    /// Records what the text says of these people, if the log does not know it yet.
    private func record(_ feed: HolidayFeed, _ text: String) async {
        let directory = engine.read { $0.directory }
        let people = feed.users.filter { directory.users[$0] != nil }.sorted()
        let zones = Dictionary(uniqueKeysWithValues: Set(people).map { ($0, directory.zone(of: $0)) })
        let digest = Self.digest(text, people.map { "\($0) \(directory.users[$0]?.zone.rawValue ?? "")" }, zones)
        let isKnown = engine.read { $0.book.holidayDigests[feed.name] } == digest
        let wasRead = state.withLock { $0.read[feed.name] } == digest
        guard !wasRead, !isKnown || configuration.calendarTroubles[feed.name] != nil else { return }
        let (timeOff, problems) = read(text, feed.name, zones, engine.now)
        guard !timeOff.isEmpty || problems.isEmpty else {
            // A page that says "moved" must not give everybody their holidays back.
            state.withLock { $0.read[feed.name] = digest }
            return note(feed.name, "nothing in it could be read: \(problems[0])")
        }
        note(feed.name, problems.first.map { "\(problems.count) of its entries are left out: \($0)" })
        guard !isKnown else { return state.withLock { $0.read[feed.name] = digest } }
        let reply = await engine.submit(
            .command(.readHolidays(calendar: feed.name, digest: digest, timeOff), request: nil))
        switch reply {
        case .done:
            state.withLock { $0.read[feed.name] = digest }
            engine.log.notice("holidays read", metadata: ["calendar": "\(feed.name)"])
        case .refused(let refusal):
            state.withLock { $0.read[feed.name] = digest }
            note(feed.name, refusal.explanation)
        default: break  // looked at again within a minute
        }
    }

    private func note(_ name: String, _ trouble: String?) {
        let isNews = configuration.calendars.withLock { troubles in
            defer { troubles[name] = trouble.map(PlainText.printable) }
            return troubles[name] != trouble.map(PlainText.printable)
        }
        guard isNews, let trouble else { return }
        engine.log.warning(
            "a calendar of holidays is not as it should be",
            metadata: ["calendar": "\(name)", "reason": "\(PlainText.printable(trouble))"])
    }

    /// Calendars that were read once and are not configured any more hold nobody off.
    private func forget(all names: Set<String>) async {
        let old = engine.read { $0.book.holidayDigests }
        for (name, digest) in old.sorted(by: { $0.key < $1.key })
        where !names.contains(name) && digest != Self.nothing {
            _ = await engine.submit(
                .command(.readHolidays(calendar: name, digest: Self.nothing, []), request: nil))
        }
    }

    /// Over the text, whose it is and the rules of where they live.
    private static func digest(_ text: String, _ people: [String], _ zones: [UserID: ZoneRules]) -> String {
        var hash = SHA256()
        hash.update(data: Data("\(text.utf8.count):\(text)".utf8))
        for person in people { hash.update(data: Data("\(person)\n".utf8)) }
        return Hex.encode(hash.finalize())
    }
}
