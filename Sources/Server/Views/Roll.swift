import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Who is on call in every schedule, at any instant: the directory and the amendments at one moment, taken together.
struct Roll {
    let directory: Directory
    var amendments: Amendments

    /// Takes both under the engine's lock; the answers are worked out outside it.
    init(_ engine: Engine) {
        (directory, amendments) = engine.read { ($0.directory, $0.book.amendments) }
    }

    struct Answer {
        let schedule: Schedule
        let at: Instant
        let people: [Person]
        /// Why there is nobody; nil when there is somebody.
        let hole: String?
        let nextChange: Instant?
    }

    struct Person {
        let user: UserID
        let name: String
        let clock: LocalTime
        let why: String
        let since: Instant?
        let until: Instant?
    }

    var schedules: [Schedule] { directory.roster.schedules.values.sorted { $0.id < $1.id } }

    func answer(_ schedule: Schedule, at: Instant) -> Answer {
        let answer = directory.roster.onCall(schedule.id, at: at, amendments: amendments)
        return Answer(
            schedule: schedule, at: at, people: answer.duties.map(person), hole: answer.hole?.explanation,
            nextChange: answer.nextChange)
    }

    private func person(_ duty: Duty) -> Person {
        Person(
            user: duty.user, name: directory.name(of: duty.user), clock: LocalTime(zone: directory.zone(of: duty.user)),
            why: duty.reason.explanation, since: duty.since, until: duty.until)
    }

    /// How the answer comes about, in sentences: the plan, what lies over it, what comes next.
    func explanation(_ schedule: Schedule, at: Instant) -> [String] {
        let clock = LocalTime(zone: directory.roster.zones[schedule.zone] ?? .utc)
        func span(_ from: Instant, _ until: Instant) -> String {
            "from \(clock.rfc3339(from)) until \(clock.rfc3339(until))"
        }
        func sentence(_ duties: [(UserID, String)], _ hole: String?) -> String {
            duties.isEmpty
                ? "nobody, because \(hole ?? "nobody is planned")"
                : duties.map { "\(directory.name(of: $0.0)), who \($0.1)" }.joined(separator: "; ")
        }
        let planned = directory.roster.onCall(schedule.id, at: at, amendments: .none)
        let plan = sentence(planned.duties.map { ($0.user, $0.reason.explanation) }, planned.hole?.explanation)
        var lines = ["Without overrides: \(plan)."]
        for override in amendments.overrides
        where override.schedule == schedule.id && override.from <= at && at < override.until {
            lines.append(
                "Override \(override.id): \(override.kind.sentence(directory)), \(span(override.from, override.until))."
            )
        }
        for absence in schedule.timeOff + amendments.timeOff where absence.from <= at && at < absence.until {
            lines.append("\(directory.name(of: absence.user)) is off \(span(absence.from, absence.until)).")
        }
        let week = directory.roster.shifts(schedule.id, from: at, until: at + .days(7), amendments: amendments)
        for shift in week.dropFirst().prefix(5) {
            let people = shift.duties.map { ($0.user, $0.reason.explanation) }
            lines.append("From \(clock.rfc3339(shift.from)): \(sentence(people, shift.hole?.explanation)).")
        }
        return lines
    }
}

extension Directory {
    func name(of user: UserID) -> String { users[user]?.name ?? user.rawValue }
}

extension Override.Kind {
    func sentence(_ directory: Directory) -> String { sentence { directory.name(of: $0) } }
}
