import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Proves schedules as they are in force, with the overrides, the time off and the holidays that are recorded: one
/// proof at a time, and not where requests are answered.
public final class LiveProofs: Sendable {
    private let engine: Engine
    private let turnstile = Turnstile()

    /// A proof's length is that of `tocsin schedule prove`, at most.
    public static let mostYears = 10

    public init(_ engine: Engine) { self.engine = engine }

    /// One schedule, from now on; nil when there is no such schedule. The report is JSON in snake case, as
    /// `tocsin schedule prove --json` prints a proof.
    public func json(of schedule: ScheduleID, years: Int) async -> String? {
        await turnstile.pass { await prove(schedule, years) }
    }

    /// Ten years of a schedule full of holes take longer than a request may hold up others.
    @concurrent private func prove(_ schedule: ScheduleID, _ years: Int) async -> String? {
        let (directory, amendments) = engine.read { ($0.directory, $0.book.amendments) }
        guard directory.roster.schedules[schedule] != nil else { return nil }
        let from = engine.now
        let civil = ZoneRules.utc.civil(at: from)
        let end = CivilDateTime(date: civil.date.adding(months: 12 * years), time: civil.time)
        let proof = DirectoryProof(
            directory, from: from, until: ZoneRules.utc.firstInstant(of: end), amendments: amendments,
            schedules: [schedule])
        return ReportJSON.text(ProofReport(proof, directory, allowFallback: false, words: HoleWords(directory)))
    }
}
