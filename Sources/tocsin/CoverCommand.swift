import ArgumentParser

/// `tocsin cover …`: somebody asks to be covered, and somebody answers.
struct CoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cover", abstract: "Ask others to take over time on call, or swap it.",
        subcommands: [Request.self, List.self, Accept.self, Decline.self, Withdraw.self],
        defaultSubcommand: List.self)

    struct Request: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask to be covered.",
            discussion: """
                tocsin cover request sun --user ana --from … --until …                  anybody of the rotation
                tocsin cover request sun --user ana --from … --until … --ask ben --ask chi
                tocsin cover request sun --user ana --from … --until … \\
                    --return-from … --return-until …                                    a swap for time of theirs
                """)
        @Argument(help: "The schedule.") var schedule: String
        @Option(help: "Who wants to be covered.") var user: String
        @OptionGroup var time: SpanOptions
        @Option(help: "Who is asked. Everybody of the rotation when nobody is named.") var ask: [String] = []
        @Option(help: "From when the one who accepts is covered in return.") var returnFrom: String?
        @Option(help: "Until when.") var returnUntil: String?
        @Option(help: "Who asks, if not the person themselves.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let (from, until) = try time.span()
            let (begin, end) = (
                try returnFrom.map { try SpanOptions.instant($0, "--return-from", time.zone) },
                try returnUntil.map { try SpanOptions.instant($0, "--return-until", time.zone) }
            )
            let answer = try await server.api().post(
                "/covers",
                [
                    "schedule": .text(schedule), "user": .text(user), "from": .text(from), "until": .text(until),
                    "asked": ask.isEmpty ? nil : .list(ask), "return_from": begin.map { .text($0) },
                    "return_until": end.map { .text($0) }, "by": by.map { .text($0) },
                ])
            if server.json { return answer.printJSON() }
            let asked = answer["may_answer"].texts.joined(separator: ", ")
            print("Cover request \(answer["id"].number ?? 0) is open. Asked: \(asked).")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the requests that can still be answered.")
        @Option(help: "Only this person's, and what they are asked.") var user: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let query = user.map { "?user=\(APIClient.encode($0))" } ?? ""
            let answer = try await server.api().get("/covers\(query)")
            if server.json { return answer.printJSON() }
            let items = answer["items"].items
            if items.isEmpty { print("None.") }
            for item in items {
                let inReturn = item["return_from"].text.map { ", for \($0) – \(item["return_until"].text ?? "")" } ?? ""
                let declined = item["declined"].texts
                print(
                    "\(item["id"].number ?? 0)  \(item["schedule"].text ?? "")  \(item["user"].text ?? "")  "
                        + "\(item["from"].text ?? "") – \(item["until"].text ?? "")\(inReturn)  asked: "
                        + item["may_answer"].texts.joined(separator: ", ")
                        + (declined.isEmpty ? "" : "  declined: \(declined.joined(separator: ", "))"))
            }
        }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take it. The schedule changes at once.")
        @Argument(help: "The request's number.") var id: Int
        @Option(help: "Who takes it.") var by: String
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().post("/covers/\(id)/accept", ["by": .text(by)])
            if server.json { return answer.printJSON() }
            let made = answer["overrides"].items.compactMap { $0["id"].number }
            print(
                "\(by) takes it. The schedule says so by override "
                    + made.map(String.init).joined(separator: " and ") + ".")
        }
    }

    struct Decline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say that somebody cannot take it.")
        @Argument(help: "The request's number.") var id: Int
        @Option(help: "Who cannot.") var by: String
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().post("/covers/\(id)/decline", ["by": .text(by)])
            if server.json { return answer.printJSON() }
            print("\(by) cannot take cover request \(id).")
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a request back.")
        @Argument(help: "Its number.") var id: Int
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().delete("/covers/\(id)")
            if server.json { return answer.printJSON() }
            print("Cover request \(id) is taken back.")
        }
    }
}
