import Foundation
import Testing

/// An edited configuration, taken up by the built program.
@Suite(.serialized)
struct ApplyCommandTests {
    private static let before = Installation.configuration(
        webhook: "http://127.0.0.1:9/", steps: "[{page: [schedule sun], wait: 5m}]")
    /// Everybody's hours are dia's.
    private static let after = ["chi", "ana", "ben"].reduce(before) {
        $0.replacingOccurrences(of: "people: [\($1)]", with: "people: [dia]")
    }

    private func edit(_ installation: Installation, _ text: String) throws {
        try text.write(to: installation.folder.appending(path: "tocsin.yaml"), atomically: true, encoding: .utf8)
    }

    private func onCall(_ installation: Installation) async throws -> String? {
        let people = try await installation.get("/oncall/sun")["people"] as? [[String: any Sendable]]
        return people?.first?["user"] as? String
    }

    @Test("apply refuses what moves today's shift and says what to write; that, and --accept, are taken")
    func apply() async throws {
        let installation = try Installation(configuration: Self.before)
        defer { installation.remove() }
        try await installation.start()
        let person = try #require(try await onCall(installation))

        try edit(installation, Self.after)
        let refused = #expect(throws: Trouble.self) { try installation.command("apply") }
        let said = refused?.description ?? ""
        #expect(said.contains("schedule sun: now \(person), would be dia."), "\(said)")
        #expect(said.contains("{from: 1970-01-05, people: [\(person)]}"), "\(said)")
        #expect(try await onCall(installation) == person)

        let eras = try #require(said.components(separatedBy: "\n").first { $0.contains("people: [\(person)]}") })
        try edit(installation, Self.before.replacingOccurrences(of: "people: [\(person)]", with: eras))
        #expect(try installation.command("apply").contains("Version 2 is in force"))
        #expect(try await onCall(installation) == person)

        try edit(installation, Self.after)
        #expect(try installation.command("apply", "--accept").contains("on call in sun: \(person) → dia"))
        #expect(try await onCall(installation) == "dia")

        try edit(installation, "users: 3")
        let invalid = #expect(throws: Trouble.self) { try installation.command("apply") }
        #expect(invalid?.description.contains("tocsin.yaml:1:") == true)
        #expect(try await onCall(installation) == "dia")
    }

    @Test("time off is entered by days, which begin at midnight where one says")
    func days() async throws {
        let installation = try Installation(configuration: Self.before)
        defer { installation.remove() }
        try await installation.start()
        let day = Date(timeIntervalSinceNow: 10 * 86400).formatted(.iso8601.year().month().day())
        let next = Date(timeIntervalSinceNow: 11 * 86400).formatted(.iso8601.year().month().day())
        let said = try installation.command(
            "timeoff", "add", "ana", "--from", day, "--until", next, "--in", "Asia/Tokyo", "--leave-hole")
        let before = Date(timeIntervalSinceNow: 9 * 86400).formatted(.iso8601.year().month().day())
        #expect(said.contains("ana is away from \(before)T15:00:00Z until \(day)T15:00:00Z"), "\(said)")
    }

    @Test("a restart takes what was edited, and says aloud who is on call now and was not")
    func restart() async throws {
        let installation = try Installation(configuration: Self.before)
        defer { installation.remove() }
        try await installation.start()
        let person = try #require(try await onCall(installation))
        installation.stop()
        try edit(installation, Self.after)
        try await installation.start()
        #expect(try await onCall(installation) == "dia")
        let files = try FileManager.default.contentsOfDirectory(
            at: installation.folder, includingPropertiesForKeys: nil)
        let output = files.filter { $0.lastPathComponent.hasPrefix("output-") }
            .compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined()
        #expect(output.contains("schedule sun: it was \(person), now it is dia."))
    }
}
