import ArgumentParser

/// `tocsin override …`: somebody covers for somebody.
struct OverrideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "override", abstract: "Change who is on call for a while.",
        subcommands: [Add.self, List.self, Remove.self], defaultSubcommand: List.self)

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an override.",
            discussion: """
                tocsin override add sun --cover dia --from … --until …              dia instead of whoever it is
                tocsin override add sun --replace ana --with ben --from … --until …  ben wherever ana would be
                tocsin override add sun --remove ana --from … --until …              whoever the plan puts below ana
                tocsin override add sun --add dia --from … --until …                 dia besides whoever it is
                Times are RFC 3339, or, with --in Europe/Berlin, like "2026-12-24 09:00".
                """)
        @Argument(help: "The schedule.") var schedule: String
        @Option(help: "Who covers.") var cover: String?
        @Option(help: "Who is replaced.") var replace: String?
        @Option(help: "Who comes instead.") var with: String?
        @Option(help: "Who is taken out.") var remove: String?
        @Option(help: "Who is on call too.") var add: String?
        @OptionGroup var time: SpanOptions
        @Flag(help: "It may leave nobody on call.") var leaveHole = false
        @Option(help: "Who does this.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let (from, until) = try time.span()
            var body: [String: APIClient.Value?] = [
                "schedule": .text(schedule), "from": .text(from), "until": .text(until), "by": by.map { .text($0) },
                "leave_hole": leaveHole ? .flag(true) : nil,
            ]
            switch (cover, replace, with, remove, add) {
            case (let user?, nil, nil, nil, nil): body.merge(["kind": "cover", "user": .text(user)]) { $1 }
            case (nil, let user?, let other?, nil, nil):
                body.merge(["kind": "replace", "user": .text(user), "with": .text(other)]) { $1 }
            case (nil, nil, nil, let user?, nil): body.merge(["kind": "remove", "user": .text(user)]) { $1 }
            case (nil, nil, nil, nil, let user?): body.merge(["kind": "add", "user": .text(user)]) { $1 }
            default: throw ValidationError("Say one of --cover, --replace … --with …, --remove, or --add.")
            }
            let answer = try await server.api().post("/overrides", body)
            if server.json { return answer.printJSON() }
            print("Override \(answer["id"].number ?? 0) is in force from \(answer["from"].text ?? from).")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the overrides of now and later.")
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().get("/overrides")
            if server.json { return answer.printJSON() }
            let items = answer["items"].items
            if items.isEmpty { print("None.") }
            for item in items {
                let with = item["with"].text.map { " by \($0)" } ?? ""
                print(
                    "\(item["id"].number ?? 0)  \(item["schedule"].text ?? "")  \(item["kind"].text ?? "") "
                        + "\(item["user"].text ?? "")\(with)  \(item["from"].text ?? "") – \(item["until"].text ?? "")")
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take an override back.")
        @Argument(help: "Its number.") var id: Int
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().delete("/overrides/\(id)")
            if server.json { return answer.printJSON() }
            print("Override \(id) is taken back.")
        }
    }
}
