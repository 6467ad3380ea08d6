import OnCall
import Testing
import Timekeeping

@Suite("Who is told of which shift change, and when")
struct HandoffNoticesTests {
    private func plan(
        _ story: Story, _ now: Instant, lead: Duration = .hours(1), told: [Instant: ToldHandoff] = [:],
        zones: [UserID: ZoneRules] = [:]
    ) -> HandoffNotices {
        HandoffNotices(
            roster: story.roster, amendments: Amendments(overrides: story.overrides), leads: [Story.id: lead],
            told: [Story.id: told], zones: zones, now: now)
    }

    private let weekly = Story("Europe/Berlin", .of("ana ben", .weeks(1), "mon 10:00"))

    @Test("an hour before a handoff both are told, once, and until then it is known when to look")
    func anHourBefore() {
        let handoff = at("2026-11-09 10:00+01:00")
        let early = plan(weekly, at("2026-11-09 08:59+01:00"))
        #expect(early.due.isEmpty)
        #expect(early.nextDue == at("2026-11-09 09:00+01:00"))
        let due = plan(weekly, at("2026-11-09 09:00+01:00"))
        #expect(due.due == [HandoffNotice(schedule: Story.id, at: handoff, incoming: ["ana"], outgoing: ["ben"])])
        #expect(due.nextDue == at("2026-11-16 09:00+01:00"))
        #expect(
            plan(
                weekly, at("2026-11-09 09:30+01:00"), told: [handoff: ToldHandoff(incoming: ["ana"], outgoing: ["ben"])]
            ).due.isEmpty)
    }

    @Test("a handoff that has happened is not told any more")
    func tooLate() { #expect(plan(weekly, at("2026-11-09 10:00+01:00")).due.isEmpty) }

    @Test("nobody is told who stays on, and nobody of a schedule without notices")
    func staysOn() {
        let story = Story(
            "UTC", .of("ana ana", .days(1), "09:00"), .of("ben", .days(1), "00:00", hours: [.of("00:00-00:00")]))
        #expect(plan(story, at("2026-11-09 08:30+00:00"), lead: .hours(30)).due.isEmpty)
        #expect(plan(weekly, at("2026-11-09 09:30+01:00"), lead: .zero).due.isEmpty)
        let three = Story("UTC", .of("ana ana ben", .days(1), "09:00", from: "2026-11-02"))
        let days = plan(three, at("2026-11-02 09:00+00:00"), lead: .days(6)).due.map { $0.at }
        #expect(
            days == [
                at("2026-11-04 09:00+00:00"), at("2026-11-05 09:00+00:00"), at("2026-11-07 09:00+00:00"),
                at("2026-11-08 09:00+00:00"),
            ])
    }

    @Test("an hourly rotation tells each person once a day of theirs, and of no end")
    func hourly() {
        let story = Story("UTC", .of("ana ben chi", .hours(1), "00:00"))
        let zones: [UserID: ZoneRules] = [
            "ana": Zones.rules("Asia/Tokyo"), "ben": Zones.rules("America/New_York"), "chi": .utc,
        ]
        var told: [Instant: ToldHandoff] = [:]
        var days: [UserID: [CivilDate]] = [:]
        for step in 0..<(3 * 96) {
            let now = at("2026-11-09 00:00+00:00") + .minutes(Int64(step * 15))
            for notice in plan(story, now, told: told, zones: zones).due {
                told[notice.at] = ToldHandoff(incoming: notice.incoming)
                #expect(notice.outgoing.isEmpty)
                for user in notice.incoming {
                    days[user, default: []].append((zones[user] ?? .utc).civil(at: notice.at).date)
                }
            }
        }
        #expect(days.count == 3)
        for (user, days) in days {
            #expect(Set(days).count == days.count, "\(user)")
            #expect((2...4).contains(days.count), "\(user)")
        }
    }

    @Test("who took over a moment ago is not told, the other is; who did so days ago is reminded")
    func ownDoing() {
        var story = weekly
        let (from, until) = (at("2026-11-10 12:00+01:00"), at("2026-11-10 20:00+01:00"))
        func taken(at created: String) -> HandoffNotices {
            story.overrides = [
                Override(
                    id: 1, schedule: Story.id, from: from, until: until, kind: .cover("ben"), createdAt: at(created),
                    by: "ben")
            ]
            return plan(story, at("2026-11-10 11:30+01:00"))
        }
        #expect(
            taken(at: "2026-11-10 11:20+01:00").due
                == [HandoffNotice(schedule: Story.id, at: from, incoming: [], outgoing: ["ana"])])
        #expect(
            taken(at: "2026-11-08 11:20+01:00").due
                == [HandoffNotice(schedule: Story.id, at: from, incoming: ["ben"], outgoing: ["ana"])])
    }

    @Test("when others come after a handoff was told, they are told, and who was told otherwise")
    func toldOtherwise() {
        var story = weekly
        let handoff = at("2026-11-09 10:00+01:00")
        func override(_ kind: Override.Kind, until: String) -> Override {
            Override(
                id: 1, schedule: Story.id, from: at("2026-11-09 09:30+01:00"), until: at(until), kind: kind,
                createdAt: at("2026-11-09 09:10+01:00"), by: "admin")
        }
        let told = [handoff: ToldHandoff(incoming: ["ana"], outgoing: ["ben"])]
        let now = at("2026-11-09 09:15+01:00")

        // Ben stays after all: both were told otherwise.
        story.overrides = [override(.cover("ben"), until: "2026-11-09 18:00+01:00")]
        #expect(
            plan(story, now, told: told).due
                == [HandoffNotice(schedule: Story.id, at: handoff, incoming: ["ben"], outgoing: ["ana"])])
        let both = [handoff: ToldHandoff(incoming: ["ben"], outgoing: ["ana"])]
        #expect(plan(story, now, told: both).due.isEmpty)
        // Taken back again.
        story.overrides = []
        #expect(
            plan(story, now, told: both).due
                == [HandoffNotice(schedule: Story.id, at: handoff, incoming: ["ana"], outgoing: ["ben"])])
        // Somebody else from half past nine on: Ben goes off then, which he hears, and at ten Ana does not go on.
        story.overrides = [override(.cover("chi"), until: "2026-11-09 18:00+01:00")]
        #expect(
            plan(story, now, told: told).due == [
                HandoffNotice(
                    schedule: Story.id, at: at("2026-11-09 09:30+01:00"), incoming: ["chi"], outgoing: ["ben"]),
                HandoffNotice(schedule: Story.id, at: handoff, incoming: [], outgoing: ["ana"]),
            ])
        // Ana earlier: of ten she was told already.
        story.overrides = [override(.cover("ana"), until: "2026-11-09 10:00+01:00")]
        #expect(
            plan(story, now, told: told).due == [
                HandoffNotice(
                    schedule: Story.id, at: at("2026-11-09 09:30+01:00"), incoming: ["ana"], outgoing: ["ben"])
            ])
    }

    @Test("an override at short notice is told in an hourly rotation, whoever had a turn that day")
    func hourlyOverride() {
        var story = Story("UTC", .of("ana ben chi", .hours(1), "00:00", from: "2026-11-09"))
        let now = at("2026-11-09 04:40+00:00")
        #expect(plan(story, now).due.isEmpty)
        story.overrides = [
            Override(
                id: 1, schedule: Story.id, from: at("2026-11-09 05:00+00:00"), until: at("2026-11-09 06:00+00:00"),
                kind: .cover("ana"), createdAt: now - .minutes(1), by: "ben")
        ]
        #expect(
            plan(story, now).due.map(\.incoming) == [["ana"]])
    }

    @Test("who stands in for somebody who is off is found with the stretch, in one piece")
    func covers() throws {
        let story = Story(
            "Europe/Berlin", .of("ana ben chi", .days(1), "10:00", from: "2026-11-02"),
            timeOff: [.of("ana", "2026-11-05 00:00+01:00", "2026-11-06 00:00+01:00")])
        let covers = story.roster.covers(
            of: "ana", in: [Story.id], from: at("2026-11-01 00:00+01:00"), until: at("2026-11-20 00:00+01:00"),
            amendments: .none)
        let cover = try #require(covers.first)
        #expect(covers.count == 1)
        #expect(cover.user == "ben" && cover.absent == "ana")
        #expect(cover.from == at("2026-11-05 10:00+01:00") && cover.until == at("2026-11-06 00:00+01:00"))
    }
}
