import Commands
import Incidents
import OnCall
import Testing
import Timekeeping

/// Time on call given away, and time off. It is Monday noon in Berlin.
@Suite struct CoverPhrasingTests {
    /// Ana is on call in `primary`, in `ops` from Wednesday on, and never in `sun`.
    static let scene = Stage.changed(Stage.busy) {
        func plan(_ user: UserID, from: CivilDate? = nil) -> Plan {
            let first = from.map { [Era(people: ["ben"]), Era(from: $0, people: [user])] } ?? [Era(people: [user])]
            return .layers([Layer(name: "all", eras: first, turn: .days(1), handoff: Handoff(time: .midnight))])
        }
        let zones = $0.directory.roster.zones
        $0.directory.roster = Roster(
            schedules: [
                "primary": Schedule(id: "primary", zone: "Europe/Berlin", plan: plan("ana")),
                "sun": Schedule(id: "sun", zone: "Asia/Kolkata", plan: plan("chi")),
                "ops": Schedule(
                    id: "ops", zone: "Europe/Berlin", plan: plan("ana", from: CivilDate(year: 2026, month: 11, day: 25))
                ),
            ], zones: zones)
    }

    static let table = [
        Phrasing("cover me on primary 18:00-22:00", "cover me primary 2026-11-23T17:00:00Z 2026-11-23T21:00:00Z by "),
        Phrasing("cover me 18:00-22:00", "cover me primary 2026-11-23T17:00:00Z 2026-11-23T21:00:00Z by "),
        Phrasing(
            "please cover me on ops 18:00-22:00 by ben and chi",
            "cover me ops 2026-11-23T17:00:00Z 2026-11-23T21:00:00Z by ben,chi"),
        Phrasing("Cover me for 2h by @ben", "cover me primary 2026-11-23T11:00:00Z 2026-11-23T13:00:00Z by ben"),
        Phrasing(
            "cover me on schedule sun 18:00-22:00", "cover me sun 2026-11-23T17:00:00Z 2026-11-23T21:00:00Z by "),
        Phrasing("accept cover 3", "accept 3"), Phrasing("accept #3", "accept 3"),
        Phrasing("decline the swap 12", "decline 12"), Phrasing("decline cover request 3 please", "decline 3"),
        Phrasing("off 18:00-22:00", "off 2026-11-23T17:00:00Z 2026-11-23T21:00:00Z"),
        Phrasing(
            "off from 2026-12-24 00:00 to 2026-12-27 00:00", "off 2026-12-23T23:00:00Z 2026-12-26T23:00:00Z"),
    ]

    static let refused = [
        Phrasing(
            "cover me from wed 9:00 to wed 17:00",
            "? cover me on schedule ops from wed 9:00 to wed 17:00 | cover me on schedule primary from wed 9:00 to wed 17:00"
        ),
        Phrasing("cover me", "! Say from when until when"),
        Phrasing("cover me on primry 2h", "! Did you mean primary?"),
        Phrasing("cover me 2h by ana", "! You cannot cover for yourself"),
        Phrasing("cover me 2h by", "! Say who is asked"),
        Phrasing("cover me 2h by zoe", "! There is no user 'zoe'"),
        Phrasing("cover me on primary 18:00-22:00?", "! That is a question"),
        Phrasing("accept", "! Say which cover request"), Phrasing("accept 3 4", "! Say which cover request"),
        Phrasing("accept INC-42", "! 'INC-42' is not a cover request's number"),
        Phrasing("accept cover 0", "! '0' is not a cover request's number"),
        Phrasing("decline cover three", "! 'three' is not a cover request's number"),
        Phrasing("accept cover 3?", "! That is a question"),
        Phrasing("off", "! Say from when until when"), Phrasing("off to lunch", "! Nothing was done"),
    ]

    @Test("what is meant is done, and nothing else", arguments: table)
    func done(phrasing: Phrasing) {
        let reading = CommandReader().read(phrasing.said, in: Self.scene)
        guard case .order(let order, let confirmation) = reading else {
            Issue.record("\(phrasing.said) → \(written(reading))")
            return
        }
        #expect(written(order) == phrasing.means)
        let hasTimes = if case .answerCover = order { false } else { true }
        #expect((confirmation != nil) == hasTimes)
    }

    @Test("what is unclear is asked, and what is wrong is said", arguments: refused)
    func unclear(phrasing: Phrasing) {
        Phrasing(phrasing.said, phrasing.means, Self.scene).check()
    }

    @Test("whoever is nowhere on call then has nothing to give away, and a stranger nothing at all")
    func nobody() {
        let chi = Stage.changed(Self.scene) { $0.speaker = "dia1" }
        Phrasing("cover me 18:00-22:00", "! You are not on call then", chi).check()
        let stranger = Stage.changed(Self.scene) { $0.speaker = nil }
        for line in ["cover me 2h", "accept cover 3", "off 2h"] {
            Phrasing(line, "! You are not known here", stranger).check()
        }
    }
}
