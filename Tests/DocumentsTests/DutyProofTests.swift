import Documents
import Engine
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite("A configuration proved for ten years")
struct DutyProofTests {
    private static let until = Reading.now + .days(3653)

    /// Only dia has a webhook: the rest are reached by mail, where an address is known.
    private static let reading = Reading()
        .replacing("channels:\n", "channels:\n  smtp: {host: m.example.com, from: t@example.com}\n")
        .replacing("  webhook: {url: \"https://example.com/hook\", secret: {env: HOOK_SECRET}}\n", "")
        .replacing("high: [webhook now, inbox 1m]", "role: SRE")

    private func lines(
        _ reading: Reading, entered: [UserID: ContactDetails] = [:], allowFallback: Bool = false
    ) throws -> (lines: [String], hasHoles: Bool) {
        let settings = try reading.configuration(entered: entered)
        let reachability = Reachability(channels: settings.channels, contacts: settings.contacts.entering(entered))
        let proof = DirectoryProof(
            settings.directory, from: Reading.now, until: Self.until, amendments: .none)
        let words = HoleWords(settings.directory) { reachability.obstacle($0, to: .mail) }
        let lines = ProofLines(
            proof, settings.directory, amendments: .none, allowFallback: allowFallback, words: words)
        return (lines.lines, proof.holes(allowFallback: allowFallback))
    }

    @Test("Nothing is left open where everybody has a method that works")
    func proved() throws {
        let found = try lines(Reading())
        #expect(!found.hasHoles)
        #expect(found.lines.first == "primary: covered until 2036-11-23: 522 shifts, 2 people")
        #expect(found.lines.contains { $0.hasPrefix("route 1 to ranker") && $0.hasSuffix("covered") })
    }

    @Test("A person whose only address is not proved is a hole with that reason, until the address is proved")
    func unproved() throws {
        let ana = ContactDetails(mail: "ana@example.com")
        let found = try lines(Self.reading, entered: ["ana": ana])
        #expect(found.hasHoles)
        let hole = found.lines.firstIndex { $0.contains("every 2 weeks, 260 times") }
        let start = try #require(hole, "\(found.lines)")
        let told = found.lines[start...].prefix(8)
        #expect(told.first?.contains("nobody is on call from mon 2026-11-30 10:00 to mon 2026-12-07 10:00") == true)
        #expect(told.contains { $0.contains("for ben: mon 2026-11-30 04:00") })
        #expect(
            told.contains {
                $0.contains("ben has the turn in layer week and cannot be reached: no mail address is known")
            }, "\(told)")
        let ben = ContactDetails(mail: "ben@example.com")
        let proved = try lines(Self.reading, entered: ["ana": ana, "ben": ben])
        #expect(!proved.hasHoles, "\(proved.lines)")
    }

    @Test("A policy with a barren first step is told with a trace; what stands in is no hole when that is allowed")
    func barrenStep() throws {
        let reading = Reading().replacing(
            "handoff: mon 10:00", "handoff: mon 10:00\n        hours: mon-fri 00:00-24:00")
        let found = try lines(reading)
        #expect(found.lines.contains("Policy ml at sev1 and sev2:"), "\(found.lines)")
        #expect(
            found.lines.contains { $0.contains("step 1 reaches nobody 522 times") && $0.hasSuffix("Step 2 stands in.") }
        )
        #expect(found.lines.contains { $0.contains("+0 min  step 2: ana, who is named in the policy") })
        #expect(found.lines.contains("Policy ml at sev3 and sev4:"))
        let allowed = try lines(reading, allowFallback: true)
        #expect(!allowed.lines.contains("Policy ml at sev1 and sev2:"))
        #expect(allowed.lines.contains("Policy ml at sev3 and sev4:"), "Nothing stands in for low urgency.")
    }

    @Test("Handoffs that move under other zone rules are listed on the clocks before and after")
    func moves() throws {
        let directory = try Reading().configuration().directory
        var zones = directory.roster.zones
        zones["Europe/Berlin"] = .fixed(id: "Europe/Berlin", offsetSeconds: 7200)
        let changed = Roster(schedules: directory.roster.schedules, zones: zones)
        let moves = directory.roster.handoffMoves(
            to: changed, from: Reading.now, until: Reading.now + .days(10), amendments: .none)
        let lines = MoveLines(moves, before: directory.roster, after: changed).lines
        #expect(lines.first == "The rules of Europe/Berlin changed: these 2 handoffs move or change.", "\(lines)")
        #expect(
            lines.contains(
                "  primary: was mon 2026-11-30 10:00 (2026-11-30T09:00:00Z), ana to ben. Now mon 2026-11-30 10:00 "
                    + "(2026-11-30T08:00:00Z), ana to ben."), "\(lines)")
    }
}
