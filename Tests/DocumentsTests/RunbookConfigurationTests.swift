import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Testing
import Timekeeping

/// Runbooks in a configuration: which there are, which a service names, and what the log keeps of them.
@Suite struct RunbookConfigurationTests {
    private static func reading(_ names: String, folder: String? = "runbooks: books\n") -> Reading {
        var reading = Reading(Reading.base + "\n" + (folder ?? ""))
        reading = reading.replacing("{policy: ml, team: ml}", "{policy: ml, team: ml, runbooks: \(names)}")
        reading.files["books/slow.md"] = RunbookTests.good
        reading.files["books/other.md"] = RunbookTests.other
        return reading
    }

    @Test("the folder stands beside the configuration, and decisions know what it holds")
    func folder() throws {
        let configuration = try Self.reading("[slow]").configuration()
        #expect(configuration.runbooks.map(\.id) == ["other", "slow"])
        #expect(configuration.directory.runbooks.map(\.id) == ["other", "slow"])
        #expect(configuration.directory.services.values.contains { $0.runbooks == ["slow"] })
        #expect(configuration.directory.runbooks.allSatisfy { $0.severities == [.sev1, .sev2] })
    }

    @Test("a runbook that is not there is an error that names the nearest")
    func unknown() throws {
        let errors = try Self.reading("[slov]").errors()
        #expect(errors.contains { $0.contains("there is no runbook \"slov\". Did you mean slow?") }, "\(errors)")
    }

    @Test("a folder that is not there, and one with a mistake in it, are errors")
    func mistakes() throws {
        #expect(try Self.reading("[]", folder: "runbooks: nowhere\n").errors().contains { $0.contains("no folder") })
        var broken = Self.reading("[]")
        broken.files["books/slow.md"] = RunbookTests.good.replacing("owner: ml\n", with: "")
        #expect(try broken.errors().contains { $0.hasPrefix("slow.md:2:1: owner: is mandatory") })
    }

    @Test("a changed runbook is a new version, and the log keeps its digest and not its text")
    func digest() throws {
        let before = try Self.reading("[slow]").configuration()
        var reading = Self.reading("[slow]")
        reading.files["books/slow.md"] = RunbookTests.good + "\nMore.\n"
        let after = try reading.configuration()
        #expect(before.digest != after.digest)
        let recorded = try #require(before.sources.first { $0.path == "runbooks/slow.md" })
        #expect(recorded.text == "sha256 \(try #require(before.runbooks.last).digest)\n")
        #expect(!before.sources.contains { $0.text.contains("Symptom") })
    }

    @Test("a recorded configuration runs with the runbooks as they are now, and one that has gone is a warning")
    func restored() throws {
        let original = try Self.reading("[slow]").configuration()
        let reader = ConfigurationReader(environment: Reading.environment, zoneinfo: [])
        let restored = try reader.read(sources: original.sources, zones: original.zones, now: Reading.now)
        #expect(restored.digest == original.digest)
        #expect(restored.directory.services.values.allSatisfy { $0.runbooks.isEmpty })
        #expect(restored.warnings.contains { $0.contains("no runbook \"slow\"") }, "\(restored.warnings)")
        #expect(restored.warnings.contains { $0.contains("no folder \"books\"") }, "\(restored.warnings)")
    }
}
