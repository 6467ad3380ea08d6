import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Testing
import Timekeeping

/// Runbooks as files: what they say of themselves, and what a check finds.
@Suite struct RunbookTests {
    static let today = CivilDate("2026-11-23")!

    static let good = """
        ---
        owner: ml
        reviewed: 2026-11-01
        matches: ['alertname="Slow", env!="dev"', 'signal="latency"']
        severity: ">= sev2"
        rollback: true
        steps: ["Check: where", Act]
        ---
        # It is slow

        ## Symptom
        ## Check: where
        ## Decide
        ## Act

        ```chat
        ack INC-42
        tocsin rollback INC-42
        ```

        ## Undo
        See [other](other.md#act), [above](#act) and <https://example.com>.
        ## Who to call
        """

    static let other = good.replacing("other.md#act", with: "slow.md")

    /// A folder of these files, for the length of `body`.
    private static func folder<T>(_ files: [String: String], _ body: (String) throws -> T) throws -> T {
        let url = FileManager.default.temporaryDirectory.appending(path: "runbooks-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        for (name, text) in files { try Data(text.utf8).write(to: url.appending(path: name)) }
        return try body(url.path)
    }

    private static func lint(_ text: String) throws -> RunbookLint {
        try folder(["slow.md": text, "other.md": other]) { RunbookLibrary(folders: [$0]).lint(today: today) }
    }

    @Test("a runbook says what it is for")
    func reads() throws {
        let runbook = try Self.folder(["slow.md": Self.good, "README.md": "no runbook"]) { folder in
            let library = RunbookLibrary(folders: [folder])
            #expect(library.errors.isEmpty && library.runbooks.count == 1)
            return try #require(library["slow"])
        }
        #expect(runbook.title == "It is slow" && runbook.owner == "ml" && runbook.advisesRollback)
        #expect(runbook.reviewed == CivilDate("2026-11-01"))
        #expect(runbook.severities == [.sev1, .sev2])
        #expect(
            runbook.matches == [
                [
                    LabelMatcher(label: "alertname", value: "Slow"),
                    LabelMatcher(label: "env", comparison: .notEqual, value: "dev"),
                ], [LabelMatcher(label: "signal", value: "latency")],
            ])
        #expect(runbook.steps.map(\.anchor) == ["check-where", "act"])
        #expect(runbook.markdown.hasPrefix("# It is slow"))
        #expect(!runbook.html.text.contains("It is slow") && runbook.html.text.contains("href=\"./other#act\""))
        #expect(runbook.digest.count == 64)
    }

    @Test("those that come with Tocsin are read and nothing is wrong with them")
    func shipped() {
        let library = RunbookLibrary(folders: [Sources.runbooks])
        let lint = library.lint(today: Self.today)
        #expect(lint.errors.map(\.description) == [])
        #expect(lint.warnings.map(\.description) == [])
        let wanted: Set<RunbookID> = [
            "model-latency", "model-errors", "data-drift", "concept-drift", "fairness-regression", "gpu-out-of-memory",
            "stale-features", "bad-canary",
        ]
        #expect(wanted.isSubset(of: Set(library.runbooks.map(\.id))))
        // When the world has changed an older model helps nobody.
        #expect(library["data-drift"]?.advisesRollback == false && library["bad-canary"]?.advisesRollback == true)
        for runbook in library.runbooks {
            #expect(runbook.markdown.contains("ack INC-42"), "\(runbook.id) does not begin with the acknowledgement")
            #expect(runbook.markdown.contains("Makes it worse:"), "\(runbook.id) does not say what makes it worse")
            #expect(runbook.matches.contains([LabelMatcher(label: "runbook", value: runbook.id.rawValue)]))
        }
    }

    @Test("the later folder's runbook takes the place of one of the same name, and of no other")
    func replaced() throws {
        try Self.folder(["slow.md": Self.good, "other.md": Self.other]) { shipped in
            try Self.folder(["slow.md": Self.good.replacing("It is slow", with: "Ours")]) { own in
                let library = RunbookLibrary(folders: [shipped, own])
                #expect(library.runbooks.map(\.title) == ["It is slow", "Ours"])
                #expect(library.runbooks.map(\.id) == ["other", "slow"])
            }
        }
    }

    @Test("a good runbook has no mistakes")
    func clean() throws {
        let lint = try Self.lint(Self.good)
        #expect(lint.errors.map(\.description) == [] && lint.warnings.map(\.description) == [])
    }

