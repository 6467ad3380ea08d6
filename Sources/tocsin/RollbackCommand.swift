import ArgumentParser
import Incidents

/// `tocsin rollback …`: back to a version that was good, step by step or in one go.
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Roll a model back to a version that was good, and see that it worked.",
        discussion: """
            plan shows the difference and changes nothing. approve says yes. run does both and follows it to its end.
            Without a version it is the last good one: what served for a day without an incident, or was declared good.
            """,
        subcommands: [
            Plan.self, Approve.self, Run.self, Status.self, Undo.self, Cancel.self, Good.self,
        ])

    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what a rollback would do. Changes nothing.")
        @OptionGroup var which: IncidentCommand.Which
        @Option(help: "The version. Default: the last good one.") var to: String?
        @Option(help: "Who plans it.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().post(
                "/incidents/\(which.number())/rollback", ["to": to.map { .text($0) }, "by": by.map { .text($0) }])
            if server.json { return answer.printJSON() }
            RollbackTable(answer["rollback"]).print()
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say yes to the plan.",
            discussion: "Only somebody on call for the service, or paged for the incident, may.")
        @OptionGroup var which: IncidentCommand.Which
        @Option(help: "Who says yes.") var by: String
        @Option(help: "Only if it is this plan, such as 42-1.") var plan: String?
        @Option(help: "Go on alone, without a second person, for this reason. A manager is told.")
        var breakGlass: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().post(
                "/incidents/\(which.number())/rollback/approve",
                [
                    "by": .text(by), "plan": plan.map { .text($0) }, "break_glass": breakGlass.map { .text($0) },
                ])
            server.printRollback(answer)
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how far it is, with the evidence before and after.")
        @OptionGroup var which: IncidentCommand.Which
        @OptionGroup var server: ServerOptions

        func run() async throws {
            server.printRollback(try await server.api().get("/incidents/\(which.number())/rollback"))
        }
    }

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Plan the way back from the last one. It needs a yes like any other.")
        @OptionGroup var which: IncidentCommand.Which
        @Option(help: "Who plans it.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().post(
                "/incidents/\(which.number())/rollback/undo", ["by": by.map { .text($0) }])
            if server.json { return answer.printJSON() }
            RollbackTable(answer["rollback"]).print()
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Call off one that has not begun.")
        @OptionGroup var which: IncidentCommand.Which
        @Option(help: "Who calls it off.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            server.printRollback(
                try await server.api().post(
                    "/incidents/\(which.number())/rollback/cancel", ["by": by.map { .text($0) }]))
        }
    }

    struct Good: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Vouch for a version: good ranker 7. For people, and for whatever deploys.")
        @Argument(help: "The service.") var service: String
        @Argument(help: "The version.") var version: String
        @Option(help: "Who says so.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().post(
                "/services/\(APIClient.encode(service))/good",
                ["version": .text(version), "by": by.map { .text($0) }])
            if server.json { return answer.printJSON() }
            let last = answer["last_good"].text.map { "A rollback goes to version \($0)." }
            print("Version \(version) of \(service) is known to be good. \(last ?? "")")
        }
    }
}

extension ServerOptions {
    func printRollback(_ answer: Answer) {
        if json { return answer.printJSON() }
        if answer["already"].isTrue { print("It was so already.") }
        let words = answer["rollback"]["words"].texts
        for line in words { print(line) }
        guard words.isEmpty else { return }
        print("No rollback of \(answer["incident"].text ?? "it") was planned.")
        let serving = answer["serving"]
        if let version = serving["version"].text {
            print("Version \(version) is served. Last good: \(serving["last_good"].text ?? "not known").")
        }
    }
}

/// A plan as a small table: what is served now, and what would be.
struct RollbackTable {
    private let rollback: Answer

    init(_ rollback: Answer) { self.rollback = rollback }

    func print() {
        let from = rollback["from"].text.map { "version \($0)" } ?? "nothing"
        let known =
            switch rollback["kind"].text.flatMap(RollbackKind.init) {
            case .lastGood: ", the last good one"
            case .undo: ", what was served before the last rollback"
            case .named, nil: ""
            }
        Swift.print("Rollback \(rollback["id"].text ?? "")  \(rollback["target"].text ?? "")")
        let rows: [(String, String, String)] =
            [("", "now", "then"), ("served", from, "version \(rollback["to"].text ?? "")\(known)")]
        let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
        for row in rows {
            Swift.print("  \(row.0.padding(to: widths.0))  \(row.1.padding(to: widths.1))  \(row.2)")
        }
        for line in rollback["words"].texts.dropFirst() { Swift.print(line) }
    }
}
