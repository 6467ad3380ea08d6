import Engine
import Foundation
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite("Shifts as a calendar file")
struct ShiftFeedTests {
    private let week = Layer(
        name: "week", eras: [Era(from: CivilDate("2026-11-02"), people: ["ana", "ben"])], turn: .weeks(1),
        handoff: Handoff(time: .midnight))
    private let window = ShiftWindow(from: at("2026-11-02"), until: at("2026-11-30"))

    private static func at(_ day: String) -> Instant { Instant(rfc3339: "\(day)T00:00:00Z")! }

    private func directory(ana: String = "Ana Lindt") -> Directory {
        let roster = Roster(
            schedules: [
                "primary": Schedule(id: "primary", zone: "UTC", plan: .layers([week])),
                "second": Schedule(id: "second", zone: "UTC", plan: .behind("primary", by: 1)),
                "night": Schedule(
                    id: "night", zone: "UTC",
                    plan: .layers([
                        Layer(
                            name: "all", eras: [Era(people: ["chi"])], turn: .weeks(1),
                            handoff: Handoff(time: .midnight))
                    ])),
            ], zones: ["UTC": .utc])
        return Directory(
            users: [
                "ana": .init(id: "ana", name: ana, zone: "UTC"), "ben": .init(id: "ben", name: "Ben", zone: "UTC"),
                "chi": .init(id: "chi", name: "Chi", zone: "UTC"),
            ],
            teams: [
                "ml": .init(id: "ml", members: ["ana", "ben"]), "ops": .init(id: "ops", members: ["ana", "chi"]),
            ], roster: roster,
            policies: [
                "ml": EscalationPolicy(id: "ml", steps: [.init(page: [.schedule("primary")], wait: .minutes(5))])
            ],
            services: ["ranker": .init(id: "ranker", team: "ops", policy: "ml")], unrouted: "ranker",
            lastResort: [.user("ana")])
    }

    private let configured = RosterHistory.Revision(sequence: 2, at: at("2026-11-01"))

    private func cover(_ id: Int, _ user: UserID, _ from: String, _ until: String) -> Override {
        Override(
            id: id, schedule: "primary", from: Self.at(from), until: Self.at(until), kind: .cover(user),
            createdAt: Self.at("2026-11-03"))
    }

    /// What an override and its removal leave behind, as they are recorded.
    private func events(_ overrides: [Override], removed: [Int] = []) -> [Event] {
        let made = overrides.map { EventPayload.overrideAdded(OverrideAdded(override: $0)) }
        let taken = removed.map {
            EventPayload.overrideRemoved(OverrideRemoved(id: $0, by: Actor(user: nil, via: .api)))
        }
        return (made + taken).enumerated().map { index, payload in
            Event(sequence: Int64(10 + index), at: Self.at("2026-11-03") + .hours(Int64(index)), payload: payload)
        }
    }

    private func file(_ overrides: [Override] = [], events: [Event] = [], ana: String = "Ana Lindt") -> String {
        let directory = directory(ana: ana)
        return ShiftFeed(
            directory: directory, amendments: Amendments(overrides: overrides),
            history: RosterHistory(configured: configured, events: events), home: "https://tocsin.example.com"
        ).file(.schedule("primary", in: directory), in: window)
    }

    /// The values of a property, unfolded, event by event.
    private func values(_ name: String, in file: String) -> [String] {
        let lines = file.replacingOccurrences(of: "\r\n ", with: "").components(separatedBy: "\r\n")
        let body = lines.drop { $0 != "BEGIN:VEVENT" }
        return body.filter { $0.hasPrefix("\(name):") }.map { String($0.dropFirst(name.count + 1)) }
    }

