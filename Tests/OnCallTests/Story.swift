import Foundation
import OnCall
import Timekeeping

/// One schedule with a clock in its hand: written in local time with its offset, read back the same way.
struct Story {
    var schedules: [Schedule]
    var overrides: [Override] = []
    let zone: ZoneRules

    static let id: ScheduleID = "primary"

    init(_ zone: ZoneID, _ layers: Layer..., timeOff: [TimeOff] = [], overrides: [Override] = []) {
        self.zone = Zones.rules(zone)
        schedules = [Schedule(id: Self.id, zone: zone, plan: .layers(layers), timeOff: timeOff)]
        self.overrides = overrides
    }

    var roster: Roster {
        var zones = [zone.id: zone]
        for case .layers(let layers) in schedules.map(\.plan) {
            for case let id? in layers.map(\.zone) where id != "Mars/Olympus" { zones[id] = Zones.rules(id) }
        }
        return Roster(schedules: Dictionary(uniqueKeysWithValues: schedules.map { ($0.id, $0) }), zones: zones)
    }

    func answer(_ moment: String, of schedule: ScheduleID = Story.id, asKnownAt: String? = nil) -> OnCallAnswer {
        roster.onCall(
            schedule, at: at(moment), amendments: Amendments(overrides: overrides), asKnownAt: asKnownAt.map(at))
    }

    /// The people, separated by "+"; "-" for nobody.
    func who(_ moment: String, of schedule: ScheduleID = Story.id) -> String {
        names(answer(moment, of: schedule).duties.map(\.user))
    }

    /// One line a change of people, such as "2026-03-29 03:00+02:00 ana".
    func shifts(_ from: String, _ until: String, of schedule: ScheduleID = Story.id) -> [String] {
        var lines: [String] = []
        var last = ""
        for shift in roster.shifts(
            schedule, from: at(from), until: at(until), amendments: Amendments(overrides: overrides))
        {
            let people = names(shift.duties.map(\.user))
            if people != last { lines.append("\(local(shift.from)) \(people)") }
            last = people
        }
        return lines
    }

    func local(_ instant: Instant) -> String {
        let minutes = zone.offsetSeconds(at: instant) / 60
        let size = abs(minutes)
        let offset = (size / 60 < 10 ? "0" : "") + "\(size / 60):" + (size % 60 < 10 ? "0" : "") + "\(size % 60)"
        return "\(zone.civil(at: instant))\(minutes < 0 ? "-" : "+")\(offset)"
    }

    private func names(_ users: [UserID]) -> String {
        users.isEmpty ? "-" : users.map(\.rawValue).joined(separator: "+")
    }
}

/// "2026-03-29 03:00+02:00", or anything RFC 3339 allows.
func at(_ text: String) -> Instant {
    if let instant = Instant(rfc3339: text) { return instant }
    let parts = text.split(separator: " ")
    if parts.count == 2 {
        let withSeconds = "\(parts[0])T\(parts[1].prefix(5)):00\(parts[1].dropFirst(5))"
        if let instant = Instant(rfc3339: withSeconds) { return instant }
    }
    fatalError("\(text) is not an instant.")
}

func date(_ text: String) -> CivilDate { CivilDate(text)! }
func time(_ text: String) -> CivilTime { CivilTime(text)! }

extension Layer {
    static func of(
        _ people: String, _ turn: TurnLength, _ handoff: String, from: String? = nil, hours: [Restriction] = [],
        also: Bool = false, outside: OutsideHours = .skip, zone: ZoneID? = nil, name: String = "week"
    ) -> Layer {
        Layer(
            name: name, eras: [.of(people, from: from)], turn: turn, handoff: .of(handoff), restrictions: hours,
            also: also, outsideHours: outside, zone: zone)
    }
}

extension Era {
    /// "ana ben+chi": ben and chi have the second turn together.
    static func of(_ turns: String, from: String? = nil) -> Era {
        Era(
            from: from.map(date),
            turns: turns.split(separator: " ").map { turn in
                turn.split(separator: "+").map { UserID(rawValue: String($0)) }
            })
    }
}

extension Handoff {
    /// "mon 10:00", "31 10:00" (of the month) or "10:00".
    static func of(_ text: String) -> Handoff {
        let parts = text.split(separator: " ").map(String.init)
        let day = parts.count > 1 ? parts[0] : ""
        return Handoff(weekday: Weekday(abbreviation: day), dayOfMonth: Int(day), time: CivilTime(parts.last!)!)
    }
}

extension Restriction {
    /// "mon,tue 09:00-17:00" or "09:00-17:00".
    static func of(_ text: String) -> Restriction {
        let parts = text.split(separator: " ")
        let days = parts.count > 1 ? parts[0].split(separator: ",").map { Weekday(abbreviation: String($0))! } : []
        let hours = parts.last!.split(separator: "-").map { time(String($0)) }
        return Restriction(days: days, start: hours[0], end: hours[1])
    }
}

extension Override {
    static func of(_ id: Int, _ kind: Kind, _ from: String, _ until: String, created: String? = nil) -> Override {
        Override(
            id: id, schedule: Story.id, from: at(from), until: at(until), kind: kind,
            createdAt: created.map(at) ?? .distantPast)
    }
}

extension TimeOff {
    static func of(_ user: UserID, _ from: String, _ until: String) -> TimeOff {
        TimeOff(user: user, from: at(from), until: at(until))
    }
}

enum Zones {
    private static let folder = "/usr/share/zoneinfo"

    static func rules(_ id: ZoneID) -> ZoneRules {
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(id.rawValue)"),
            let rules = try? ZoneRules(id: id, tzif: Array(bytes))
        else { fatalError("The machine has no rules for \(id).") }
        return rules
    }

    /// Every zone of the machine's tz database, one name for each distinct set of rules.
    static let all: [ZoneRules] = {
        var seen: Set<Data> = []
        let names = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
        return names.compactMap { name in
            guard !name.hasPrefix("posix/"), !name.hasPrefix("right/"), name != "localtime", name != "posixrules",
                let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)"),
                bytes.starts(with: Data("TZif".utf8)), seen.insert(bytes).inserted
            else { return nil }
            return try? ZoneRules(id: ZoneID(rawValue: name), tzif: Array(bytes))
        }
    }()
}
