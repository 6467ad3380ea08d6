import ArgumentParser

/// `tocsin say …`: a line as one would type it in chat, read by the same grammar.
struct SayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "say",
        abstract: "Say what you would say in chat: ack 42, who, snooze 2h, override sun ben 18:00-22:00.",
        discussion: "`tocsin say help` lists every command. Clock times are read in the zone of the person who speaks.")

    @Argument(parsing: .captureForPassthrough, help: "The words; --as USER first says who speaks.")
    var words: [String] = []

    func run() async throws {
        // Everything after the name is the line, so that no word of it is taken for an option but these at the front.
        var rest = words[...]
        var options: [String] = []
        while let word = rest.first, Self.valued.contains(word), rest.count >= 2 {
            options += rest.prefix(2)
            rest = rest.dropFirst(2)
        }
        if rest.first == "--json" {
            options.append("--json")
            rest = rest.dropFirst()
        }
        if rest.first == "--help" || rest.first == "-h" { throw CleanExit.helpRequest(self) }
        let speaker = try SpeakerOptions.parse(options)
        try await speaker.say(rest.isEmpty ? "help" : rest.joined(separator: " "))
    }

    private static let valued: Set = ["--as", "--server", "--token", "--incident"]
}

/// Who speaks, and to which server.
struct SpeakerOptions: ParsableArguments {
    @Option(name: .customLong("as"), help: "Who speaks: a user of the configuration.")
    var user: String?

    @Option(help: "The incident it is about when the line names none.")
    var incident: String?

    @OptionGroup var server: ServerOptions

    /// Has one line carried out and prints the answer; fails when it was not.
    func say(_ line: String) async throws {
        let answer = try await server.api().post(
            "/commands",
            ["line": .text(line), "user": user.map { .text($0) }, "incident": incident.map { .text($0) }])
        if server.json {
            answer.printJSON()
        } else {
            for text in answer["text"].lines { print(text) }
            for choice in answer["choices"].items {
                print("  \(choice["line"].text ?? "")    \(choice["label"].text ?? "")")
            }
        }
        let kind = answer["kind"].text ?? ""
        if !["done", "information"].contains(kind) { throw ExitCode(1) }
    }
}

/// Verbs on one incident that are a line of the grammar each.
extension IncidentCommand {
    struct Reopen: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Reopen: it is not over.")
        @OptionGroup var which: Which
        @Option(help: "Who says so.") var by: String
        @OptionGroup var server: ServerOptions

        func run() async throws { try await server.say("reopen \(which.number())", as: by) }
    }

    struct Snooze: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Acknowledge, and be paged again later: snooze 42 2h.")
        @OptionGroup var which: Which
        @Argument(help: "For how long, or until when: 2h, 'until 09:00', 'until tomorrow 9:00'.") var time: String
        @Option(help: "Who snoozes it.") var by: String
        @OptionGroup var server: ServerOptions

        func run() async throws { try await server.say("snooze \(which.number()) \(time)", as: by) }
    }

    struct Escalate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Call the next step of the policy now.")
        @OptionGroup var which: Which
        @Option(help: "Who escalates.") var by: String
        @OptionGroup var server: ServerOptions

        func run() async throws { try await server.say("escalate \(which.number())", as: by) }
    }

    struct Severity: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say how bad it is: severity 42 sev1.")
        @OptionGroup var which: Which
        @Argument(help: "sev1 … sev4.") var severity: String
        @Option(help: "Who says so.") var by: String
        @OptionGroup var server: ServerOptions

        func run() async throws { try await server.say("severity \(which.number()) \(severity)", as: by) }
    }

    struct Page: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Page somebody besides those whom the policy calls: page 42 ben.")
        @OptionGroup var which: Which
        @Argument(help: "A user, or 'schedule NAME'.") var who: String
        @Option(help: "Who asks for them.") var by: String
        @OptionGroup var server: ServerOptions

        func run() async throws { try await server.say("page \(who) INC-\(which.number())", as: by) }
    }

    struct Assign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hand it to somebody, who has it once they acknowledge: assign 42 ben.")
        @OptionGroup var which: Which
        @Argument(help: "A user.") var who: String
        @Option(help: "Who hands it over.") var by: String
        @OptionGroup var server: ServerOptions

        func run() async throws { try await server.say("assign INC-\(which.number()) to \(who)", as: by) }
    }
}

extension ServerOptions {
    func say(_ line: String, as user: String) async throws {
        var speaker = SpeakerOptions()
        speaker.user = user
        speaker.incident = nil
        speaker.server = self
        try await speaker.say(line)
    }
}
