import OnCall
import Testing
import Timekeeping

@Suite("Answers")
struct AnswerTests {
    @Test("A duty's ends are the person's whole shift, over reasons that change in its middle")
    func wholeShift() {
        let story = Story(
            "UTC", .of("ana ana ben", .days(1), "00:00", from: "2026-11-02"),
            overrides: [.of(1, .cover("ana"), "2026-11-04 00:00+00:00", "2026-11-04 06:00+00:00")])
        let duty = story.answer("2026-11-03 12:00+00:00").duties.first
        #expect(duty?.reason == .rotation(layer: "week", turn: 1))
        #expect(duty?.since == at("2026-11-02 00:00+00:00"))
        #expect(duty?.until == at("2026-11-04 06:00+00:00"))
    }

    @Test("The next change comes when either of two people changes, each duty ends with its own")
    func twoPeople() {
        let story = Story(
            "UTC", .of("ana ben", .weeks(1), "mon 00:00", from: "2026-11-02"),
            .of("chi dia", .days(1), "12:00", from: "2026-11-02", also: true))
        let answer = story.answer("2026-11-04 00:00+00:00")
        #expect(answer.duties.map(\.user) == ["ana", "dia"])
        #expect(answer.duties.map(\.since) == [at("2026-11-02 00:00+00:00"), at("2026-11-03 12:00+00:00")])
        #expect(answer.duties.map(\.until) == [at("2026-11-09 00:00+00:00"), at("2026-11-04 12:00+00:00")])
        #expect(answer.nextChange == at("2026-11-04 12:00+00:00"))
    }

    @Test("Somebody always on call has no ends, however often the people beside them change")
    func always() {
        let story = Story("UTC", .of("ana", .weeks(1), "mon 00:00"))
        let answer = story.answer("2026-11-04 00:00+00:00")
        #expect(answer.nextChange == nil)
        #expect(answer.duties.first?.since == nil)
        #expect(answer.duties.first?.until == nil)
        let busy = Story(
            "UTC", .of("ben chi", .hours(1), "00:00"), .of("ana", .weeks(1), "mon 00:00", also: true))
        let beside = busy.answer("2026-11-04 00:30+00:00")
        #expect(beside.nextChange == at("2026-11-04 01:00+00:00"))
        #expect(beside.duties.last?.until == nil)
    }

    @Test("A change a year away is found, one beyond the search is not claimed")
    func farAway() {
        let story = Story("UTC", .of("ana ben", .months(12), "1 00:00", from: "2026-01-01"))
        #expect(story.answer("2026-01-02 00:00+00:00").nextChange == at("2027-01-01 00:00+00:00"))
        let slow = Story("UTC", .of("ana ben", .months(24), "1 00:00", from: "2026-01-01"))
        #expect(slow.answer("2026-01-02 00:00+00:00").nextChange == nil)
        #expect(slow.answer("2026-12-31 00:00+00:00").nextChange == at("2028-01-01 00:00+00:00"))
    }

    @Test("An hourly rotation ten years old, or fifty, is answered with as little work as a new one")
    func ageCostsNothing() {
        func reads(since date: String?) -> Int {
            let story = Story("Europe/Berlin", .of("ana ben chi", .hours(1), "00:00", from: date))
            var reads = 0
            for hour in 0..<48 {
                let instant = at("2026-10-24 12:30+02:00") + .hours(Int64(hour))
                _ = story.roster.onCall(Story.id, at: instant, amendments: .none, clockReads: &reads)
            }
            return reads
        }
        let new = reads(since: "2026-10-19")
        #expect(reads(since: "2016-10-19") == new)
        #expect(reads(since: nil) == new)
        // An answer looks at its own turn, the one before and the one after.
        #expect(new <= 48 * 3 * 4, "\(new)")
    }

    @Test("Shifts begin and end exactly where asked, and asking for nothing gives nothing")
    func clipped() {
        let story = Story("UTC", .of("ana ben", .days(1), "00:00", from: "2026-11-02"))
        let (from, until) = (at("2026-11-02T10:11:12.345Z"), at("2026-11-03T10:11:12.345Z"))
        let shifts = story.roster.shifts(Story.id, from: from, until: until, amendments: .none)
        #expect(shifts.map(\.from) == [from, at("2026-11-03 00:00+00:00")])
        #expect(shifts.map(\.until) == [at("2026-11-03 00:00+00:00"), until])
        #expect(story.roster.shifts(Story.id, from: until, until: until, amendments: .none).isEmpty)
        #expect(story.roster.shifts(Story.id, from: until, until: from, amendments: .none).isEmpty)
    }

    @Test("Each reason reads as a clause after the person's name")
    func explanations() {
        #expect(OnCallReason.rotation(layer: "week", turn: 0).explanation == "has turn 1 of layer week")
        #expect(
            OnCallReason.override(id: 4, inPlaceOf: "ana").explanation == "is on call in place of ana by override 4")
        #expect(OnCallReason.override(id: 4, inPlaceOf: nil).explanation == "is on call by override 4")
        #expect(
            OnCallReason.timeOffCover(of: "ana", layer: "week").explanation
                == "covers for ana, who is off, in layer week")
        #expect(
            OnCallReason.behind("primary", primary: "ana").explanation == "comes next after ana in schedule primary")
        func named(_ reason: OnCallReason) -> String { reason.explanation { $0.rawValue.uppercased() } }
        #expect(named(.override(id: 4, inPlaceOf: "ana")) == "is on call in place of ANA by override 4")
        #expect(named(.timeOffCover(of: "ana", layer: "week")) == "covers for ANA, who is off, in layer week")
        #expect(named(.behind("primary", primary: "ana")) == "comes next after ANA in schedule primary")
        #expect(HoleReason.noLayerCovers.explanation == "no layer covers this time")
    }
}
