import ArgumentParser

/// `tocsin timeoff …`: somebody is away.
struct TimeOffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeoff", abstract: "Say who is away. Who comes next covers, and nobody's turn moves.",
        subcommands: [Add.self, List.self, Remove.self], defaultSubcommand: List.self)

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enter time off.",
            discussion:
                "tocsin timeoff add ana --from \"2026-12-24 00:00\" --until \"2026-12-27 00:00\" --in Europe/Berlin")
        @Argument(help: "Who is away.") var user: String
        @OptionGroup var time: SpanOptions
        @Flag(help: "It may leave nobody on call.") var leaveHole = false
        @Option(help: "Who enters it.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let (from, until) = try time.span()
            let answer = try await server.api().post(
                "/timeoff",
                [
                    "user": .text(user), "from": .text(from), "until": .text(until), "by": by.map { .text($0) },
                    "leave_hole": leaveHole ? .flag(true) : nil,
                ])
            if server.json { return answer.printJSON() }
            print("Time off \(answer["id"].number ?? 0): \(user) is away from \(from) until \(until).")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List time off of now and later, holidays included.")
        @Option(help: "Only this person's.") var user: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let query = user.map { "?user=\(APIClient.encode($0))" } ?? ""
            let answer = try await server.api().get("/timeoff\(query)")
            if server.json { return answer.printJSON() }
            let items = answer["items"].items
            if items.isEmpty { print("None.") }
            for item in items {
                let source = item["calendar"].text.map { "\(item["name"].text ?? "") (calendar \($0))" } ?? ""
                print(
                    "\(item["id"].number.map(String.init) ?? "-")  \(item["user"].text ?? "")  "
                        + "\(item["from"].text ?? "") – \(item["until"].text ?? "")"
                        + (source.isEmpty ? "" : "  \(source)"))
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take back time off that somebody entered.")
        @Argument(help: "Its number.") var id: Int
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().delete("/timeoff/\(id)")
            if server.json { return answer.printJSON() }
            print("Time off \(id) is taken back.")
        }
    }
}
