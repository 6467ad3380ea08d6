import EngineCore
import Incidents
import OnCall
import Synchronization
import Timekeeping

/// Takes up a configuration that was changed, for whoever says `tocsin apply` or sends SIGHUP: one at a time, and whole
/// or not at all. One that would change who is on call now is taken up only when that is accepted (S4).
public final class ConfigurationDesk: Sendable {
    let engine: Engine
    let book: ContactBook
    private let read: @Sendable () throws -> Configuration
    private let adopted: @Sendable (Configuration) -> Void
    let zoneSource: ZoneSource?
    let zones: Mutex<ZoneState>
    let calendars = Mutex<[String: String]>([:])
    private let turnstile = Turnstile()
    private let notes = Mutex<[ConfigurationNews]>([])

    /// - Parameters:
    ///   - read: reads the configuration anew; throws `ConfigurationTrouble` when it is not valid.
    ///   - zones: the tz database; nil means that nobody looks whether it changes.
    ///   - adopted: takes up what lies outside the engine, after it is in force.
    public init(
        engine: Engine, book: ContactBook, read: @escaping @Sendable () throws -> Configuration,
        zones: ZoneSource? = nil, adopted: @escaping @Sendable (Configuration) -> Void = { _ in }
    ) {
        self.engine = engine
        self.book = book
        self.read = read
        self.adopted = adopted
        zoneSource = zones
        self.zones = Mutex(ZoneState(version: zones?.version()))
    }

    public enum Answer: Sendable {
        case applied(ConfigurationChange)
        /// It would put others on call now, and that was not accepted. Nothing was applied.
        case refused([DutyChange])
        /// What is wrong, as `tocsin check` says it. Nothing was applied.
        case invalid([String])
        /// Nothing can be recorded at the moment, so nothing was applied.
        case unavailable(retryAfter: Duration)
    }

    /// Reads the configuration anew and puts it in force.
    ///
    /// Only what was written counts for the refusal: if new rules of a time zone alone move somebody, that is the
    /// world's doing. It is taken up, and said.
    public func apply(accept: Bool) async -> Answer {
        await lookAtZones()
        return await turnstile.pass {
            let new: Configuration
            do {
                new = try read()
            } catch let trouble as ConfigurationTrouble {
                return .invalid(trouble.problems)
            } catch {
                return .invalid(["\(error)"])
            }
            let written = dutyChanges(
                to: new.directory.roster.under(zones: engine.configuration.directory.roster.zones))
            guard written.isEmpty || accept else { return .refused(written) }
            return await putInForce(new)
        }
    }

    /// The schedules that this roster would answer otherwise now.
    public func dutyChanges(to roster: Roster) -> [DutyChange] {
        let (old, amendments) = engine.read { ($0.directory.roster, $0.book.amendments) }
        return DutyChange.all(from: old, to: roster, at: engine.now, amendments: amendments)
    }

    /// The schedules in which others are on call now than by that roster.
    public func dutyChanges(since roster: Roster) -> [DutyChange] {
        let (new, amendments) = engine.read { ($0.directory.roster, $0.book.amendments) }
        return DutyChange.all(from: roster, to: new, at: engine.now, amendments: amendments)
    }

    /// Does something with the configuration as its files say it, while nobody else changes it.
    func alone<T: Sendable>(_ body: (Configuration) async -> T) async -> T {
        await turnstile.pass { await body(book.configuration) }
    }

    /// Only while alone.
    func putInForce(_ new: Configuration) async -> Answer {
        let before = engine.configuration
        let moved = dutyChanges(to: new.directory.roster)
        switch await book.adopt(new, in: engine) {
        case .done: break
        case .unavailable(let wait): return .unavailable(retryAfter: wait)
        case .already, .refused, .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded:
            return .unavailable(retryAfter: .seconds(5))
        }
        let change = ConfigurationChange(from: before, to: engine.configuration, moved: moved)
        adopted(engine.configuration)
        if !moved.isEmpty { note(moved.map { "\($0.sentence(isDone: true))." }) }
        return .applied(change)
    }

    /// Calendars of holidays that cannot be had or read as they should, each with a clause that says why.
    public var calendarTroubles: [String: String] { calendars.withLock { $0 } }

    // MARK: What people should hear of

    /// Keeps sentences for the pages of the console, for a week.
    public func note(_ lines: [String]) {
        let now = engine.now
        notes.withLock { notes in
            notes.removeAll { $0.at < now - ConfigurationNews.life }
            notes = Array((notes + [ConfigurationNews(at: now, lines: lines)]).suffix(ConfigurationNews.most))
        }
    }

    /// Of the last week, the latest first.
    public var news: [ConfigurationNews] {
        let since = engine.now - ConfigurationNews.life
        return notes.withLock { $0 }.filter { $0.at >= since }.reversed()
    }
}

/// What a change of the configuration, or of the rules it is read under, did to who is on call.
public struct ConfigurationNews: Sendable, Hashable {
    public let at: Instant
    /// Whole sentences.
    public let lines: [String]

    static let life = Duration.days(7)
    static let most = 20
}

/// Everything that is wrong with a configuration, one line each, as `tocsin check` prints them.
public struct ConfigurationTrouble: Error, Sendable, Hashable {
    public let problems: [String]

    public init(problems: [String]) { self.problems = problems }
}

extension Roster {
    /// Read under these rules, where they have the zone.
    func under(zones known: [ZoneID: ZoneRules]) -> Roster {
        Roster(schedules: schedules, zones: zones.merging(known) { $1 })
    }
}
