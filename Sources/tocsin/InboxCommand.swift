import ArgumentParser

/// `tocsin inbox`: what the built-in inbox holds.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "Show the built-in inbox: open incidents that people were paged for.")
    @Option(help: "Only this person's.") var user: String?
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let answer = try await server.api().get("/inbox\(user.map { "?user=\(APIClient.encode($0))" } ?? "")")
        if server.json { return answer.printJSON() }
        let items = answer["items"].items
        if items.isEmpty { print("Empty.") }
        for item in items {
            print(
                "\((item["user"].text ?? "").padding(to: 8)) \((item["incident"].text ?? "").padding(to: 9)) "
                    + "\(item["severity"].text ?? "") \((item["state"].text ?? "").padding(to: 13)) \(item["title"].text ?? "")"
            )
        }
    }
}
