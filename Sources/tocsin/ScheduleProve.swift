import ArgumentParser
import Documents
import Engine
import Foundation
import Incidents
import OnCall
import SQLiteStore
import Timekeeping

/// `tocsin schedule prove`: is somebody on call who can be reached, at every instant of years?
struct ScheduleProve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Prove that at every instant somebody is on call who can be reached.",
        discussion: """
            Looks at every instant of the years to come: each schedule, each policy at each severity, and the last \
            resort. A hole is told with when it is, on the clocks of everybody concerned, with the rule that causes it \
            and with what to do. What only a later step or the last resort covers is a hole too, unless \
            --allow-fallback.

            Exits 0 when everything is proved, 1 when there is a hole, 2 when the configuration cannot be used.
            """)

    @Argument(help: "The schedules to prove. Without names all of them, and the policies.")
    var names: [String] = []

    @OptionGroup var files: ConfigurationOptions

    @Option(
        help: """
            Also count the overrides, the time off and the contacts people proved at /me, from this database. It may \
            be in use by a server.
            """)
    var database: String?

    @Option(help: "For how many years, 1 to 50.")
    var years = 10

    @Option(help: "From this date on, as 2026-11-23, at 00:00 UTC. Default: now.")
    var from: String?

    @Flag(help: "Time covered only by a later step or by the last resort is no hole.")
    var allowFallback = false

    @Option(help: "Read time zones from this folder of the tz database.")
    var zoneinfo: String?

    @Option(help: "Also tell which handoffs move from the zones of this folder to the present ones.")
    var againstZoneinfo: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...50).contains(years) else { throw ValidationError("--years: write a number from 1 to 50.") }
        if let from, CivilDate(from) == nil {
            throw ValidationError("--from: '\(from)' is not a date. Write it like 2026-11-23.")
        }
    }

    func run() throws {
        let (settings, reachability, amendments) = try loaded()
        let directory = settings.directory
        let wanted = try names.map { name in
            let id = ScheduleID(rawValue: name)
            guard directory.roster.schedules[id] != nil else {
                Terminal.printError("error: \(Refusal.noSuchSchedule(id).explanation)")
                throw ExitCode(2)
            }
            return id
        }
        let (from, until) = span
        let began = ContinuousClock.now
        let proof = DirectoryProof(
            directory, from: from, until: until, amendments: amendments, schedules: wanted.isEmpty ? nil : wanted
        ) { done, count in
            guard done < count, ContinuousClock.now - began > .seconds(2) else { return }
            Terminal.printError("\(done) of \(count) schedules are done.")
        }
        let words = HoleWords(directory) { user in
            let obstacles = reachability.obstacles(user).filter { !$0.lacksChannel }
            return obstacles.isEmpty ? nil : obstacles.clauses.joined(separator: ", ")
        }
        let moves = try moves(to: directory, from: from, until: until, amendments)
        if json {
            try Output.json(
                Report(
                    proof: ProofReport(proof, directory, allowFallback: allowFallback, words: words),
                    handoffMoves: moves?.moves.map(Report.Move.init)))
        } else {
            let lines = ProofLines(
                proof, directory, amendments: amendments, allowFallback: allowFallback, words: words)
            (lines.lines + (moves.map { [""] + $0.lines } ?? [])).forEach { print($0) }
        }
        if database == nil {
            // What is printed as JSON stays JSON.
            if json { Terminal.printError(Self.uncounted) } else { print(Self.uncounted) }
        }
        if proof.holes(allowFallback: allowFallback) { throw ExitCode(1) }
    }

    private static let uncounted = """
        Overrides, time off and holidays by address that the server recorded are not counted. Give --database to count \
        them.
        """

    private struct Report: Encodable {
        let proof: ProofReport
        let handoffMoves: [Move]?

        struct Move: Encodable {
            let schedule: String
            let was: String?
            let now: String?
            let incoming: [String]

            init(_ move: HandoffMove) {
                schedule = move.schedule.rawValue
                was = move.before?.at.rfc3339
                now = move.after?.at.rfc3339
                incoming = (move.after ?? move.before)?.incoming.map(\.rawValue) ?? []
            }
        }
    }

    private var span: (Instant, Instant) {
        let start = from.flatMap { CivilDate($0) }.map { CivilDateTime(date: $0, time: .midnight) }
        let begin = start.map { ZoneRules.utc.firstInstant(of: $0) } ?? HostTime.now
        let civil = ZoneRules.utc.civil(at: begin)
        let end = CivilDateTime(date: civil.date.adding(months: 12 * years), time: civil.time)
        return (begin, ZoneRules.utc.firstInstant(of: end))
    }

    // MARK: What is proved

    private func loaded() throws -> (Configuration, Reachability, Amendments) {
        do {
            let reader = reader(zoneinfo)
            var settings = try files.load(reader)
            guard let database else {
                return (settings, Reachability(channels: settings.channels, contacts: settings.contacts), .none)
            }
            let store = try LogCommand.DatabaseOption.open(database)
            let entered =
                try store.contacts().isEmpty ? [:] : ContactBook(store: store, configuration: settings).everybody
            if !entered.isEmpty { settings = try files.load(reader, entered: entered) }
            let reachability = Reachability(
                channels: settings.channels, contacts: settings.contacts.entering(entered))
            return (settings, reachability, try Self.amendments(store))
        } catch let errors as ConfigurationErrors {
            for problem in errors.problems { Terminal.printError("error: \(problem)") }
            throw ExitCode(2)
        }
    }

    private func reader(_ zoneinfo: String?) -> ConfigurationReader {
        .here(readSecrets: false, runbooks: files.runbooks, zoneinfo: zoneinfo)
    }

    /// What people changed, as far as the log goes.
    private static func amendments(_ store: SQLiteStore) throws -> Amendments {
        var book = IncidentBook()
        for record in try store.records(stream: Event.Stream.overrides.description) {
            book.evolve(try EventCodec.decode(record))
        }
        return book.amendments
    }

    private func moves(
        to directory: Directory, from: Instant, until: Instant, _ amendments: Amendments
    ) throws -> (moves: [HandoffMove], lines: [String])? {
        guard let againstZoneinfo else { return nil }
        do {
            let before = try files.load(reader(againstZoneinfo)).directory.roster
            let moves = before.handoffMoves(to: directory.roster, from: from, until: until, amendments: amendments)
            return (moves, MoveLines(moves, before: before, after: directory.roster).lines)
        } catch let errors as ConfigurationErrors {
            for problem in errors.problems { Terminal.printError("error: \(againstZoneinfo): \(problem)") }
            throw ExitCode(2)
        }
    }
}
