import ArgumentParser
import Incidents

/// `tocsin drill …`: pages people for practice, and says who answered how fast.
struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill", abstract: "Page people for practice and see who answers, how fast.",
        subcommands: [Run.self, List.self, Show.self], defaultSubcommand: Run.self)

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Page whoever is on call now, marked DRILL everywhere, and wait for the answers.",
            discussion: """
                A schedule pages everybody who is on call in it. A policy goes through its steps as for an incident of \
                sev2. It ends when those have acknowledged who are wanted, when the steps have run out, or after --for, \
                and never reaches the last resort. Ends with 1 when somebody did not answer.
                """)
        @Argument(help: "A schedule, or else a policy: sun, 'schedule sun' or 'policy ml'.") var target: String
        @Option(help: "How long it lasts at most, from 1m to 60m.") var `for` = "15m"
        @Option(help: "Who starts it.") var by: String?
        @Flag(help: "Do not wait for the answers.") var detach = false
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let api = try server.api()
            var drill = try await start(api)
            let place = "/drills/\((drill["incident"].text ?? "").dropFirst("INC-".count))"
            var told: [String] = []
            if !server.json {
                print("\(drill["incident"].text ?? ""), a drill of \(drill["target"].text ?? ""), has begun.")
            }
            while !detach {
                if !server.json { told += Self.news(drill, told) }
                if drill["ended_at"].text != nil { break }
                try await Task.sleep(for: .seconds(1))
                drill = try await api.get(place)
            }
            if server.json { drill.printJSON() } else { print(drill["summary"].text ?? "") }
            let isAnswered = drill["people"].items.allSatisfy { $0["answered_at"].text != nil }
            if !detach, !isAnswered || drill["people"].items.isEmpty { throw ExitCode(1) }
        }

        /// A bare name is a schedule's if there is one of that name.
        private func start(_ api: APIClient) async throws -> Answer {
            let words = target.split(separator: " ", maxSplits: 1).map(String.init)
            if words.count == 2, words[0] == "schedule" || words[0] == "policy" {
                return try await post(api, words[0], words[1])
            }
            do {
                return try await post(api, "schedule", target)
            } catch let failure as APIClient.Failure where failure.code == "no_such_schedule" {
                return try await post(api, "policy", target)
            }
        }

        private func post(_ api: APIClient, _ kind: String, _ name: String) async throws -> Answer {
            try await api.post("/drills", [kind: .text(name), "for": .text(self.for), "by": by.map { .text($0) }])
        }

        /// What was not told yet.
        private static func news(_ drill: Answer, _ told: [String]) -> [String] {
            let lines = drill["people"].items.flatMap { person -> [String] in
                let user = person["user"].text ?? "?"
                let reached = person["reached"].texts.map { "\(user): reached by \($0)" }
                let answer = person["seconds"].number.map {
                    "\(user): answered after \($0) s by \(person["via"].text ?? "?")"
                }
                return ["\(user): paged"] + reached + [answer].compactMap(\.self)
            }
            let new = lines.filter { !told.contains($0) }
            for line in new { Terminal.print(line) }
            return new
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List drills, the newest first.")
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().get("/drills")
            if server.json { return answer.printJSON() }
            let items = answer["items"].items
            if items.isEmpty { print("None.") }
            for item in items {
                print(
                    "\(item["started_at"].text ?? "")  \(item["incident"].text ?? "")  \(item["target"].text ?? "")  "
                        + (item["summary"].text ?? ""))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show who answered a drill, how fast and how.")
        @OptionGroup var which: IncidentCommand.Which
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.api().get("/drills/\(which.number())")
            if server.json { return answer.printJSON() }
            print(
                "\(answer["incident"].text ?? "")  \(answer["target"].text ?? "")  \(answer["started_at"].text ?? "")")
            for person in answer["people"].items {
                let user = person["user"].text ?? "?"
                let how = person["methods"].texts.joined(separator: ", ")
                let answered = person["seconds"].number.map { "answered after \($0) s by \(person["via"].text ?? "?")" }
                print("\(user): paged by \(how), \(answered ?? "no answer")")
            }
            print(answer["summary"].text ?? "")
        }
    }
}
