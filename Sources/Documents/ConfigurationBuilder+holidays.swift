import Engine
import Foundation
import Incidents
import OnCall
import Timekeeping

/// Calendars of holidays, and whose they are.
extension ConfigurationBuilder {
    private static let example = "Write it like germany: {file: holidays/de.ics} or us: {url: \"https://…\"}."

    /// Before the people, who name them.
    /// - Parameter recorded: what was read when the configuration was recorded; nil when the files are to be read.
    func readHolidays(recorded: [SourceFile]?) {
        for entry in named("holidays") {
            guard let section = entry.value.section(["file", "url"], Self.example) else { continue }
            switch (section["file"], section["url"]) {
            case (let file?, nil): readHolidayFile(entry.name, file, recorded: recorded)
            case (nil, let url?): readHolidayFeed(entry.name, url)
            case (_?, let url?): url.error("stands beside file", "Keep one.")
            case (nil, nil):
                guard !section.isMisspelt("file"), !section.isMisspelt("url") else { continue }
                entry.value.error("names neither a file nor a url", Self.example)
            }
        }
    }

    /// Puts the days of the calendars that a person names into their time off.
    func readHolidays(of user: UserID, in zone: ZoneRules?, _ field: Field) {
        var seen: Set<String> = []
        for item in field.itemsOrOne("Write it like holidays: [germany].") ?? [] {
            guard let name = reference(item, to: "calendar of holidays", in: holidayNames) else { continue }
            guard seen.insert(name).inserted else { continue }
            if let index = holidayFeeds.firstIndex(where: { $0.name == name }) {
                holidayFeeds[index].users.append(user)
            } else if let zone, let calendar = holidayCalendars[name] {
                personalTimeOff += calendar.timeOff(of: user, in: zone, calendar: name)
            }
        }
    }

    private func readHolidayFile(_ name: String, _ field: Field, recorded: [SourceFile]?) {
        let place = "\(HolidayFeed.sourceFolder)\(name).ics"
        let found: SourceFile?
        if let recorded {
            found = recorded.first { $0.path == place }
            if found == nil { field.error("what was in it was not recorded") }
        } else {
            found = holidayFile(field).map { SourceFile(path: place, text: $0) }
        }
        guard let found else { return }
        let (calendar, wrong) = HolidayCalendar.read(found.text, now: now) { zones.zone(named: $0, isKept: true) }
        let file = URL(fileURLWithPath: field.scalar ?? name).lastPathComponent
        for problem in wrong.prefix(Self.mostHolidayProblems) {
            problems.error(
                ConfigurationProblem(
                    file: file, line: problem.line, field: "holidays.\(name)", message: problem.message,
                    hint: "Correct or remove that event."))
        }
        if wrong.isEmpty, calendar.holidays.isEmpty {
            field.warn("holds no day from now on", "Is it an old one?")
        }
        holidayCalendars[name] = calendar
        holidaySources.append(found)
    }

    private static let mostHolidayProblems = 20

    /// The text of the file that `field` names, beside the configuration; else nil, and that is said.
    private func holidayFile(_ field: Field) -> String? {
        guard let path = field.text(Self.example) else { return nil }
        let place = path.hasPrefix("/") ? path : "\(secrets.folder ?? ".")/\(path)"
        guard let file = FileHandle(forReadingAtPath: place),
            let data = try? file.read(upToCount: YAMLText.longestBytes + 1) ?? Data()
        else {
            field.error("\(quoted(path)) cannot be read", "It is looked for beside the configuration.")
            return nil
        }
        try? file.close()
        guard data.count <= YAMLText.longestBytes else {
            field.error("\(quoted(path)) is larger than 1 MiB", "Keep only the years and the days that matter.")
            return nil
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            field.error("\(quoted(path)) is not UTF-8 text", "Save it as UTF-8.")
            return nil
        }
        return text
    }

    private func readHolidayFeed(_ name: String, _ field: Field) {
        guard let address = webAddress(field, Self.example, instead: "Take an address that needs none.") else { return }
        guard address.scheme == "https" else {
            return field.error("is not an https address", "Holidays are fetched over TLS only, or read from a file.")
        }
        holidayFeeds.append(HolidayFeed(name: name, url: address.text, users: []))
    }
}

extension ConfigurationReader {
    /// Reads a calendar of holidays that was fetched, for its people.
    ///
    /// - Parameters:
    ///   - calendar: its name in the configuration.
    ///   - zones: who is off on its days, and where each of them lives.
    ///   - now: read is from a year before to eleven years after.
    /// - Returns: the time off of all of them, what could not be read left out, and what that was.
    public func holidays(
        _ text: String, calendar: String, of zones: [UserID: ZoneRules], now: Instant
    ) -> (timeOff: [TimeOff], problems: [CalendarProblem]) {
        let (read, problems) = HolidayCalendar.read(text, now: now) { self.zone($0) }
        let timeOff = zones.sorted { $0.key < $1.key }.flatMap { user, zone in
            read.timeOff(of: user, in: zone, calendar: calendar, createdAt: now)
        }
        return (timeOff, problems)
    }
}
