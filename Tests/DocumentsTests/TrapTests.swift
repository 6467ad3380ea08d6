import Engine
import Incidents
import OnCall
import Testing
import Timekeeping

@Test("YAML 1.1's traps stay text: a person called no, a label called on, a word that looks like a number")
func scalarsStayText() throws {
    let reading = Reading().replacing("  ana: {", "  no: {zone: UTC, name: 08:00, role: 1e3}\n  ana: {")
        .replacing("members: [ana, ben]", "members: [ana, no]")
        .replacing("team: ml", "group: {by: [on, 16:00, 0o17, .5, 1_000]}, name: 0x1F")
        .replacing(
            "{key: id, title: name}",
            "{key: 0.1, title: y, severities: {1: sev1, yes: sev3, 08: sev2, 1e3: sev4}, resolved_when: [off, 0, null]}"
        )
    let configuration = try reading.configuration()
    let directory = configuration.directory
    #expect(directory.users["no"]?.name == "08:00")
    #expect(directory.users["no"]?.role == "1e3")
    #expect(directory.teams["ml"]?.members == ["ana", "no"])
    #expect(directory.services["ranker"]?.groupBy == ["on", "16:00", "0o17", ".5", "1_000"])
    #expect(directory.services["ranker"]?.name == "0x1F")
    let mapping = try #require(configuration.integrations.last?.mapping)
    #expect(mapping.key == "0.1")
    #expect(mapping.title == "y")
    #expect(mapping.severities == ["1": .sev1, "yes": .sev3, "08": .sev2, "1e3": .sev4])
    #expect(mapping.resolvedWhen == ["off", "0", "null"])
}

@Test(
    "Clock times are clock times, with and without quotes: no octal and no sexagesimal numbers",
    arguments: [
        ("08:00", 28_800), ("\"08:00\"", 28_800), ("09:30", 34_200), ("16:00", 57_600), ("mon 16:00", 57_600),
        ("00:00", 0), ("23:59:59", 86_399),
    ])
func clockTimes(_ text: String, _ seconds: Int) throws {
    let roster = try Reading().replacing("handoff: mon 10:00", "handoff: \(text)").configuration().directory.roster
    guard case .layers(let layers) = roster.schedules["primary"]?.plan else { throw Unexpected() }
    #expect(layers[0].handoff.time.secondsFromMidnight == seconds)
}

@Test(
    "Durations are read in every form people write them",
    arguments: [
        ("30s", 30), ("90s", 90), ("5m", 300), ("15 min", 900), ("1 minute", 60), ("10 minutes 30 seconds", 630),
        ("2m30s", 150), ("0m30s", 30), ("007m", 420),
    ])
func durations(_ text: String, _ seconds: Int64) throws {
    let policy = try Reading().replacing("wait: 5m", "wait: \(text)").configuration().directory.policies["ml"]
    #expect(policy?.steps[0].wait == .seconds(seconds))
}

@Test(
    "Nothing else is a duration",
    arguments: [
        "5", "5.5m", "-5m", "+5m", "5m5m", "5s5m", "m", "5 m m", "5mm", "1h 5", "99999999999999999999m", "５m", "5M",
        "P5M", "300_s", "0x5m", "~5m", "5m, 5s",
    ])
func notDurations(_ text: String) throws {
    let errors = try Reading().replacing("wait: 5m", "wait: \"\(text)\"").errors()
    #expect(errors.count == 1)
    #expect(errors.first?.contains("is not a duration") == true, "\(errors)")
}

