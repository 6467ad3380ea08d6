import ArgumentParser
import Foundation
import Incidents

extension RollbackCommand {
    /// Plans, approves and follows a rollback until it ends.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Plan it, say yes to it, and follow it to its end.",
            discussion: """
                Prints each line of the timeline as it comes. Succeeds only when the rollback did: 0 when every check \
                passed, 1 otherwise. Stopping this command stops nothing else: the rollback goes on.
                """)
        @OptionGroup var which: IncidentCommand.Which
        @Option(help: "The version. Default: the last good one.") var to: String?
        @Option(help: "Who says yes.") var by: String
        @Option(help: "Go on alone, without a second person, for this reason. A manager is told.")
        var breakGlass: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let api = try server.api()
            let path = try "/incidents/\(which.number())"
            let known = try await api.get("\(path)/timeline")["items"].items.compactMap { $0["sequence"].number }.max()
            let plan = try await api.post(
                "\(path)/rollback", ["to": to.map { .text($0) }, "by": .text(by)])["rollback"]
            guard let id = plan["id"].text else {
                throw APIClient.Failure("The server did not say what it planned. Look with `tocsin rollback status`.")
            }
            if !server.json { RollbackTable(plan).print() }
            let approved = try await api.post(
                "\(path)/rollback/approve",
                ["by": .text(by), "plan": .text(id), "break_glass": breakGlass.map { .text($0) }])
            if !server.json { for line in approved["rollback"]["words"].texts.prefix(2) { print(line) } }
            let end = try await RollbackWatch(api: api, path: path, id: id, isSilent: server.json)
                .follow(after: known ?? 0)
            if server.json { end.printJSON() }
            let rollback = RollbackWatch.rollback(id, in: end)
            if !server.json { for line in rollback["words"].texts { print(line) } }
            guard rollback["end"]["end"].text == RollbackEnd.succeeded.rawValue else { throw ExitCode(1) }
        }
    }
}

/// Looks at a rollback until it ends.
struct RollbackWatch {
    let api: APIClient
    /// The incident's.
    let path: String
    let id: String
    let isSilent: Bool

    private static let interval = Duration.seconds(1)
    /// How often in a row the server may be out of reach: a restart takes less.
    private static let patience = 120

    /// - Parameter sequence: the last event that is not to be told.
    /// - Returns: the rollback's status once it has ended.
    func follow(after sequence: Int) async throws -> Answer {
        var (told, misses) = (sequence, 0)
        while true {
            do {
                // The state first: what is on the timeline afterwards is at least what made it so.
                let status = try await api.get("\(path)/rollback")
                told = try await tell(after: told)
                misses = 0
                if Self.rollback(id, in: status)["end"].isObject { return status }
            } catch let failure as APIClient.Failure {
                misses += 1
                if misses == 1, !isSilent { print("Lost sight of it: \(failure.description) Looking again.") }
                guard misses < Self.patience else {
                    throw APIClient.Failure("Rollback \(id) goes on without us. Look with `tocsin rollback status`.")
                }
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    private func tell(after sequence: Int) async throws -> Int {
        guard !isSilent else { return sequence }
        var last = sequence
        for entry in try await api.get("\(path)/timeline")["items"].items {
            guard let number = entry["sequence"].number, number > last else { continue }
            print("\(entry["at"].text ?? "")  \(entry["sentence"].text ?? "")")
            last = number
        }
        // To whoever reads a pipe, as it comes.
        if last > sequence { fflush(nil) }
        return last
    }

    /// The one of that name: meanwhile there may be a later one.
    static func rollback(_ id: String, in status: Answer) -> Answer {
        ([status["rollback"]] + status["earlier"].items).first { $0["id"].text == id } ?? status["rollback"]
    }
}
