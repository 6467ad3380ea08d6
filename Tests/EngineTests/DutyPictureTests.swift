import Engine
import Foundation
import FoundationXML
import Incidents
import OnCall
import Testing
import Timekeeping

/// Pictures as they were looked at and found good; `TOCSIN_WRITE_GOLDEN=1` draws them anew, to be looked at again.
@Suite struct DutyPictureTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "GoldenPictures")

    private func amendments() throws -> Amendments {
        Amendments(
            overrides: [
                try DutyHouse.override(
                    7, "sun", "2026-10-22T09:00:00Z", "2026-10-22T14:00:00Z", .replace("ana", with: "dia"))
            ],
            timeOff: [
                TimeOff(
                    user: "dia", from: try DutyHouse.instant("2026-10-23T16:00:00Z"),
                    until: try DutyHouse.instant("2026-10-25T16:00:00Z"))
            ])
    }

    private func chart(_ id: ScheduleID, _ days: DutyDays, now: String? = nil, names: [UserID: String] = [:]) throws
        -> DutyChart
    {
        try #require(
            DutyChart(
                id, directory: try DutyHouse.directory(names: names), amendments: try amendments(), days: days,
                now: try now.map(DutyHouse.instant)))
    }

    private func compare(_ text: String, _ name: String) throws {
        let file = Self.folder.appending(path: name)
        if ProcessInfo.processInfo.environment["TOCSIN_WRITE_GOLDEN"] == "1" {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(text == (try String(contentsOf: file, encoding: .utf8)), "\(name)")
    }

    /// The week in which Berlin's clocks go back.
    private var week: DutyDays { get throws { try DutyHouse.days("2026-10-19", 7, "Europe/Berlin") } }

    @Test("a week on a light page is drawn as it was found good")
    func weekLight() throws {
        let picture = DutyPicture(try chart("sun", try week, now: "2026-10-21T10:00:00Z"), theme: .light)
        try compare(picture.svg, "week-light.svg")
    }

    @Test("a week on a phone is drawn as it was found good")
    func weekNarrow() throws {
        let chart = try chart("daily", try week, now: "2026-10-21T10:00:00Z")
        try compare(DutyPicture(chart, width: DutyPicture.narrow, theme: .auto).svg, "week-narrow.svg")
    }

    @Test("a month on a dark page is drawn as it was found good")
    func monthDark() throws {
        let date = try #require(CivilDate("2026-10-22"))
        let days = DutyDays.month(of: date, zone: try DutyHouse.zone("Europe/Berlin"))
        try compare(DutyPicture(try chart("sun", days), theme: .dark, month: date).svg, "month-dark.svg")
    }

    @Test("a week for a terminal is drawn as it was found good")
    func terminal() throws {
        let chart = try chart("sun", try week, now: "2026-10-21T10:00:00Z")
        try compare(DutyText(width: 100).draw(chart), "week.txt")
    }

    @Test("a day of 25 hours is drawn wider than the others")
    func longDay() throws {
        let svg = DutyPicture(try chart("daily", try week), theme: nil).svg
        let edges = svg.components(separatedBy: "<line class=\"day\" x1=\"").dropFirst().compactMap {
            Double($0.prefix { $0 != "\"" })
        }.prefix(8)
        let widths = zip(edges, edges.dropFirst()).map { $1 - $0 }
        try #require(widths.count == 7)
        #expect(widths[0..<6].allSatisfy { abs($0 - widths[0]) < 0.2 })
        #expect(abs(widths[6] / widths[0] - 25.0 / 24) < 0.005)
        #expect(svg.contains("clocks -1 h"))
    }

    @Test("a name cannot become markup, an escape sequence or a line of its own")
    func hostileNames() throws {
        let evil = "</title><script>alert(1)</script>\u{1B}[2J\u{202E}\r\n\"'&"
        let names: [UserID: String] = ["ana": evil, "ben": "\u{1B}]0;x\u{7}Ben", "chi": "<b>Chi", "dia": "田中\u{0}さん"]
        for days in [try week, try DutyHouse.days("2026-10-19", 28, "UTC")] {
            let chart = try chart("sun", days, now: "2026-10-21T10:00:00Z", names: names)
            for width in [DutyPicture.wide, DutyPicture.narrow] {
                let svg = DutyPicture(chart, width: width, theme: .auto).svg
                #expect(!svg.contains("<script") && !svg.contains("<b>") && !svg.contains("\u{1B}"))
                #expect(XMLParser(data: Data(svg.utf8)).parse(), "It is XML.")
            }
            let thin = DutyPicture.thin(chart, mark: "m")
            #expect(!thin.contains("<script") && XMLParser(data: Data(thin.utf8)).parse())
            let text = DutyText(width: 100).draw(chart)
            #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
            #expect(!text.contains("\u{202E}"))
        }
    }

    @Test("every bar and every hole says in words what it is")
    func words() throws {
        let svg = DutyPicture(try chart("sun", try week), theme: .light).svg
        #expect(
            svg.contains("<title>Nobody from Mon 19 Oct 01:30 to 02:00 (30 min): no layer covers this time.</title>"))
        #expect(
            svg.contains(
                "<title>Dia Lim, Thu 22 Oct 11:00 to 16:00 Berlin time (Thu 22 Oct 17:00 to 22:00 in Singapore)"))
        #expect(svg.contains("is on call in place of ana by override 7</title>"))
    }

    @Test("letters on every colour can be read, in both themes and in a terminal's line")
    func contrast() throws {
        for theme in [DutyPicture.Theme.light, .dark] {
            let css = DutyPicture.css(theme)
            for place in 0..<DutyColours.count {
                let fill = try colour(css, ".c\(place)"), ink = try colour(css, ".t\(place)")
                let (dark, light) = (min(fill, ink), max(fill, ink))
                #expect((light + 0.05) / (dark + 0.05) >= 4.5, "\(theme) \(place)")
            }
        }
    }

    /// The relative luminance (WCAG 2.2) of what a rule fills with.
    private func colour(_ css: String, _ rule: String) throws -> Double {
        let start = try #require(css.range(of: ".duty \(rule) { fill: #"))
        let digits = try #require(Int(css[start.upperBound...].prefix(6), radix: 16))
        let parts = [digits >> 16, digits >> 8 & 255, digits & 255].map { part -> Double in
            let value = Double(part) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    @Test("a terminal's lines are never longer than it is wide, whatever the width and the days")
    func widths() throws {
        for width in [48, 80, 100, 133, 250] {
            for count in [1, 7, 14, 31, 70] {
                let chart = try chart("daily", try DutyHouse.days("2026-10-19", count, "Europe/Berlin"))
                let picture = DutyText(width: width).draw(chart).components(separatedBy: "\n\n").dropFirst().dropLast()
                for line in picture.joined(separator: "\n").split(separator: "\n") {
                    #expect(line.count <= width, "\(width) \(count): \(line)")
                }
            }
        }
    }

    @Test("a schedule that nobody knows has no picture")
    func unknown() throws {
        #expect(DutyChart("none", directory: try DutyHouse.directory(), amendments: .none, days: try week) == nil)
    }
}
