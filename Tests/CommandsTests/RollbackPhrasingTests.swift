import Commands
import Incidents
import Testing

@Suite struct RollbackPhrasingTests {
    private static let rolling = Stage.rolling
    private static let inThread = Stage.rollingThread

    static let planning = [
        Phrasing("rollback INC-41", "rollback INC-41"),
        Phrasing("rollback", "? rollback INC-42 | rollback INC-41 | rollback INC-40"),
        Phrasing("rollback", "rollback INC-7", Stage.calm),
        Phrasing("rollback", "rollback INC-41", inThread),
        Phrasing("roll back please", "rollback INC-41", inThread),
        Phrasing("revert 41", "rollback INC-41"),
        Phrasing("rollback INC-41 to 1", "rollback INC-41 to 1"),
        Phrasing("rollback to version 1 INC-41", "rollback INC-41 to 1"),
        Phrasing("rollback ranker INC-41 to v1.2.3-rc.1.", "rollback INC-41 to v1.2.3-rc.1"),
        Phrasing("rollback to 42", "rollback INC-41 to 42", inThread),
        Phrasing("rollback version 3 of INC-41", "rollback INC-41 to 3"),
        Phrasing("rollback INC-41 to the last good version", "rollback INC-41"),
        Phrasing("rollback to last-good 41", "rollback INC-41"),
        Phrasing("rollback to \"approve\" 41", "rollback INC-41 to approve"),
        Phrasing("rollback to 1 to 2 41", "! 'to' is not understood"),
        Phrasing("rollback 41 to", "! Say which version"),
        Phrasing("rollback to INC-41", "! Say which version"),
        Phrasing("rollback 41 42", "! One incident at a time"),
        Phrasing("rollback ranker INC-42", "! INC-42 is about billing, not ranker"),
        Phrasing("rollback ranker", "! a rollback belongs to an incident", Stage.idle),
        Phrasing("rollback ranker billing", "! 'billing' is not understood"),
        Phrasing("rollback INC-41?", "! That is a question"),
        Phrasing("rollback 41 now", "! There is no service 'now'"),
        Phrasing("rollback INC-41 to 1 approve", "! There is no service 'approve'"),
    ]

    static let approving = [
        Phrasing("rollback approve INC-41", "rollback INC-41 approve"),
        Phrasing("rollback INC-41 approve", "rollback INC-41 approve"),
        Phrasing("rollback approve", "rollback INC-41 approve", rolling),
        Phrasing("rollback approve", "? rollback INC-42 approve | rollback INC-41 approve", Stage.rollingTwice),
        Phrasing("rollback approve", "! No rollback waits for approval", Stage.calm),
        Phrasing("rollback approve", "rollback INC-41 approve", inThread),
        Phrasing("rollback approve 41-2", "rollback INC-41 approve 41-2", rolling),
        Phrasing("rollback approve the plan 41-2, thanks", "rollback INC-41 approve 41-2", rolling),
        Phrasing("rollback approve 41 42", "! One rollback at a time", rolling),
        Phrasing("rollback approve 41-1 41-2", "! One rollback at a time", rolling),
        Phrasing("rollback approve 99-1", "! There is no INC-99", rolling),
        Phrasing("rollback approve?", "! That is a question", rolling),
        Phrasing("rollback not approve", "! There is no service 'not'", rolling),
        Phrasing("rollback approve not 41", "! 'not' is not understood", rolling),
        Phrasing("rollback approve all", "! 'all' is not understood", rolling),
        Phrasing("rollback approve 41", "! You are not known here", Stage.changed(rolling) { $0.speaker = nil }),
        Phrasing("approve", "! There is no command 'approve'", rolling),
        Phrasing(
            "rollback break-glass INC-41 nobody else  answers", "rollback INC-41 alone: nobody else  answers", rolling),
        Phrasing("rollback break glass: the other is asleep", "rollback INC-41 alone: the other is asleep", rolling),
        Phrasing("rollback approve 41-2 because I am alone", "rollback INC-41 alone 41-2: I am alone", rolling),
        Phrasing("rollback break-glass 3 people asleep", "rollback INC-41 alone: 3 people asleep", rolling),
        Phrasing(
            "rollback break-glass 42 nodes are down",
            "? rollback break-glass INC-42 nodes are down | rollback break-glass INC-41 because 42 nodes are down",
            inThread),
        Phrasing("rollback break-glass 41", "! Say why one person goes on alone", rolling),
        Phrasing("rollback approve because", "! Say why one person goes on alone", rolling),
    ]

    static let after = [
        Phrasing("rollback cancel INC-40", "rollback INC-40 cancel", rolling),
        Phrasing("rollback cancel", "? rollback INC-41 cancel | rollback INC-40 cancel", rolling),
        Phrasing("rollback abort 41", "rollback INC-41 cancel", rolling),
        Phrasing("rollback undo", "rollback INC-39 undo", rolling),
        Phrasing("rollback undo 41", "rollback INC-41 undo"),
        Phrasing("rollback undo", "! Nothing was rolled back recently", Stage.calm),
        Phrasing("rollback status", "rollback INC-41 status", inThread),
        Phrasing("rollback status INC-40?", "rollback INC-40 status", rolling),
        Phrasing("rollback INC-40 status", "rollback INC-40 status", Stage.changed(rolling) { $0.speaker = nil }),
        Phrasing("rollback good ranker 1", "good ranker 1"),
        Phrasing("rollback good Billing API version v7", "good billing v7"),
        Phrasing("rollback good ranker", "! Say which version of ranker"),
        Phrasing("rollback good", "! Say which version of what"),
        Phrasing("rollback good 1", "! There is no service '1'"),
        Phrasing("rollback good ranker 1 2", "! '2' is not understood"),
        Phrasing("rollback INC-41 good ranker 1", "! 'INC-41' is not understood"),
        Phrasing(
            "rollback approve 41", "? rollback service approve 41 | rollback approved 41",
            Stage.changed(
                Stage.changed(rolling) {
                    $0.directory.services["approve"] = Stage.oddlyNamed.directory.services["approve"]
                }
            ) { scene in
                for index in scene.incidents.indices { scene.incidents[index].service = "approve" }
            }),
    ]

    static let all = planning + approving + after
    static let understood = all.filter { !$0.means.hasPrefix("!") }

    @Test("planning a rollback", arguments: planning) func plan(_ phrasing: Phrasing) { phrasing.check() }
    @Test("saying yes to a rollback", arguments: approving) func approve(_ phrasing: Phrasing) { phrasing.check() }
    @Test("looking after a rollback", arguments: after) func lookAfter(_ phrasing: Phrasing) { phrasing.check() }

    @Test("whatever is said without the word, nothing is approved", arguments: all)
    func neverUnsaid(_ phrasing: Phrasing) {
        guard case .order(.rollback(_, let order), _) = CommandReader().read(phrasing.said, in: phrasing.scene) else {
            return
        }
        switch order {
        case .approve, .breakGlass:
            #expect(["approve", "glass"].contains { phrasing.said.contains($0) })
        case .plan, .cancel, .undo, .status: break
        }
    }
}
