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
    /// A calendar at its address: at another one nothing is known of it yet.
    private struct Place: Hashable {
        let name: String
        let url: String
    }

    private struct Kept {
        let text: String
        let name: FetchedCalendar.Name
    }

    /// All that the reading of a calendar depends on.
    private struct Question: Equatable {
        let text: String
        let users: [UserID]
        let directoryVersion: Int
        /// Zones that only the calendar names are looked up anew each day.
        let day: CivilDate
    }

    private struct State {
        var kept: [Place: Kept] = [:]
        var due: [Place: Instant] = [:]
        /// What was read last: it is not read again while nothing of it changes.
        var read: [Place: Question] = [:]
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
            let places = Set(feeds.map { Place(name: $0.name, url: $0.url) })
            state.withLock { state in
                state.kept = state.kept.filter { places.contains($0.key) }
                state.due = state.due.filter { places.contains($0.key) }
                state.read = state.read.filter { places.contains($0.key) }
            }
            configuration.calendars.withLock { $0 = $0.filter { names.contains($0.key) } }
            await forget(all: names)
            for feed in feeds { await look(at: feed) }
        }
    }

    private func look(at feed: HolidayFeed) async {
        let place = Place(name: feed.name, url: feed.url)
        let now = engine.now
        let (kept, due) = state.withLock { ($0.kept[place], $0.due[place]) }
        if let due, now < due {
            if let kept { await record(feed, kept.text) }
            return
        }
        switch await fetch(feed.url, kept?.name) {
        case .text(let text, let name):
            plan(place, Self.interval)
            state.withLock { $0.kept[place] = Kept(text: text, name: name) }
            await record(feed, text)
        case .unchanged:
            plan(place, Self.interval)
            if let kept { await record(feed, kept.text) }
        case .failed(let reason):
            plan(place, Self.retry)
            note(feed.name, "\(reason); what was last read stays")
        }
    }

    private func plan(_ place: Place, _ wait: Duration) {
        let due = engine.now + wait + jitter()
        state.withLock { $0.due[place] = due }
    }

    /// Records what the text says of these people, if the log does not know it yet.
    private func record(_ feed: HolidayFeed, _ text: String) async {
        let place = Place(name: feed.name, url: feed.url)
        let directory = engine.read { $0.directory }
        let today = ZoneRules.utc.civil(at: engine.now).date
        let question = Question(
            text: text, users: feed.users.filter { directory.users[$0] != nil }.sorted(),
            directoryVersion: directory.version, day: today)
        guard state.withLock({ $0.read[place] }) != question else { return }
        let zones = Dictionary(uniqueKeysWithValues: Set(question.users).map { ($0, directory.zone(of: $0)) })
        let (timeOff, problems) = read(text, feed.name, zones, Self.beginning(of: today))
        func isRead() { state.withLock { $0.read[place] = question } }
        guard !timeOff.isEmpty || problems.isEmpty else {
            // A page that says "moved" must not give everybody their holidays back.
            isRead()
            return note(feed.name, "nothing in it could be read: \(problems[0])")
        }
        note(feed.name, problems.first.map { "\(problems.count) of its entries are left out: \($0)" })
        let digest = Self.digest(timeOff)
        guard engine.read({ $0.book.holidayDigests[feed.name] }) != digest else { return isRead() }
        let reply = await engine.submit(
            .command(.readHolidays(calendar: feed.name, digest: digest, timeOff), request: nil))
        switch reply {
        case .done:
            isRead()
            engine.log.notice("holidays read", metadata: ["calendar": "\(feed.name)"])
        case .refused(let refusal):
            isRead()
            note(feed.name, refusal.explanation)
        default: break  // looked at again within a minute
        }
    }

    /// From where a calendar is read: the span moves once a year, so that it alone changes nothing from day to day.
    private static func beginning(of day: CivilDate) -> Instant {
        let first = CivilDate(year: day.year, month: 1, day: 1) ?? day
        return ZoneRules.utc.firstInstant(of: CivilDateTime(date: first, time: .midnight))
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

    /// Over who is off when and why, and nothing else: not the order, nor when the calendar says it was written.
    private static func digest(_ timeOff: [TimeOff]) -> String {
        let days = timeOff.map { day in
            var title = ""
            if case .holiday(_, let name) = day.source { title = name }
            return (day.user, day.from, day.until, title)
        }
        var hash = SHA256()
        for (user, from, until, title) in days.sorted(by: <) {
            for text in [user.rawValue, title] { hash.update(data: Data("\(text.utf8.count):\(text)".utf8)) }
            hash.update(data: Data("\(from.milliseconds)-\(until.milliseconds)\n".utf8))
        }
        return Hex.encode(hash.finalize())
    }
}