    @Test(
        "each mistake is told, with file and line and the way out",
        arguments: [
            ("owner: ml\n", "", "slow.md:2:1: owner: is mandatory and missing."),
            ("reviewed: 2026-11-01", "reviewed: last week", "slow.md:3:11: reviewed: \"last week\" is not a date."),
            ("signal=\"latency\"", "signal=~\"lat.*\"", "slow.md:4:43: matches[1]: compares signal with =~"),
            ("\">= sev2\"", "\">= bad\"", "slow.md:5:11: severity: \"bad\" is not a severity."),
            ("\">= sev2\"", "[sev1, sev9]", "slow.md:5:18: severity[1]: \"sev9\" is not one of"),
            ("rollback: true", "rollback: maybe", "slow.md:6:11: rollback: \"maybe\" is not one of true, false."),
            ("rollback:", "rolback:", "slow.md:6:1: rolback: is not a key known here. Did you mean rollback?"),
            ("owner: ml", "owner: [ml", "slow.md:"),
            ("---\nowner", "owner", "slow.md:1: does not begin with front matter."),
            ("## Undo", "## Afterwards", "slow.md: has no section ## Undo."),
            (
                "## Symptom\n## Check: where", "## Check: where\n## Symptom",
                "slow.md: has its sections in another order."
            ),
            ("steps: [\"Check: where\"", "steps: [\"Check: when\"", "has a step \"Check: when\" without a heading"),
            ("steps: [\"Check: where\", Act]", "steps: []", "slow.md: has no steps."),
            ("other.md#act", "oter.md", "slow.md:22: links to \"oter.md\", and there is no such runbook."),
            ("other.md#act", "other.md#acts", "slow.md:22: links to \"other.md#acts\", and there is no such heading."),
            ("(#act)", "(#acts)", "slow.md:22: links to #acts, and there is no such heading."),
            ("(#act)", "(javascript:x)", "slow.md:22: links to \"javascript:x\", which nobody can follow."),
            ("ack INC-42", "acknowlege INC-42", "slow.md:17: says \"acknowlege INC-42\" in chat: "),
            (
                "tocsin rollback INC-42", "rollback INC-42 quickly",
                "slow.md:18: says \"rollback INC-42 quickly\" in chat: "
            ),
            ("reviewed: 2026-11-01", "reviewed: 2027-11-01", "slow.md: was reviewed on 2027-11-01, which is to come."),
        ])
    func mistakes(text: String, wrong: String, expected: String) throws {
        try #require(Self.good.contains(text))
        let errors = try Self.lint(Self.good.replacing(text, with: wrong, maxReplacements: 1)).errors
        #expect(errors.contains { $0.description.contains(expected) }, "\(errors.map(\.description))")
    }

    @Test("what nobody has looked at for a year is a warning and no error")
    func old() throws {
        let lint = try Self.lint(Self.good.replacing("2026-11-01", with: "2025-11-22"))
        #expect(lint.errors.isEmpty)
        #expect(lint.warnings.map(\.message) == ["was last reviewed on 2025-11-22, more than a year ago"])
        #expect(try Self.lint(Self.good.replacing("2026-11-01", with: "2025-11-23")).warnings.isEmpty)
    }

    @Test("names that cannot be one, that differ only in case, and files too large are told")
    func names() throws {
        let files = [
            "a b.md": Self.good, "Slow.md": Self.good, "slow.md": Self.good,
            "big.md": Self.good + String(repeating: "x", count: 256 * 1024),
        ]
        let errors = try Self.folder(files) { RunbookLibrary(folders: [$0]).errors.map(\.description) }
        #expect(errors.contains { $0.hasPrefix("a b.md: cannot be a runbook's name.") }, "\(errors)")
        #expect(errors.contains { $0.hasPrefix("slow.md: is spelt like Slow.md.") }, "\(errors)")
        #expect(errors.contains { $0.hasPrefix("big.md: is larger than 256 KiB.") }, "\(errors)")
    }

    @Test("a team's own names may stand in its commands")
    func ownNames() throws {
        let text = Self.good.replacing("tocsin rollback INC-42", with: "rollback fraud INC-42")
        try Self.folder(["slow.md": text, "other.md": Self.other]) { folder in
            let library = RunbookLibrary(folders: [folder])
            #expect(library.lint(today: Self.today).errors.count == 1)
            let reading = Reading(Reading.base.replacing("services:\n", with: "services:\n  fraud: {policy: ml}\n"))
            let directory = try reading.configuration().directory
            #expect(library.lint(today: Self.today, directory: directory).errors.map(\.description) == [])
        }
    }
}
