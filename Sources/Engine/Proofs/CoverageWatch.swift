import EngineCore
import Incidents
import Logging
import OnCall
import ServiceLifecycle
import Synchronization
import Timekeeping

/// Proves the schedules that are paged for the months ahead whenever something changes who is on call. A hole that
/// holidays, a configuration or new rules of a time zone bring is said once, in the log and on the console. One that a
/// person makes was said to them already.
public final class CoverageWatch: Service {
    private let configuration: ConfigurationDesk
    /// Holes that were there or were said, by schedule.
    private let known: Mutex<[ScheduleID: [DutyChart.Stretch]]>
    private let turnstile = Turnstile()

    /// How far ahead it looks.
    public static let horizon = Duration.days(90)

    private var engine: Engine { configuration.engine }

    /// What is a hole already is not said.
    public init(_ configuration: ConfigurationDesk) {
        self.configuration = configuration
        known = Mutex(Self.stretches(Self.proofs(configuration.engine)))
    }

    public func run() async throws {
        let (changes, feed) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1000))
        engine.watch { events in
            let changes = events.compactMap { Self.change($0.payload) }
            if !changes.isEmpty { feed.yield(changes.contains(true)) }
        }
        await cancelWhenGracefulShutdown {
            for await isOthersDoing in changes { await self.look(saying: isOthersDoing) }
        }
    }

    /// Nil for what moves nobody; whether it is to be said that it leaves a hole.
    private static func change(_ payload: EventPayload) -> Bool? {
        switch payload {
        case .holidaysRead, .directoryApplied: true
        case .overrideAdded, .overrideRemoved, .timeOffAdded, .timeOffRemoved: false
        default: nil
        }
    }

    /// Looks for holes that were not there before.
    public func look(saying isSaid: Bool = true) async { await turnstile.pass { await prove(isSaid) } }

    @concurrent private func prove(_ isSaid: Bool) async {
        let proofs = Self.proofs(engine)
        let before = known.withLock { known in
            defer { known = Self.stretches(proofs) }
            return known
        }
        guard isSaid else { return }
        let directory = engine.read { $0.directory }
        let words = HoleWords(directory)
        let lines = proofs.compactMap { proof -> String? in
            let old = before[proof.schedule] ?? []
            let new = proof.holes.filter { hole in
                !old.contains { $0.from <= hole.from && (hole.until <= $0.until) }
            }
            guard let first = new.first else { return nil }
            let zone = directory.roster.schedules[proof.schedule].flatMap { directory.roster.zones[$0.zone] } ?? .utc
            let more = new.count > 1 ? " There are \(new.count - 1) more in the next 90 days." : ""
            return "Nobody is on call in \(proof.schedule) from \(HoleWords.span(first.from, first.until, zone)), "
                + "because \(words.why(first)). \(words.wayOut(first, in: proof.schedule))\(more)"
        }
        guard !lines.isEmpty else { return }
        for line in lines { engine.log.warning("\(PlainText.printable(line))") }
        configuration.note(lines.map(PlainText.printable))
    }

    private static func proofs(_ engine: Engine) -> [CoverageProof] {
        let (directory, amendments) = engine.read { ($0.directory, $0.book.amendments) }
        let now = engine.now
        let schedules = directory.pagedSchedules.filter { directory.roster.schedules[$0] != nil }
        return DirectoryProof(
            directory, from: now, until: now + horizon, amendments: amendments, schedules: schedules
        ).schedules
    }

    /// What reaches the horizon goes on behind it.
    private static func stretches(_ proofs: [CoverageProof]) -> [ScheduleID: [DutyChart.Stretch]] {
        var found: [ScheduleID: [DutyChart.Stretch]] = [:]
        for proof in proofs where !proof.isCovered {
            found[proof.schedule] = proof.holes.map { hole in
                DutyChart.Stretch(from: hole.from, until: hole.until < proof.until ? hole.until : .distantFuture)
            }
        }
        return found
    }
}
