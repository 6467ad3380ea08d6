import OnCall
import Timekeeping

/// Times as sentences about schedules write them: "Mon 2026-10-26 10:00 (+00:00)", never to be mistaken for another
/// one, whichever way clocks go.
struct WrittenClock: Sendable {
    let zone: ZoneRules

    init(_ zone: ZoneRules) { self.zone = zone }

    func stamp(_ at: Instant) -> String {
        let local = zone.civil(at: at)
        return "\(Self.name(local.date.weekday)) \(local) (\(LocalTime(zone: zone).rfc3339(at).suffix(6)))"
    }

    func span(_ from: Instant, _ until: Instant) -> String { "from \(stamp(from)) until \(stamp(until))" }

    /// "Mon-Fri 08:00-16:00", "every day 22:00-07:00".
    static func hours(_ restriction: Restriction) -> String {
        var runs: [[Weekday]] = []
        for day in restriction.days {
            if let last = runs.last?.last, last.rawValue + 1 == day.rawValue {
                runs[runs.count - 1].append(day)
            } else {
                runs.append([day])
            }
        }
        let days = runs.flatMap { run in
            run.count > 2 ? ["\(name(run[0]))-\(name(run[run.count - 1]))"] : run.map(name)
        }
        return "\(days.isEmpty ? "every day" : days.joined(separator: ",")) \(restriction.start)-\(restriction.end)"
    }

    private static func name(_ day: Weekday) -> String {
        day.abbreviation.prefix(1).uppercased() + day.abbreviation.dropFirst()
    }
}
