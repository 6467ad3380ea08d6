import Engine
import Foundation
import Incidents
import OnCall
import Testing
import Timekeeping

/// A directory to draw: people around the world, the sun followed around it, and a rotation of days.
enum DutyHouse {
    static func zone(_ name: String) throws -> ZoneRules {
        let bytes = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))
        return try ZoneRules(id: ZoneID(rawValue: name), tzif: [UInt8](bytes))
    }

    static func instant(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }

    static func days(_ first: String, _ count: Int, _ zone: String) throws -> DutyDays {
        DutyDays(from: try #require(CivilDate(first)), count: count, zone: try Self.zone(zone))
    }

    /// `sun` has half an hour a day in which nobody is on call; `daily` changes hands in Berlin at nine.
    static func directory(names: [UserID: String] = [:]) throws -> Directory {
        let homes: [(UserID, String, String)] = [
            ("ana", "Ana Lindt", "Europe/Berlin"), ("ben", "Ben Okoro", "America/New_York"),
            ("chi", "Chi Tanaka", "Asia/Tokyo"), ("dia", "Dia Lim", "Asia/Singapore"),
        ]
        let users = homes.map { id, name, zone in
            (id, Directory.User(id: id, name: names[id] ?? name, zone: ZoneID(rawValue: zone)))
        }
        let zones = try (homes.map(\.2) + ["UTC"]).map { (ZoneID(rawValue: $0), try zone($0)) }
        return Directory(
            users: Dictionary(uniqueKeysWithValues: users),
            roster: Roster(
                schedules: [
                    "sun": Schedule(
                        id: "sun", zone: "UTC",
                        plan: .layers([
                            try layer("apac", ["chi", "dia"], "00:00", "08:00"),
                            try layer("emea", ["ana"], "08:00", "16:00"), try layer("amer", ["ben"], "16:00", "23:30"),
                        ])),
                    "daily": Schedule(
                        id: "daily", zone: "Europe/Berlin",
                        plan: .layers([
                            Layer(
                                name: "day", eras: [Era(people: ["ana", "ben", "chi", "dia"])], turn: .days(1),
                                handoff: Handoff(time: try #require(CivilTime("09:00"))))
                        ])),
                ], zones: Dictionary(uniqueKeysWithValues: zones)),
            policies: ["ml": EscalationPolicy(id: "ml", steps: [.init(page: [.schedule("sun")], wait: .minutes(5))])],
            services: ["ranker": .init(id: "ranker", policy: "ml")], unrouted: "ranker", lastResort: [.user("ana")])
    }

    private static func layer(_ name: String, _ people: [UserID], _ from: String, _ until: String) throws -> Layer {
        let hours = Restriction(start: try #require(CivilTime(from)), end: try #require(CivilTime(until)))
        return Layer(
            name: name, eras: [Era(people: people)], turn: .weeks(1),
            handoff: Handoff(weekday: .monday, time: try #require(CivilTime(from))), restrictions: [hours])
    }

    static func override(
        _ id: Int, _ schedule: ScheduleID, _ from: String, _ until: String, _ kind: Override.Kind
    ) throws -> Override {
        Override(
            id: id, schedule: schedule, from: try instant(from), until: try instant(until), kind: kind,
            createdAt: .distantPast)
    }
}
