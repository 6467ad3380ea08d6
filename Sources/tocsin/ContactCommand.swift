import ArgumentParser

/// `tocsin contact …`: where people are reached.
struct ContactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contact", abstract: "Say where you are reached, prove it, and hear a practice page.",
        discussion: """
            An address is used only after the code that was sent to it has been typed back:

              tocsin contact add mail ana@example.com --user ana
              tocsin contact verify mail 123456 --user ana
              tocsin contact test mail --user ana
            """,
        subcommands: [List.self, Add.self, Verify.self, Test.self, Remove.self, Link.self, Card.self],
        defaultSubcommand: List.self)

    struct Whose: ParsableArguments {
        @Option(help: "Whose: a user of the configuration.") var user: String
        @OptionGroup var server: ServerOptions

        var path: String { "/users/\(APIClient.encode(user))/contacts" }

        func path(_ method: String) -> String { "\(path)/\(APIClient.encode(method))" }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the ways to reach somebody, and what is wrong.")
        @OptionGroup var whose: Whose

        func run() async throws {
            let answer = try await whose.server.api().get(whose.path)
            if whose.server.json { return answer.printJSON() }
            for item in answer["items"].items {
                let state =
                    item["pending"].text.map { "waits for the code sent to \($0)" }
                    ?? item["obstacle"].text.map { "does not work: \($0)" } ?? "works"
                print(
                    "\((item["method"].text ?? "").padding(to: 8)) \((item["address"].text ?? "–").padding(to: 24)) \(state)"
                )
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Enter an address: a code is sent to it.")
        @Argument(help: "mail, push or phone.") var method: String
        @Argument(help: "The mail address, the ntfy topic, or the phone number with its country.") var address: String
        @OptionGroup var whose: Whose

        func run() async throws {
            let answer = try await whose.server.api().post(whose.path(method), ["address": .text(address)])
            if whose.server.json { return answer.printJSON() }
            print("A code is on its way to \(answer["address"].text ?? "it"). Type it back within ten minutes:")
            print("  tocsin contact verify \(method) CODE --user \(whose.user)")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Type the code back: from then on pages go there.")
        @Argument(help: "mail, push or phone.") var method: String
        @Argument(help: "The code.") var code: String
        @OptionGroup var whose: Whose

        func run() async throws {
            let answer = try await whose.server.api().post("\(whose.path(method))/verify", ["code": .text(code)])
            if whose.server.json { return answer.printJSON() }
            print("Proved. Hear it once: tocsin contact test \(method) --user \(whose.user)")
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Page me now, for practice.")
        @Argument(help: "mail, push, sms, call, chat, webhook or inbox.") var method: String
        @OptionGroup var whose: Whose

        func run() async throws {
            let answer = try await whose.server.api().post("\(whose.path(method))/test", [:])
            if whose.server.json {
                answer.printJSON()
            } else {
                print("\(answer["result"].text ?? ""): \(answer["evidence"].text ?? "")")
            }
            if !["sent", "delivered"].contains(answer["result"].text ?? "") { throw ExitCode(1) }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Use an address no more.")
        @Argument(help: "mail, push or phone.") var method: String
        @OptionGroup var whose: Whose

        func run() async throws {
            let answer = try await whose.server.api().delete(whose.path(method))
            if whose.server.json { return answer.printJSON() }
            print("Removed.")
        }
    }

    struct Card: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "vcard",
            abstract: "Print what pages come from as a vCard, for your phone to let through when it is silent.")
        @OptionGroup var server: ServerOptions

        func run() async throws { print(try await server.api().getText("/contact-card"), terminator: "") }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a link to somebody's own page, good once and within an hour: send it to nobody else.")
        @OptionGroup var whose: Whose

        func run() async throws {
            let answer = try await whose.server.api().post("/users/\(APIClient.encode(whose.user))/link", [:])
            if whose.server.json { return answer.printJSON() }
            print(answer["url"].text ?? "")
        }
    }
}
