import Engine
import HTTPTypes
import Incidents
import OnCall
import Timekeeping

/// Which days of a schedule somebody wants to see, on whose clocks.
struct DutyView {
    enum Length: String, CaseIterable { case week, month }

    let length: Length
    /// The week's first day, or any day of the month.
    let date: CivilDate
    let zone: ZoneRules
    /// Instead of a week or a month.
    var count: Int?

    static let parameters: Set<String> = ["view", "from", "in"]

    /// - Parameters:
    ///   - zone: when the query names none.
    ///   - find: zones by name.
    /// - Throws: `Problem` 400, by what is wrong.
    init(_ query: Form, zone standard: ZoneRules, now: Instant, find: (String) -> ZoneRules?) throws {
        guard let length = Length(rawValue: query["view"] ?? "week") else {
            throw Problem(.badRequest, "'view' must be week or month.", code: "bad_view")
        }
        self.length = length
        if let name = query["in"] {
            guard let found = find(name) else {
                throw Problem(
                    .badRequest, "'in' must be a zone of the tz database, such as Europe/Berlin.", code: "bad_zone")
            }
            zone = found
        } else {
            zone = standard
        }
        guard let text = query["from"] else {
            date = zone.civil(at: now).date
            return
        }
        guard let date = CivilDate(text), Self.years.contains(date.year) else {
            throw Problem(
                .badRequest, "'from' must be a date such as 2026-11-23, from 1970 to 2999.", code: "bad_date")
        }
        guard zone.has(date) else {
            throw Problem(
                .badRequest,
                "Clocks in \(zone.id) never showed \(date). Write 'from' as \(date.adding(days: 1)), the day after.",
                code: "bad_date")
        }
        self.date = date
    }

    private static let years = 1970...2999

    var days: DutyDays {
        if let count { return DutyDays(from: date, count: count, zone: zone) }
        switch length {
        case .week: return .week(from: date, zone: zone)
        case .month: return .month(of: date, zone: zone)
        }
    }

    /// The days before or after these.
    func date(_ step: Int) -> CivilDate {
        let other =
            switch length {
            case .week: date.adding(days: 7 * step)
            case .month: date.adding(days: 1 - date.day).adding(months: step)
            }
        return zone.has(other) ? other : other.adding(days: 1)
    }

    /// Days outside it stand back.
    var month: CivilDate? { length == .month && count == nil ? date : nil }
}

extension Roll {
    /// Nil when there is no such schedule.
    func chart(_ id: ScheduleID, _ days: DutyDays, now: Instant?) -> DutyChart? {
        DutyChart(id, directory: directory, amendments: amendments, days: days, now: now)
    }
}
