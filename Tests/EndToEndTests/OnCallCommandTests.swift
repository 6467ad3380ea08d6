import Foundation
import Testing

/// `tocsin oncall` and `tocsin report`, the built program: against a server, from its log, from a configuration.
@Suite struct OnCallCommandTests {
    private static let configuration = """
        defaults: {unrouted: ranker, last_resort: {page: [user ana]}}
        users:
          ana: {name: Ana Lindt, zone: Europe/Berlin}
          ben: {name: Ben Okoro, zone: America/New_York}
        schedules:
          primary:
            zone: Europe/London
            layers: [{name: day, people: [ana, ben], turn: 1 day, handoff: "01:30"}]
        policies: {ml: {steps: [{page: [schedule primary], wait: 5 min}]}}
        services: {ranker: {policy: ml}}
        """

    @Test("a time shown twice has both answers with their reasons, and a skipped one says so, from any source")
    func clocks() async throws {
        let house = try Installation(configuration: Self.configuration)
        defer { house.remove() }
        try await house.start()
        let binary = try Installation.binary()
        let config = house.folder.appending(path: "tocsin.yaml").path
        let question = ["oncall", "primary", "--at", "2027-10-31T01:15", "--in", "Europe/London", "--why"]
        let answers = [
            try house.command("oncall", "primary", "--at", "2027-10-31T01:15", "--in", "Europe/London", "--why"),
            try Installation.run(binary, question + ["--database", house.database]),
            try Installation.run(binary, question + ["--config", config]),
        ]
        for said in answers {
            let lines = said.split(separator: "\n").map(String.init)
            #expect(lines[0].hasPrefix("Clocks in Europe/London show 01:15 twice on 2027-10-31"), "\(said)")
            let readings = lines.filter { $0.hasPrefix("primary at ") }
            #expect(readings.count == 2 && readings[0].hasPrefix("primary at 2027-10-31T01:15:00+01:00: "), "\(said)")
            #expect(readings.last?.hasPrefix("primary at 2027-10-31T01:15:00+00:00: ") == true, "\(said)")
            #expect(lines.contains { $0.contains("of layer day of schedule primary.") }, "\(said)")
            #expect(lines.contains { $0.contains("on the clocks of Europe/London, which is from") }, "\(said)")
        }
        let skipped = try house.command("oncall", "primary", "--at", "2027-03-28 01:30", "--in", "Europe/London")
        #expect(skipped.contains("never show 01:30 on 2027-03-28: they go straight to 02:00"), "\(skipped)")
        #expect(skipped.contains("primary at 2027-03-28T02:00:00+01:00: "), "\(skipped)")
        let unknown = #expect(throws: Trouble.self) {
            try house.command("oncall", "--at", "2027-03-28", "--in", "Europe/Lodnon")
        }
        #expect(unknown?.description.contains("Did you mean Europe/London?") == true)

        let past = try house.command("oncall", "primary", "--at", "2020-01-01", "--in", "Europe/London", "--why")
        #expect(past.contains("The log begins at ") && past.contains("version 1 of the configuration"), "\(past)")

        let online = try house.command("report", "load", "--in", "UTC")
        #expect(online.contains("Ana Lindt") && online.contains("sleep broken"), "\(online)")
        let offline = try Installation.run(binary, ["report", "load", "--in", "UTC", "--database", house.database])
        #expect(offline.contains("Ben Okoro") && offline.contains("Nobody was asked for too much."), "\(offline)")
    }
}
