import OnCall
import Testing
import Timekeeping

@Suite("Each person's shifts")
struct DutyShiftTests {
    private let week = Layer.of("ana ben", .weeks(1), "00:00", from: "2026-11-02")

    private func shifts(_ story: Story, _ from: String, _ until: String) -> [String] {
        story.roster.dutyShifts(
            Story.id, from: Instant(rfc3339: from)!, until: Instant(rfc3339: until)!,
            amendments: Amendments(overrides: story.overrides)
        ).map { "\($0.from?.rfc3339 ?? "-") \($0.until?.rfc3339 ?? "-") \($0.user) \($0.position)" }
    }

    @Test("A shift is told whole, even where it begins before the time that is asked about or ends after it")
    func whole() {
        let story = Story("UTC", week)
        #expect(
            shifts(story, "2026-11-04T00:00:00Z", "2026-11-10T00:00:00Z") == [
                "2026-11-02T00:00:00Z 2026-11-09T00:00:00Z ana 0", "2026-11-09T00:00:00Z 2026-11-16T00:00:00Z ben 0",
            ])
    }

    @Test("Who is on call for another reason goes on with the same shift")
    func merged() {
        let cover = Override.of(1, .cover("ana"), "2026-11-09 00:00+00:00", "2026-11-10 00:00+00:00")
        let story = Story("UTC", week, overrides: [cover])
        #expect(
            shifts(story, "2026-11-02T00:00:00Z", "2026-11-16T00:00:00Z") == [
                "2026-11-02T00:00:00Z 2026-11-10T00:00:00Z ana 0", "2026-11-10T00:00:00Z 2026-11-16T00:00:00Z ben 0",
            ])
    }

    @Test("Who is always on call has a shift without beginning and end, and a hole is nobody's")
    func unbounded() {
        let alone = Story("UTC", Layer.of("ana", .weeks(1), "00:00"))
        #expect(shifts(alone, "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z") == ["- - ana 0"])
        let hole = Override.of(1, .remove("ana"), "2026-11-02 00:00+00:00", "2026-11-03 00:00+00:00")
        let story = Story("UTC", Layer.of("ana", .weeks(1), "00:00"), overrides: [hole])
        #expect(shifts(story, "2026-11-02T06:00:00Z", "2026-11-02T18:00:00Z") == [])
        #expect(shifts(story, "2026-11-02T06:00:00Z", "2026-11-03T06:00:00Z") == ["2026-11-03T00:00:00Z - ana 0"])
    }

    @Test("At any moment exactly those are on call who have a shift then", arguments: 1...60)
    func agreesWithAnswers(seed: Int) throws {
        let zone = ZoneRules.fixed(id: "Test/Zone", offsetSeconds: 3600)
        let day = try #require(CivilDate("2026-11-02"))
        let world = World(seed: UInt64(seed), zone: zone, firstDay: day, days: 20)
        let from = zone.firstInstant(of: CivilDateTime(date: day, time: .midnight)) + .hours(5)
        let amendments = Amendments(overrides: world.overrides)
        for schedule in [World.primary, World.second] {
            let shifts = world.roster.dutyShifts(
                schedule, from: from, until: from + .days(18), amendments: amendments)
            for user in Set(shifts.map(\.user)) {
                let ends = shifts.filter { $0.user == user }
                for (one, next) in zip(ends, ends.dropFirst()) {
                    let (end, start) = (try #require(one.until), try #require(next.from))
                    #expect(end < start, "Two shifts of one person do not touch.")
                }
            }
            let names = shifts.map { "\($0.from?.milliseconds ?? 0) \($0.position)" }
            #expect(Set(names).count == names.count, "Beginning and place name a shift.")
            var dice = Dice(seed: UInt64(seed) &* 31)
            for _ in 0..<150 {
                let instant = from + .minutes(Int64(dice.roll(18 * 1440)))
                let answer = world.roster.onCall(schedule, at: instant, amendments: amendments)
                let then = shifts.filter {
                    ($0.from ?? .distantPast) <= instant && instant < $0.until ?? .distantFuture
                }
                #expect(Set(then.map(\.user)) == Set(answer.duties.map(\.user)))
                for duty in answer.duties {
                    let shift = then.first { $0.user == duty.user }
                    #expect(shift?.from == duty.since && shift?.until == duty.until)
                    #expect(shift?.reasons.contains(duty.reason) == true)
                }
            }
        }
    }
}
