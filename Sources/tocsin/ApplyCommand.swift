import ArgumentParser

/// `tocsin apply`: the server reads its configuration anew.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Have the server read its configuration anew.",
        discussion: """
            All of it is applied or nothing. A configuration that would change who is on call right now is refused, \
            with what to write instead, unless --accept. Exits 1 when nothing was applied.
            """)

    @Flag(help: "Apply it although others will be on call from now on.")
    var accept = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let answer: Answer
        do {
            answer = try await server.api().post("/configuration/apply", ["accept": .flag(accept)])
        } catch let failure as APIClient.Failure where !failure.faults.isEmpty {
            for line in failure.faults.flatMap({ $0 }) { Terminal.printError(line) }
            let refused = "Nothing was applied. Write that instead, or say --accept."
            Terminal.printError(failure.code == "moves_duty" ? refused : "Nothing was applied.")
            throw ExitCode(1)
        }
        if server.json { return answer.printJSON() }
        for line in Self.lines(answer) { print(line) }
    }

    private static func lines(_ answer: Answer) -> [String] {
        let version = answer["version"].number ?? 0
        let warnings = answer["warnings"].texts
        guard answer["previous_version"].number != version else {
            return ["Nothing changed: version \(version) stays in force, with \(warnings.count) warning(s)."]
        }
        let digest = answer["digest"].text?.prefix(12) ?? ""
        let files = answer["files"].members.map { "  \($0.name): \($0.value.text ?? "")" }
        let zones = answer["zones"].texts.map { "  new rules of \($0)" }
        let moved = answer["moved"].items.map { change in
            let (before, after) = (change["before"].texts, change["after"].texts)
            return "  on call in \(change["schedule"].text ?? "?"): \(before.joined(separator: " and ")) → "
                + (after.isEmpty ? "nobody" : after.joined(separator: " and "))
        }
        return ["Version \(version) is in force (\(digest)…), with \(warnings.count) warning(s)."] + files + zones
            + moved + warnings.map { "warning: \($0)" }
    }
}
