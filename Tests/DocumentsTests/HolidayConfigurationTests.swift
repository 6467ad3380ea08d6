import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite("Holidays in a configuration")
struct HolidayConfigurationTests {
    private let christmas = "UID:1\nDTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY\nSUMMARY:Christmas"

    private func reading(
        _ section: String = "holidays: {germany: {file: days/de.ics}}", ana: String = "[germany]",
        file: String? = nil
    ) -> Reading {
        var reading = Reading(Reading.base + section + "\n")
            .replacing("ana: {name: Ana Lindt,", "ana: {name: Ana Lindt, holidays: \(ana),")
        reading.files["days/de.ics"] = file ?? HolidaySamples.calendar([christmas])
        return reading
    }

    @Test("a file's days are time off of who names it, and the next of the rotation covers")
    func timeOff() throws {
        let configuration = try reading().configuration()
        let primary = try #require(configuration.directory.roster.schedules["primary"])
        #expect(Set(primary.timeOff.map(\.user)) == ["ana"])
        #expect(primary.timeOff.count == 12)
        #expect(primary.timeOff.contains { $0.from.rfc3339 == "2026-12-24T23:00:00Z" })
        #expect(Set(primary.timeOff.map(\.source)) == [.holiday(calendar: "germany", name: "Christmas")])
        let roster = configuration.directory.roster
        for year in 2026...2036 {
            let noon = try #require(Instant(rfc3339: "\(year)-12-25T11:00:00Z"))
            #expect(roster.onCall("primary", at: noon, amendments: .none).duties.map(\.user) == ["ben"])
        }
    }

    @Test("what was recorded says the same days without the file")
    func recorded() throws {
        let zoned = "UID:2\nDTSTART;TZID=Asia/Tokyo:20261224T120000\nDURATION:PT1H\nSUMMARY:Noon"
        let original = try reading(file: HolidaySamples.calendar([christmas, zoned])).configuration()
        #expect(original.sources.map(\.path) == ["tocsin.yaml", "holidays/germany.ics"])
        #expect(original.zones["Asia/Tokyo"] != nil)
        let restored = try Reading().restored(original)
        #expect(restored.directory == original.directory)
        #expect(restored.digest == original.digest)
        let changed = try reading(file: HolidaySamples.calendar([zoned])).configuration()
        #expect(changed.digest != original.digest)
    }

    @Test("one at an address is for whoever fetches it, with its people")
    func feeds() throws {
        let configuration = try reading("holidays: {us: {url: \"https://example.com/us.ics\"}}", ana: "us")
            .configuration()
        #expect(
            configuration.holidayFeeds == [HolidayFeed(name: "us", url: "https://example.com/us.ics", users: ["ana"])])
        #expect(configuration.directory.roster.schedules["primary"]?.timeOff == [])
    }

    @Test("a mistake in the file is told with the file, the line and the calendar")
    func mistakes() throws {
        let file = HolidaySamples.calendar([christmas + "\nDTEND;VALUE=DATE:20191225"])
        #expect(
            try reading(file: file).errors() == [
                "de.ics:9: holidays.germany: DTEND: is before DTSTART. Correct or remove that event."
            ])
        #expect(
            try reading(file: "hello").errors() == [
                "de.ics:1: holidays.germany: this is no iCalendar file, which begins with BEGIN:VCALENDAR. Correct or "
                    + "remove that event."
            ])
    }

    @Test(
        "so is one in the configuration",
        arguments: [
            (
                "holidays: {germany: {file: days/fr.ics}}", "[germany]",
                "tocsin.yaml:40:28: holidays.germany.file: \"days/fr.ics\" cannot be read. It is looked for beside the "
                    + "configuration."
            ),
            (
                "holidays: {germany: {file: days/de.ics}}", "[germny]",
                "tocsin.yaml:3:37: users.ana.holidays[0]: there is no calendar of holidays \"germny\". Did you mean "
                    + "germany?"
            ),
            (
                "holidays: {germany: {fil: days/de.ics}}", "[germany]",
                "tocsin.yaml:40:22: holidays.germany.fil: is not a key known here. Did you mean file?"
            ),
            (
                "holidays: {germany: {file: days/de.ics, url: \"https://x.example/\"}}", "[germany]",
                "tocsin.yaml:40:46: holidays.germany.url: stands beside file. Keep one."
            ),
            (
                "holidays: {germany: {url: \"ftp://x.example\"}}", "[germany]",
                "tocsin.yaml:40:27: holidays.germany.url: is not an http or https address. Write it like germany: "
                    + "{file: holidays/de.ics} or us: {url: \"https://…\"}."
            ),
        ])
    func written(section: String, ana: String, says: String) throws {
        #expect(try reading(section, ana: ana).errors() == [says])
    }
}
