import Foundation

/// Calendars of holidays as they are found, each with something that can be read wrongly. Written for these tests.
enum HolidaySamples {
    static func calendar(_ events: [String], head: String = "") -> String {
        let body = events.map { "BEGIN:VEVENT\n\($0)\nEND:VEVENT\n" }.joined()
        return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n\(head)\(body)END:VCALENDAR\n"
            .replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\n", with: "\r\n")
    }

    /// One event that comes back by that rule.
    static func repeating(_ start: String, _ rule: String, _ more: String = "") -> String {
        let value = start.contains("T") ? "" : ";VALUE=DATE"
        let length = start.contains("T") ? "\nDURATION:PT1H" : ""
        return calendar(["UID:a\nDTSTART\(value):\(start)\(length)\nSUMMARY:Day\nRRULE:\(rule)\(more)"])
    }

    /// What `icalendar` and `recurring-ical-events` must agree with us about, by name.
    static let sound: [(name: String, text: String)] =
        rules.map { ("\($0) \($1)", repeating($0, $1)) } + [
            ("days", calendar(["UID:1\nDTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227\nSUMMARY:Christmas"])),
            ("no end", calendar(["UID:1\nDTSTART;VALUE=DATE:20261225\nSUMMARY:Christmas"])),
            ("duration", calendar(["UID:1\nDTSTART;VALUE=DATE:20261225\nDURATION:P3D\nSUMMARY:Three days"])),
            ("weeks", calendar(["UID:1\nDTSTART;VALUE=DATE:20261221\nDURATION:P2W\nSUMMARY:Shut"])),
            ("utc", calendar(["UID:1\nDTSTART:20261224T110000Z\nDTEND:20261224T230000Z\nSUMMARY:Half a day"])),
            (
                "zone",
                calendar([
                    "UID:1\nDTSTART;TZID=America/New_York:20261224T120000\nDURATION:PT12H\nSUMMARY:Half a day\n"
                        + "RRULE:FREQ=YEARLY"
                ])
            ),
            (
                "across a change of clocks",
                calendar([
                    "UID:1\nDTSTART;TZID=Europe/Berlin:20261023T090000\nDTEND;TZID=Europe/Berlin:20261023T170000\n"
                        + "SUMMARY:Shut\nRRULE:FREQ=DAILY;COUNT=5"
                ])
            ),
            (
                "until in UTC",
                calendar([
                    "UID:1\nDTSTART;TZID=Asia/Tokyo:20260105T080000\nDTEND;TZID=Asia/Tokyo:20260105T090000\n"
                        + "SUMMARY:Shut\nRRULE:FREQ=WEEKLY;UNTIL=20260203T000000Z"
                ])
            ),
            (
                "exceptions and additions",
                repeating(
                    "20260105", "FREQ=WEEKLY;COUNT=6",
                    "\nEXDATE;VALUE=DATE:20260112,20260126\nRDATE;VALUE=DATE:20260401\nEXDATE;VALUE=DATE:20260202")
            ),
            (
                "one of them moved, one cancelled",
                calendar([
                    "UID:1\nDTSTART;VALUE=DATE:20260105\nSUMMARY:Day\nRRULE:FREQ=WEEKLY;COUNT=5",
                    "UID:1\nRECURRENCE-ID;VALUE=DATE:20260112\nDTSTART;VALUE=DATE:20260114\nSUMMARY:Moved",
                ])
            ),
            (
                "told twice",
                calendar([
                    "UID:1\nSEQUENCE:1\nDTSTAMP:20260101T000000Z\nDTSTART;VALUE=DATE:20260106\nSUMMARY:Later version",
                    "UID:1\nSEQUENCE:0\nDTSTAMP:20260101T000000Z\nDTSTART;VALUE=DATE:20260105\nSUMMARY:First version",
                ])
            ),
            (
                "folded, quoted and escaped",
                calendar([
                    "UID:1\nDTSTART;X-NOTE=\"a:b;c\";VALUE=DATE:20260105\nSUMMARY:Karfreitag\\, gan\n z Deutschland\\; "
                        + "gr\n üße"
                ])
            ),
            (
                "a zone of its own",
                calendar(
                    ["UID:1\nDTSTART;TZID=Europe/Berlin:20260330T080000\nDURATION:PT1H\nSUMMARY:Day"],
                    head: """
                        BEGIN:VTIMEZONE
                        TZID:Europe/Berlin
                        BEGIN:DAYLIGHT
                        TZOFFSETFROM:+0100
                        TZOFFSETTO:+0200
                        DTSTART:19810329T020000
                        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
                        END:DAYLIGHT
                        BEGIN:STANDARD
                        TZOFFSETFROM:+0200
                        TZOFFSETTO:+0100
                        DTSTART:19961027T030000
                        RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
                        END:STANDARD
                        END:VTIMEZONE

                        """)
            ),
        ]

    /// A beginning and a rule.
    static let rules: [(String, String)] = [
        ("20201225", "FREQ=YEARLY"), ("20160229", "FREQ=YEARLY"), ("20201126", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
        ("20200525", "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"), ("20200907", "FREQ=YEARLY;BYMONTH=9;BYDAY=MO;BYSETPOS=1"),
        ("20200101", "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1"), ("20200101", "FREQ=YEARLY;INTERVAL=4"),
        ("20200106", "FREQ=YEARLY;BYDAY=1MO"), ("20200518", "FREQ=YEARLY;BYDAY=20MO"),
        ("20201228", "FREQ=YEARLY;BYDAY=-1MO"), ("20200313", "FREQ=YEARLY;BYDAY=FR;BYMONTHDAY=13"),
        ("20201103", "FREQ=YEARLY;INTERVAL=2;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8"),
        ("20200610", "FREQ=YEARLY;BYMONTH=6,12"), ("20251231", "FREQ=YEARLY;BYMONTHDAY=-1"),
        ("20260131", "FREQ=MONTHLY"), ("20260130", "FREQ=MONTHLY;BYMONTHDAY=-2"),
        ("20260105", "FREQ=MONTHLY;BYDAY=1MO"), ("20260130", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=20"),
        ("20260130", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ("20260113", "FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=13"),
        ("20260115", "FREQ=MONTHLY;INTERVAL=3;UNTIL=20270115"), ("20260115", "FREQ=MONTHLY;BYMONTH=1,4,5"),
        ("20260101", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1,15,-1"), ("20260102", "FREQ=WEEKLY"),
        ("20260102", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,SU"), ("20260104", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU"),
        ("20260104", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=MO;COUNT=9"),
        ("20260707", "FREQ=WEEKLY;BYMONTH=7,8;BYDAY=TU,TH"), ("20260105", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260301"),
        ("20260101", "FREQ=DAILY;INTERVAL=10"), ("20260101", "FREQ=DAILY;COUNT=3"),
        ("20260206", "FREQ=DAILY;BYMONTH=2;BYDAY=FR"), ("20260113", "FREQ=DAILY;BYMONTHDAY=13,-1;COUNT=30"),
        ("19000101", "FREQ=DAILY;INTERVAL=7"), ("19990228", "FREQ=MONTHLY;BYMONTHDAY=28"),
        ("20260101T120000Z", "FREQ=DAILY;INTERVAL=30;UNTIL=20270101T115959Z"),
    ]
}
