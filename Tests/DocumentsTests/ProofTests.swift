import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Testing
import Timekeeping

@Test("A rule that would not work is told with the reason")
func uselessRule() throws {
    let reading = Reading().replacing("high: [webhook now, inbox 1m]", "high: [webhook now, sms 1m]")
    let configuration = try reading.configuration()
    #expect(
        configuration.warnings == [
            "tocsin.yaml:7:25: users.ben.high[1]: sms would not work for ben: there is no "
                + "channels.sms."
        ])
    #expect(configuration.directory.users["ben"]?.rules[.high]?.map(\.method) == [.webhook, .sms])
}

@Test("Rules that do not work today stay as they are written, because an address may be entered tomorrow")
func uselessRules() throws {
    let reading = Reading().replacing("high: [webhook now, inbox 1m]", "high: [mail now, push 1m]")
        .replacing("channels:\n", "channels:\n  smtp: {host: m.example.com, from: t@example.com}\n")
    let configuration = try reading.configuration()
    #expect(
        configuration.warnings == [
            "tocsin.yaml:7:11: users.ben.high: none of these rules works for ben, so the standard rules are used until "
                + "one does. Add inbox now, or do what makes one of them work.",
            "tocsin.yaml:7:12: users.ben.high[0]: mail would not work for ben: no mail address is known: enter one at "
                + "/me, or in the contacts file.",
            "tocsin.yaml:7:22: users.ben.high[1]: push would not work for ben: there is no channels.ntfy.",
        ])
    let written = [NotificationRule(.mail), NotificationRule(.push, after: .minutes(1))]
    #expect(configuration.directory.users["ben"]?.rules[.high] == written)

    let entered = try reading.configuration(entered: ["ben": ContactDetails(mail: "ben@example.com")])
    #expect(entered.warnings.map { $0.contains("push would not work") } == [true])
    #expect(entered.directory.users["ben"]?.reachableBy == [.inbox, .webhook, .mail])
    #expect(entered.contacts["ben"] == nil, "What people entered is kept elsewhere.")
}

@Test("A rule that would ring when its step has moved on is told")
func lateRule() throws {
    let late = Reading().replacing("inbox 1m]", "inbox 5m]")
    #expect(
        try late.configuration().warnings == [
            "tocsin.yaml:7:25: users.ben.high[1]: would ring after 5m, but step 1 of policy ml has moved on after 5m. "
                + "Ring earlier, or let the step wait longer."
        ])
    #expect(try Reading().replacing("inbox 1m]", "inbox 4m59s]").configuration().warnings.isEmpty)
}

@Test("The first hole of a schedule that is used is named in its own zone, in summer and winter time")
func hole() throws {
    let reading = Reading().replacing("handoff: mon 10:00", "handoff: mon 10:00\n        hours: mon-fri 00:00-24:00")
    let hole =
        "nobody is on call from sat 2026-11-28 00:00 to mon 2026-11-30 00:00 (Europe/Berlin): no layer covers "
        + "this time. So it is 1 more time in 14 days. A step that pages it then goes on to the next one at once. Run "
        + "tocsin schedule prove"
    #expect(
        try reading.configuration().warnings == [
            "tocsin.yaml:11:3: schedules.primary: \(hole) primary.",
            "tocsin.yaml:19:3: schedules.secondary: \(hole) secondary.",
        ])
    let unused = reading.replacing("[schedule primary]", "[user ben]").replacing("schedule secondary, user", "user")
    #expect(try unused.configuration().warnings.isEmpty)
}

@Test("What is doubtful in a schedule is told at the schedule")
func rosterProblem() throws {
    let reading = Reading().replacing("turn: 1 week", "turn: 7 hours")
    #expect(
        try reading.configuration().warnings == [
            "tocsin.yaml:11:3: schedules.primary: layer week has turns of 7 hours, which divide no day: handoffs "
                + "wander around the clock."
        ])
}

@Test("A last resort with nobody on call is an error")
func lastResort() throws {
    let reading = Reading().replacing("people: [ana, ben]", "eras: [{from: 2027-06-07, people: [ana, ben]}]")
        .replacing("[user ana, user ben]", "[schedule primary]")
    #expect(
        try reading.errors() == [
            "tocsin.yaml:1:50: defaults.last_resort.page: reaches nobody: none of these has anybody on call in the next "
                + "14 days. Name a person: [user ana]."
        ])
}

@Test("Schedules in a circle are told, and one behind a broken one is not blamed for it")
func circles() throws {
    let circle = Reading().replacing(
        "  secondary: {behind: primary, by: 1}", "  secondary: {behind: third}\n  third: {behind: secondary}")
    #expect(try circle.errors().map { $0.contains("goes in circles") } == [true, true])
    #expect(try Reading().replacing("turn: 1 week", "turn: weekly").errors().count == 1)
}

@Test("Without a tz database the way out is told; with TZDIR it is found there")
func noZones() throws {
    var reading = Reading()
    reading.zoneinfo = ["/nowhere/zoneinfo"]
    let errors = try reading.errors()
    #expect(errors.count == 3)
    #expect(errors.allSatisfy { $0.hasSuffix("Install the package tzdata, or set TZDIR.") })

    reading.zoneinfo = nil
    reading.files["zones/Europe/Berlin"] = "not TZif"
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zones-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("Europe"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("not TZif".utf8).write(to: folder.appendingPathComponent("Europe/Berlin"))
    reading.environment["TZDIR"] = folder.path
    #expect(try reading.errors().allSatisfy { $0.contains("The time zone Europe/Berlin is not in TZif format.") })
}

@Test("A configuration is restored from its record, under the zone rules of that time")
func recorded() throws {
    let original = try Reading().configuration()
    let reader = ConfigurationReader(environment: Reading.environment, zoneinfo: [])
    let restored = try reader.read(sources: original.sources, zones: original.zones, now: Reading.now)
    #expect(restored.directory == original.directory)
    #expect(restored.integrations == original.integrations)
    #expect(restored.channels == original.channels)
    #expect(restored.zones == original.zones)

    var zones = original.zones
    zones["Europe/Berlin"] = nil
    let errors = #expect(throws: ConfigurationErrors.self) {
        try reader.read(sources: original.sources, zones: zones, now: Reading.now)
    }
    #expect(errors?.problems.allSatisfy { $0.message == "the rules of \"Europe/Berlin\" were not recorded" } == true)
}

@Test("A recorded configuration runs even when secrets have gone: what needs them does not work, and that is said")
func recordedWithoutSecrets() throws {
    let original = try Reading().configuration()
    let reader = ConfigurationReader(environment: ["KEY_OTHER": "other-key-0123456789"], zoneinfo: [])
    let restored = try reader.read(
        sources: original.sources, zones: original.zones, contacts: "/nowhere/contacts.yaml", now: Reading.now)
    #expect(restored.integrations.map(\.id) == ["other"])
    #expect(restored.directory.integrations.keys.sorted() == ["other", "prod"])
    #expect(restored.channels.webhook == nil)
    #expect(restored.warnings.contains { $0.contains("KEY_PROD is not set, so what needs it does not work") })
    #expect(restored.warnings.contains { $0.hasPrefix("contacts.yaml: cannot be read.") })
}
