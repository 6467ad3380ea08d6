import ArgumentParser

/// `tocsin silence …`: alerts that are to page nobody for a while.
struct SilenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence",
        abstract: "Keep alerts from paging for a while. What still fires at the end is paged then.",
        subcommands: [Add.self, List.self, Remove.self], defaultSubcommand: List.self)

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Silence alerts, now or in a planned maintenance window.",
            discussion: """
                tocsin silence add checkout --for 2h --reason deploying
                tocsin silence add checkout web --match 'env="prod"' --for 30m
                tocsin silence add db --from "2026-12-24 22:00" --until "2026-12-25 02:00" --in Europe/Berlin
                An alert is held back if it goes to one of the services and has all the labels. Open incidents go on.
                More than 24 hours, or everything, needs --yes-really.
                """)
        @Argument(help: "Services; none means all of them.") var services: [String] = []
        @Option(name: .customLong("match"), help: "Labels it must have, such as 'env=\"prod\", host!=test1'.")
        var matchers: [String] = []
        @Option(name: .customLong("for"), help: "How long, such as 2h or 1h30m.") var length: String?
        @Option(help: "From, as RFC 3339; or on the clocks of --in, as \"2026-12-24 09:00\". Now, if not said.")
        var from: String?
        @Option(help: "Until, likewise.") var until: String?
        @Option(name: .customLong("in"), help: "The zone whose clocks show these times, such as Europe/Berlin.")
        var zone: String?
        @Option(help: "Why, for whoever wonders that nobody was paged.") var reason: String?
        @Option(help: "Who does this.") var by: String?
        @Flag(help: "It is meant, though it is long or holds everything.") var yesReally = false
        @OptionGroup var server: ServerOptions

        func validate() throws {
            guard (length == nil) != (until == nil) else { throw ValidationError("Say either --for or --until.") }
        }

        func run() async throws {
            let body: [String: APIClient.Value?] = [
                "services": services.isEmpty ? nil : .list(services),
                "matchers": matchers.isEmpty ? nil : .list(matchers),
                "from": try from.map { .text(try SpanOptions.instant($0, "--from", zone)) },
                "until": try until.map { .text(try SpanOptions.instant($0, "--until", zone)) },
                "for": length.map { .text($0) }, "reason": reason.map { .text($0) }, "by": by.map { .text($0) },
                "confirm": yesReally ? .flag(true) : nil,
            ]
            let answer = try await server.api().post("/silences", body)
            if server.json { return answer.printJSON() }
            print(
                "Silence \(answer["id"].number ?? 0) holds alerts back from \(answer["from"].text ?? "") until "
                    + "\(answer["until"].text ?? ""). To end it: tocsin silence remove \(answer["id"].number ?? 0)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the silences of now and later, and what they hold back.")
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().get("/silences")
            if server.json { return answer.printJSON() }
            let items = answer["items"].items
            if items.isEmpty { print("None.") }
            for item in items {
                let services = item["services"].items.compactMap(\.text).joined(separator: ", ")
                let matchers = item["matchers"].items.compactMap(\.text).joined(separator: ", ")
                print(
                    "\(item["id"].number ?? 0)  \(services.isEmpty ? "all services" : services)"
                        + (matchers.isEmpty ? "" : "  \(matchers)")
                        + "  \(item["from"].text ?? "") – \(item["until"].text ?? "")"
                        + (item["by"].text.map { "  by \($0)" } ?? "") + (item["reason"].text.map { "  \($0)" } ?? ""))
                for held in item["held"].items {
                    print(
                        "    holds back \(held["title"].text ?? "") (\(held["service"].text ?? "")) since "
                            + (held["since"].text ?? ""))
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a silence now. What still fires and no other silence holds is paged.")
        @Argument(help: "Its number.") var id: Int
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().delete("/silences/\(id)")
            if server.json { return answer.printJSON() }
            print("Silence \(id) is ended.")
        }
    }
}
