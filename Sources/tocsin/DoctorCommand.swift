import ArgumentParser
import Engine
import Foundation
import SQLiteStore
import Timekeeping

/// `tocsin doctor`: looks Tocsin over, the running server and its files.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look Tocsin over: log, clock, channels, people, schedules, heartbeats.",
        discussion: """
            Asks the server. With --database it also looks at the file itself: the whole log is verified, which takes a \
            while for a large one. Ends with 0 when all is well, 1 with warnings, 2 when something fails.
            """)

    @Option(help: "The database file, looked at without touching it. It may be in use by a running server.")
    var database: String?

    @OptionGroup var server: ServerOptions

    /// Beyond this the times of two machines' logs cannot be held against one another.
    private static let mostSkew = Duration.seconds(2)

    func run() async throws {
        var lines = try await asked()
        if let database { lines += file(database) }
        lines = lines.enumerated().sorted { ($1.element.state, $0.offset) < ($0.element.state, $1.offset) }
            .map(\.element)
        let worst = lines.map(\.state).max() ?? .ok
        if server.json {
            struct Report: Encodable {
                let state: DoctorLine.State, lines: [DoctorLine]
            }
            try Output.json(Report(state: worst, lines: lines))
        } else {
            for line in lines { print(line.text) }
        }
        switch worst {
        case .ok: return
        case .warning: throw ExitCode(1)
        case .failing: throw ExitCode(2)
        }
    }

    // MARK: The server

    private func asked() async throws -> [DoctorLine] {
        let api: APIClient
        do {
            api = try server.api()
        } catch {
            // On the machine of the server its files may be all there is to look at.
            guard database != nil else { throw error }
            return [DoctorLine("server", .warning, "not asked, for want of a token", "Give --token or TOCSIN_TOKEN.")]
        }
        let before = HostTime.now
        do {
            let answer = try await api.get("/doctor")
            return [skew(answer["at"].text, before, HostTime.now)] + answer["lines"].items.compactMap(Self.line)
        } catch let failure as APIClient.Failure {
            return [
                DoctorLine(
                    "server", .failing, failure.description,
                    "tocsin oncall answers from \(LastKnown.fileName) meanwhile.")
            ]
        }
    }

    private static func line(_ answer: Answer) -> DoctorLine? {
        guard let check = answer["check"].text, let state = answer["state"].text.flatMap(DoctorLine.State.init),
            let why = answer["why"].text
        else { return nil }
        return DoctorLine(check, answer["subject"].text, state, why, answer["advice"].text)
    }

    private func skew(_ text: String?, _ before: Instant, _ after: Instant) -> DoctorLine {
        guard let there = text.flatMap({ Instant(rfc3339: $0) }) else {
            return DoctorLine("server", .warning, "answers without its time", "Is it an older Tocsin?")
        }
        let difference = there < before ? before - there : there > after ? there - after : .zero
        guard difference > Self.mostSkew else { return DoctorLine("server", .ok, "answers, and its clock agrees") }
        return DoctorLine(
            "server", .warning, "its clock and this machine's differ by \(difference.components.seconds) s",
            "Look at the time synchronisation of both.")
    }

    // MARK: Files

    private func file(_ path: String) -> [DoctorLine] {
        var lines = [FreeSpace.line(path), lastKnown(path)]
        do {
            let store = try SQLiteStore(path: path, readOnly: true)
            lines.append(SelfWatchParts.checked(store))
            let report = try LogVerifier.verify(store)
            if let problem = report.problem {
                lines.append(DoctorLine("log file", .failing, "\(problem)", "Keep the file, and bring back a backup."))
            } else {
                lines.append(DoctorLine("log file", .ok, "is whole, \(report.count) records"))
            }
        } catch {
            lines.append(DoctorLine("log file", .failing, "\(path) cannot be read: \(error)", "Look at the disk."))
        }
        return lines
    }

    private func lastKnown(_ database: String) -> DoctorLine {
        let path = SelfWatchParts.lastKnownPath(database)
        guard let known = try? LastKnown.read(path), let written = Instant(rfc3339: known.writtenAt) else {
            return DoctorLine("last known", .warning, "\(path) is not there", "tocsin serve writes it. Does it run?")
        }
        let age = HostTime.now - written
        let words = "who is on call was written down \(age.components.seconds / 60) min ago"
        return DoctorLine("last known", age > .hours(3) ? .warning : .ok, words)
    }
}
