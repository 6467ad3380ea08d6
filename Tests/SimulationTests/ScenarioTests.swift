import Foundation
import Simulation
import Testing

/// Every file in Tests/Scenarios is a story with the log it must lead to.
@Suite struct ScenarioTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Scenarios")

    static let names: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? [])
        .filter { $0.hasSuffix(".scenario") }.sorted()

    @Test("Every scenario ends in the log it tells of", arguments: names)
    func plays(name: String) throws {
        let url = Self.folder.appending(path: name)
        let text = try String(contentsOf: url, encoding: .utf8)
        let scenario = try Scenario(text)
        let actual = try scenario.play()
        if ProcessInfo.processInfo.environment["TOCSIN_WRITE_SCENARIOS"] == "1" {
            let told = text[..<(text.range(of: "expect:")?.upperBound ?? text.endIndex)]
            try "\(told)\n\(actual.joined(separator: "\n"))\n".write(to: url, atomically: true, encoding: .utf8)
        } else if let difference = scenario.difference(from: actual) {
            Issue.record("\(name): \(scenario.title)\n\(difference)")
        }
    }

    @Test("There is a scenario for every rule that is built")
    func everyRuleHasOne() {
        for rule in (1...15).map({ "s\($0)" }) + ["s19"] {
            #expect(Self.names.contains { $0.hasPrefix(rule + "-") }, "no scenario for \(rule.uppercased())")
        }
    }

    @Test("A scenario that expects something else fails, and shows where")
    func showsTheDifference() throws {
        let scenario = try Scenario(
            """
            user ana: inbox
            policy base: user ana 5m
            service db: base
            last resort: user ana
            at 00:00:00 alert disk sev4 service=db
            until 00:00:01
            expect:
            00:00:00 INC-1 opened sev1 high in db: route 1 matched
            00:00:00 INC-1 prom/disk fired sev4
            """)
        let difference = try #require(scenario.difference(from: try scenario.play()))
        #expect(difference.contains("- 00:00:00 INC-1 opened sev1 high in db: route 1 matched"))
        #expect(difference.contains("+ 00:00:00 INC-1 opened sev4 low in db: route 1 matched"))
        #expect(difference.contains("  00:00:00 INC-1 prom/disk fired sev4"))
    }

    @Test(
        "A scenario that cannot be read says in which line",
        arguments: [
            ("at noon alert disk\nuntil 00:00:01", "line 1"), ("user ana: pigeon\nuntil 00:00:01", "line 1"),
            ("policy base: user ana soon\nuntil 00:00:01", "line 1"), ("hello world\nuntil 00:00:01", "line 1"),
            ("user ana: inbox", "until"),
        ])
    func saysWhere(text: String, hint: String) {
        let problem = #expect(throws: ScenarioProblem.self) { _ = try Scenario(text).play() }
        #expect(problem?.description.contains(hint) == true)
    }
}
