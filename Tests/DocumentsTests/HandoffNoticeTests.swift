import Documents
import Engine
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite("How long before a change of shift people are told")
struct HandoffNoticeTests {
    @Test("a schedule says how long before, or off; saying nothing leaves the standard")
    func written() throws {
        let reading = Reading()
            .replacing("  primary:\n    zone:", "  primary:\n    handoff_notice: 30m\n    zone:")
            .replacing("{behind: primary, by: 1}", "{behind: primary, by: 1, handoff_notice: off}")
        let directory = try reading.configuration().directory
        #expect(directory.handoffNotices == ["primary": .minutes(30), "secondary": .zero])
        #expect(try Reading().configuration().directory.handoffNotices.isEmpty)
    }

    @Test("what is no time, or no time that can be kept, is said", arguments: ["soon", "1m", "9d", "0", "[1h]"])
    func mistakes(text: String) throws {
        let reading = Reading().replacing(
            "{behind: primary, by: 1}", "{behind: primary, by: 1, handoff_notice: \(text)}")
        #expect(
            try reading.errors() == [
                "tocsin.yaml:18:55: schedules.secondary.handoff_notice: is not a time before a handoff, from 5m to 2d. "
                    + "Write it like 1h or 30m, or off for none."
            ])
    }
}