    @Test("every shift is an event in UTC, named by its schedule and beginning and by nobody")
    func shifts() {
        let file = file()
        #expect(file.hasPrefix("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && file.hasSuffix("END:VCALENDAR\r\n"))
        #expect(values("DTSTART", in: file) == [2, 9, 16, 23].map { "202611\($0 < 10 ? "0" : "")\($0)T000000Z" })
        #expect(values("DTEND", in: file).first == "20261109T000000Z")
        #expect(values("UID", in: file).first == "primary-20261102T000000Z-0@tocsin.example.com")
        #expect(
            values("SUMMARY", in: file) == ["Ana Lindt", "Ben", "Ana Lindt", "Ben"].map { "On call primary: \($0)" })
        #expect(Set(values("SEQUENCE", in: file)) == ["2"])
        #expect(Set(values("DTSTAMP", in: file)) == ["20261101T000000Z"])
        #expect(Set(values("TRANSP", in: file)) == ["TRANSPARENT"])
        #expect(!file.contains("ATTENDEE") && !file.contains("mailto") && !file.contains("SOURCE"))
    }

    @Test("a shift that somebody else has keeps its name and moves on, and the others stand still")
    func overridden() {
        let cover = cover(1, "chi", "2026-11-09", "2026-11-16")
        let (before, after) = (file(), file([cover], events: events([cover])))
        #expect(values("UID", in: before) == values("UID", in: after))
        #expect(values("SUMMARY", in: after)[1] == "On call primary: Chi")
        // The neighbours end and begin where the override does, so it may have made them what they are.
        #expect(values("SEQUENCE", in: after) == ["10", "10", "10", "2"])
        #expect(values("LAST-MODIFIED", in: after)[1] == "20261103T000000Z")
        #expect(file([cover], events: events([cover])) == after)
    }

    @Test("what was taken back is shown no more, with a higher sequence than before")
    func takenBack() {
        let cover = cover(1, "chi", "2026-11-09", "2026-11-16")
        let file = file([], events: events([cover], removed: [1]))
        #expect(values("SUMMARY", in: file)[1] == "On call primary: Ben")
        #expect(values("SEQUENCE", in: file) == ["11", "11", "11", "2"])
    }

    @Test("a sequence never goes back, whatever is added and taken away", arguments: 1...40)
    func sequencesGrow(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
        func roll(_ count: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % count)
        }
        var (overrides, log): ([Override], [Event]) = ([], [])
        var latest: [String: (sequence: Int, what: String)] = [:]
        for step in 1...25 {
            let payload: EventPayload
            if overrides.isEmpty || roll(3) > 0 {
                let from = Self.at("2026-11-02") + .hours(Int64(roll(600)))
                let user = (["ana", "ben", "chi"] as [UserID])[roll(3)]
                let made = Override(
                    id: step, schedule: "primary", from: from, until: from + .hours(Int64(1 + roll(200))),
                    kind: roll(2) == 0 ? .cover(user) : .replace("ana", with: user), createdAt: from)
                overrides.append(made)
                payload = .overrideAdded(OverrideAdded(override: made))
            } else {
                payload = .overrideRemoved(
                    OverrideRemoved(
                        id: overrides.remove(at: roll(UInt64(overrides.count))).id, by: Actor(user: nil, via: .api)))
            }
            log.append(
                Event(sequence: Int64(step + 10), at: Self.at("2026-11-03") + .minutes(Int64(step)), payload: payload))
            let file = file(overrides, events: log)
            let rows = zip(
                zip(values("UID", in: file), values("SEQUENCE", in: file)),
                zip(values("SUMMARY", in: file), values("DTEND", in: file)))
            for (name, content) in rows {
                let what = "\(content.0) \(content.1)"
                let sequence = Int(name.1) ?? -1
                if let before = latest[name.0] {
                    #expect(sequence >= before.sequence)
                    if what != before.what { #expect(sequence > before.sequence, "\(name.0): \(before.what), \(what)") }
                }
                latest[name.0] = (sequence, what)
            }
        }
    }

    @Test("lines are folded at 75 octets between characters, and strangers' names stay text")
    func hostile() {
        let name = "Äna; \"the\" \\, 🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨🚨\nEND:VEVENT\r\nBEGIN:VEVENT\u{7}"
        let file = file(ana: name)
        let lines = file.components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 75 })
        #expect(lines.contains { $0.hasPrefix(" ") })
        #expect(lines.count { $0 == "BEGIN:VEVENT" } == 4)
        #expect(!file.replacingOccurrences(of: "\r\n", with: "").contains("\n"))
        #expect(values("SUMMARY", in: file)[0].hasPrefix(#"On call primary: Äna\; "the" \\\, 🚨"#))
    }

    @Test("a team's calendar has what pages its services and what its members share alone")
    func teams() {
        let directory = directory()
        #expect(ShiftSelection.team("ml", in: directory).schedules == ["primary", "second"])
        #expect(ShiftSelection.team("ops", in: directory).schedules == ["night", "primary"])
        #expect(ShiftSelection.team("none", in: directory).schedules == [])
    }

    @Test("a person's calendar has their shifts in every schedule")
    func person() {
        let directory = directory()
        let feed = ShiftFeed(
            directory: directory, amendments: .none, history: RosterHistory(configured: configured), home: nil)
        let shifts = feed.shifts(.person("ana", in: directory), in: window)
        #expect(shifts.map(\.schedule) == ["primary", "second", "primary", "second"])
        #expect(Set(shifts.map(\.user)) == ["ana"])
    }

    @Test("nothing to show is a calendar all the same, and one that never ends is cut at the window")
    func edges() {
        let directory = directory()
        let feed = ShiftFeed(
            directory: directory, amendments: .none, history: RosterHistory(configured: configured), home: nil)
        let nobody = feed.file(.person("dia", in: directory), in: window)
        #expect(nobody.contains("BEGIN:VTIMEZONE") && !nobody.contains("VEVENT"))
        let night = feed.file(.schedule("night", in: directory), in: window)
        #expect(values("UID", in: night) == ["night-always-0@tocsin"])
        #expect(values("DTEND", in: night) == ["20261130T000000Z"])
    }

    @Test("the window holds a month back and two years ahead, and moves on the first of a month")
    func months() {
        let now = Instant(rfc3339: "2026-11-23T12:00:00Z")!
        let window = ShiftWindow(around: now)
        #expect(window == ShiftWindow(around: Self.at("2026-11-01")))
        #expect(window != ShiftWindow(around: Self.at("2026-12-01")))
        for day in 0..<800 {
            let now = now + .days(Int64(day))
            let window = ShiftWindow(around: now)
            #expect(window.from <= now - .days(31) && window.until >= now + .days(731))
        }
    }
}