@Test("Handoffs, turns and hours in all their forms")
func scheduleForms() throws {
    func layer(_ lines: String...) throws -> Layer {
        let old = "        turn: 1 week\n        handoff: mon 10:00\n"
        let new = lines.map { "        \($0)\n" }.joined()
        let roster = try Reading().replacing(old, new).configuration().directory.roster
        guard case .layers(let layers) = roster.schedules["primary"]?.plan else { throw Unexpected() }
        return layers[0]
    }
    let monthly = try layer("turn: 1 month", "handoff: day 31 09:00")
    #expect(monthly.turn == .months(1))
    #expect(monthly.handoff == Handoff(dayOfMonth: 31, time: CivilTime(secondsFromMidnight: 32_400)))
    let hourly = try layer("turn: 8 hours", "handoff: 06:00", "also: true", "outside_hours: consume")
    #expect(hourly.turn == .hours(8))
    #expect(hourly.handoff == Handoff(time: CivilTime(secondsFromMidnight: 21_600)))
    #expect(hourly.also)
    #expect(hourly.outsideHours == .consume)
    let windows = try layer(
        "turn: 2 days", "handoff: 10:00", #"hours: [mon-fri 09:00-17:00, "sat,sun 22:00-06:00"]"#)
    #expect(windows.turn == .days(2))
    #expect(
        windows.restrictions == [
            Restriction(
                days: [.monday, .tuesday, .wednesday, .thursday, .friday],
                start: CivilTime(secondsFromMidnight: 32_400),
                end: CivilTime(secondsFromMidnight: 61_200)),
            Restriction(
                days: [.saturday, .sunday], start: CivilTime(secondsFromMidnight: 79_200),
                end: CivilTime(secondsFromMidnight: 21_600)),
        ])
    let wrapped = try layer("turn: 3 weeks", "handoff: Friday 10:00", "hours: fri-mon 00:00-24:00")
    #expect(wrapped.handoff.weekday == .friday)
    #expect(wrapped.restrictions.first?.days == [.monday, .friday, .saturday, .sunday])
    let pieces = try layer("turn: [5 days, 2 days]", "handoff: mon 10:00", "zone: Asia/Tokyo")
    #expect(pieces.turn == .pattern([.days(5), .days(2)]))
    #expect(pieces.zone == "Asia/Tokyo")
}

@Test("Several people in one turn, in a roster and in a dated one; a layer's own zone is known to the roster")
func peopleTogether() throws {
    func layer(_ people: String) throws -> Layer {
        let directory = try Reading()
            .replacing("  ben:\n", "  chi: {zone: UTC}\n  ben:\n")
            .replacing("people: [ana, ben]", "\(people)\n        zone: Asia/Tokyo").configuration().directory
        guard case .layers(let layers) = directory.roster.schedules["primary"]?.plan else { throw Unexpected() }
        #expect(directory.roster.zones["Asia/Tokyo"] != nil)
        return layers[0]
    }
    #expect(try layer("people: [ana, [ben, chi]]").eras == [Era(turns: [["ana"], ["ben", "chi"]])])
    let dated = try layer("eras: [{from: 2026-11-02, people: [[ana, ben]]}, {from: 2026-11-10, people: [chi]}]")
    #expect(dated.eras.map(\.turns) == [[["ana", "ben"]], [["chi"]]])
    #expect(dated.eras.map(\.people) == [["ana", "ben"], ["chi"]])
}

@Test("Matchers are compared, quoted and escaped")
func matchers() throws {
    let route = #"'model = "ranker", env!="dev",job="a \"b\" \\ c"'"#
    let routes = try Reading().replacing(#"'model="ranker"'"#, route).configuration().directory.routes
    #expect(
        routes[0].matchers == [
            LabelMatcher(label: "model", value: "ranker"),
            LabelMatcher(label: "env", comparison: .notEqual, value: "dev"),
            LabelMatcher(label: "job", value: #"a "b" \ c"#),
        ])
}

@Test("Absences are read on the person's clocks, or on the schedule's, or as instants")
func timeOff() throws {
    let roster = try Reading()
        .replacing("high: [webhook now, inbox 1m]", "time_off: [{from: 2026-12-24, until: 2026-12-27 12:00}]")
        .replacing(
            "    layers:", "    time_off: [{user: ana, from: 2026-12-01T00:00:00Z, until: 2026-12-02}]\n    layers:"
        )
        .configuration().directory.roster
    let ben = TimeOff(
        user: "ben", from: try #require(Instant(rfc3339: "2026-12-24T05:00:00Z")),
        until: try #require(Instant(rfc3339: "2026-12-27T17:00:00Z")))
    let ana = TimeOff(
        user: "ana", from: try #require(Instant(rfc3339: "2026-12-01T00:00:00Z")),
        until: try #require(Instant(rfc3339: "2026-12-01T23:00:00Z")))
    #expect(roster.schedules["primary"]?.timeOff == [ben, ana])
    #expect(roster.schedules["secondary"]?.timeOff == [ben])
}
