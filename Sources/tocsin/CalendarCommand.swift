import ArgumentParser

/// `tocsin calendar …`: addresses that calendars subscribe to.
struct CalendarCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "Issue and revoke calendars of who is on call.",
        discussion: """
            An issued calendar has an address that shows its shifts to whoever knows it, so pass it on with care:

              tocsin calendar issue schedule primary
              tocsin calendar issue person ana
              tocsin calendar issue team ml
              tocsin calendar revoke 3
            """,
        subcommands: [Issue.self, List.self, Revoke.self], defaultSubcommand: List.self)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case schedule, person, team }

    struct Issue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make an address to subscribe to.")
        @Argument(help: "schedule, person or team.") var kind: Kind
        @Argument(help: "Which one, by its name in the configuration.") var name: String
        @Option(help: "Who does this.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().post(
                "/calendars", ["kind": .text(kind.rawValue), "name": .text(name), "by": by.map { .text($0) }])
            if server.json { return answer.printJSON() }
            print("Calendar \(answer["id"].number ?? 0), \(answer["title"].text ?? name):")
            print("  \(answer["url"].text ?? "")")
            print("  \(answer["webcal"].text ?? "")")
            print(
                "Whoever has the address can read it. `tocsin calendar revoke \(answer["id"].number ?? 0)` ends that.")
            print("Calendars may show a change up to 24 hours late: never rely on one to be paged.")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the calendars with their addresses.")
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().get("/calendars")
            if server.json { return answer.printJSON() }
            let items = answer["items"].items
            if items.isEmpty { print("None.") }
            for item in items {
                let what = "\(item["kind"].text ?? "") \(item["name"].text ?? "")"
                print("\(item["id"].number ?? 0)  \(what)  \(item["url"].text ?? "")")
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Have an address answer no more.")
        @Argument(help: "Its number.") var id: Int
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().delete("/calendars/\(id)")
            if server.json { return answer.printJSON() }
            print("Calendar \(id) is revoked. Copies that were fetched stay with who has them.")
        }
    }
}
