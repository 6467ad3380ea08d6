import ArgumentParser

/// `tocsin fire`: a test alert that goes the way of a real one.
struct Fire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fire a test alert: it pages whoever a real one would.")

    @Argument(help: "What it says.")
    var title = "Test alert"

    @Option(help: "The service it should reach; a label of that name must lead there.")
    var service: String?

    @Option(help: "sev1 … sev4, or critical, error, warning, info.")
    var severity = "sev2"

    @Option(help: "A label, as name=value. May be repeated.")
    var label: [String] = []

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var labels: [String: String] = [:]
        for pair in label {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw ValidationError("--label: '\(pair)' is not name=value.") }
            labels[parts[0]] = parts[1]
        }
        let answer = try await server.api().post(
            "/fire",
            [
                "title": .text(title), "severity": .text(severity), "service": service.map { .text($0) },
                "labels": labels.isEmpty ? nil : .texts(labels),
            ])
        if server.json { return answer.printJSON() }
        for incident in answer["incidents"].items {
            print("\(incident["incident"].text ?? "?") is open: \(incident["url"].text ?? "")")
        }
    }
}
