import ArgumentParser
import Incidents

/// `tocsin incident …`: what people do with incidents.
struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "List incidents and respond to them.",
        subcommands: [
            List.self, Show.self, Timeline.self, Declare.self, Acknowledge.self, Take.self, Resolve.self, Note.self,
            Reopen.self, Snooze.self, Escalate.self, Severity.self, Page.self, Assign.self,
        ],
        defaultSubcommand: List.self)

    struct Which: ParsableArguments {
        @Argument(help: "The incident: 42 or INC-42.")
        var incident: String

        func number() throws -> Int {
            guard let id = Incident.ID(incident) else {
                throw ValidationError("'\(incident)' is not an incident. Write 42 or INC-42.")
            }
            return id.number
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List incidents, the newest first.")
        @Option(help: "open, triggered, acknowledged, resolved or all.") var state = "open"
        @Option(help: "Only this service's.") var service: String?
        @Option(help: "At most this many.") var limit = 50
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let filter = service.map { "&service=\(APIClient.encode($0))" } ?? ""
            let answer = try await server.api().get(
                "/incidents?state=\(APIClient.encode(state))&limit=\(limit)\(filter)")
            if server.json { return answer.printJSON() }
            let items = answer["items"].items
            if items.isEmpty { print("None.") }
            for item in items {
                print(
                    [
                        (item["id"].text ?? "").padding(to: 9), (item["severity"].text ?? "").padding(to: 5),
                        (item["state"].text ?? "").padding(to: 13), (item["service"].text ?? "").padding(to: 12),
                        (item["owner"].text ?? "–").padding(to: 8), item["title"].text ?? "",
                    ].joined(separator: " "))
            }
            if answer["next_cursor"].text != nil { print("… and more; --limit shows more of them.") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one incident with its alerts and pages.")
        @OptionGroup var which: Which
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().get("/incidents/\(which.number())")
            if server.json { return answer.printJSON() }
            print("\(answer["id"].text ?? "")  \(answer["severity"].text ?? "")  \(answer["state"].text ?? "")")
            print(answer["title"].text ?? "")
            print("service   \(answer["service"].text ?? "")  (\(answer["routing"].text ?? ""))")
            print("opened    \(answer["opened_at"].text ?? "")")
            if let owner = answer["owner"].text { print("owner     \(owner)") }
            if let previous = answer["previous"].text { print("follows   \(previous)") }
            for alert in answer["alerts"].items {
                let state = alert["firing"].isTrue ? "firing  " : "resolved"
                print("alert     \(state)  \(alert["severity"].text ?? "")  \(alert["title"].text ?? "")")
            }
            for page in answer["pages"].items {
                let words = [page["user"].text, page["method"].text, page["status"].text].compactMap { $0 }
                print(
                    "page      \(page["id"].text ?? "")  \(words.joined(separator: "  "))  (\(page["why"].text ?? ""))")
                for attempt in page["attempts"].items where attempt["evidence"].text != nil {
                    print("            attempt \(attempt["number"].number ?? 0): \(attempt["evidence"].text ?? "")")
                }
            }
        }
    }

    struct Timeline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what happened, in order.")
        @OptionGroup var which: Which
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().get("/incidents/\(which.number())/timeline")
            if server.json { return answer.printJSON() }
            for entry in answer["items"].items {
                print("\(entry["at"].text ?? "")  \(entry["sentence"].text ?? "")")
                for line in entry["body"].lines { print("    \(line)") }
            }
        }
    }

    struct Declare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Declare an incident that no alert has told of.")
        @Argument(help: "What is wrong, in a line.") var title: String
        @Option(help: "The service it is about.") var service: String
        @Option(help: "sev1 … sev4.") var severity = "sev2"
        @Option(help: "More about it.") var body: String?
        @Option(help: "Who declares it.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().post(
                "/incidents",
                [
                    "title": .text(title), "service": .text(service), "severity": .text(severity),
                    "body": body.map { .text($0) }, "by": by.map { .text($0) },
                ])
            if server.json { return answer.printJSON() }
            print("\(answer["incident"].text ?? "") is open: \(answer["url"].text ?? "")")
        }
    }

    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ack", abstract: "Acknowledge: I have it. Stops the paging.")
        @OptionGroup var which: Which
        @Option(help: "Who has it.") var by: String
        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await server.act(which, "acknowledge", ["by": .text(by)]) { "\($0) is acknowledged; \($1) owns it." }
        }
    }

    struct Take: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take an incident over.")
        @OptionGroup var which: Which
        @Option(help: "Who takes it.") var by: String
        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await server.act(which, "take", ["by": .text(by)]) { "\($1) owns \($0)." }
        }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Resolve: it is over.")
        @OptionGroup var which: Which
        @Option(help: "Who says so.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await server.act(which, "resolve", ["by": by.map { .text($0) }]) { id, _ in "\(id) is resolved." }
        }
    }

    struct Note: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write into the timeline.")
        @OptionGroup var which: Which
        @Argument(help: "The words.") var text: String
        @Option(help: "Who writes.") var by: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await server.act(which, "notes", ["text": .text(text), "by": by.map { .text($0) }]) { id, _ in
                "Noted on \(id)."
            }
        }
    }
}

extension ServerOptions {
    /// Does something to an incident and says what became of it.
    func act(
        _ which: IncidentCommand.Which, _ verb: String, _ body: [String: APIClient.Value?],
        _ sentence: (_ id: String, _ owner: String) -> String
    ) async throws {
        let answer = try await api().post("/incidents/\(which.number())/\(verb)", body)
        if json { return answer.printJSON() }
        guard let incident = answer["incident"].text else {
            throw APIClient.Failure(
                "The server did not say which incident it did that to. Look with `tocsin incident show`.")
        }
        let done = sentence(incident, answer["owner"].text ?? "nobody")
        print(answer["already"].isTrue ? "It was so already. \(done)" : done)
    }
}
