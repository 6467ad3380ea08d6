import Foundation
import Incidents
import OnCall
import Timekeeping

/// Who is on call in one schedule at one moment, as every face writes it down.
public struct DutyAnswer: Sendable {
    public struct Person: Sendable {
        public let user: UserID
        public let name: String
        public let why: String
        public let clock: LocalTime
        public let since: Instant?
        public let until: Instant?
    }

    public let schedule: ScheduleID
    public let zone: ZoneID
    public let at: Instant
    /// On which `at` is written beside UTC.
    public let clock: LocalTime
    public let people: [Person]
    /// Why there is nobody; nil when there is somebody.
    public let hole: String?
    public let nextChange: Instant?
    public let asKnownAt: Instant
    public let configurationVersion: Int
    /// What has to be said of the question itself: a time that clocks show twice, a log that begins later.
    public var note: String?
    /// How the answer comes about; nil when nobody asked.
    public let explanation: [String]?
    /// For a time that clocks show twice, an answer for each; this one is the first of them.
    public var readings: [DutyAnswer] = []
}

/// A question about who is on call, as a person asks it.
public struct DutyQuestion: Sendable {
    public let moment: AskedMoment
    /// Whose clocks it was asked on; nil means each schedule's own.
    public let zone: ZoneRules?
    public let why: Bool
    public let knowledge: Knowledge
    public let now: Instant

    public init(moment: AskedMoment, zone: ZoneRules?, why: Bool, knowledge: Knowledge = .then, now: Instant) {
        self.moment = moment
        self.zone = zone
        self.why = why
        self.knowledge = knowledge
        self.now = now
    }

    /// For each reading of the moment, the instant whose knowledge answers; nil stands for now.
    public var knownAt: [Instant?] {
        moment.readings.map { knowledge == .now || $0 >= now ? nil : $0 }
    }

    /// - Parameter rosters: what was known at each of `knownAt`.
    /// - Returns: nil when there was no such schedule.
    public func answer(_ schedule: ScheduleID, from rosters: [KnownRoster]) -> DutyAnswer? {
        precondition(rosters.count == moment.readings.count, "Each reading has its own knowledge.")
        let answers = zip(moment.readings, rosters).compactMap { at, known in
            known.answer(schedule, at: at, zone: zone, why: why)
        }
        guard var first = answers.first else { return nil }
        let notes = [moment.note, first.note].compactMap(\.self)
        first.note = notes.isEmpty ? nil : notes.joined(separator: " ")
        if answers.count > 1 { first.readings = answers }
        return first
    }

    /// One for each schedule of the first reading, in order of their names.
    public func answers(from rosters: [KnownRoster]) -> [DutyAnswer] {
        (rosters.first?.schedules ?? []).compactMap { answer($0, from: rosters) }
    }
}

extension KnownRoster {
    fileprivate func answer(_ id: ScheduleID, at: Instant, zone: ZoneRules?, why: Bool) -> DutyAnswer? {
        guard let explained = directory.roster.explain(id, at: at, amendments: amendments) else { return nil }
        let schedule = explained.schedule
        let own = directory.roster.zones[schedule.zone] ?? .utc
        let clock = LocalTime(zone: zone ?? own)
        let version = directory.version > 0 ? ", version \(directory.version) of the configuration" : ""
        let knowledge = "As known at \(clock.rfc3339(asKnownAt))\(version)."
        return DutyAnswer(
            schedule: id, zone: schedule.zone, at: at, clock: clock,
            people: explained.answer.duties.map { duty in
                DutyAnswer.Person(
                    user: duty.user, name: directory.users[duty.user]?.name ?? duty.user.rawValue,
                    why: duty.reason.explanation, clock: LocalTime(zone: directory.zone(of: duty.user)),
                    since: duty.since, until: duty.until)
            },
            hole: explained.answer.hole?.explanation, nextChange: explained.answer.nextChange, asKnownAt: asKnownAt,
            configurationVersion: directory.version,
            note: logBegins.map { "The log begins at \(clock.rfc3339($0)), so the oldest configuration answers." },
            explanation: why ? WhyLines(explained, directory: directory).lines + [knowledge] : nil)
    }
}
