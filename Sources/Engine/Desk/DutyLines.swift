import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Who is on call, as a person says it: "Chi Tanaka, Tokyo 11:42, until 17:00".
public struct DutyLines: Sendable {
    /// One a schedule, in order of their names.
    public let lines: [String]

    /// Every schedule now.
    public init(engine: Engine) {
        let (directory, amendments) = engine.read { ($0.directory, $0.book.amendments) }
        self.init(directory: directory, amendments: amendments, at: engine.now)
    }

    /// - Parameter schedules: nil means every one.
    public init(directory: Directory, amendments: Amendments, schedules: [ScheduleID]? = nil, at: Instant) {
        let wanted = schedules ?? directory.roster.schedules.keys.sorted()
        let width = wanted.map(\.rawValue.count).max() ?? 0
        lines = wanted.map { schedule in
            let answer = directory.roster.onCall(schedule, at: at, amendments: amendments)
            let people = answer.duties.map { Self.text($0, at: at, directory) }
            let who = people.isEmpty ? "nobody: \(answer.hole?.explanation ?? "")" : people.joined(separator: " and ")
            return schedule.rawValue + String(repeating: " ", count: width - schedule.rawValue.count + 2) + who
        }
    }

    public static func text(_ duty: Duty, at now: Instant, _ directory: Directory) -> String {
        let clock = LocalTime(zone: directory.zone(of: duty.user))
        let name = directory.users[duty.user]?.name ?? duty.user.rawValue
        let until = duty.until.map { ", until \(clock.moment($0, now: now))" } ?? ""
        return "\(name), \(clock.place) \(clock.clock(now))\(until)"
    }
}
