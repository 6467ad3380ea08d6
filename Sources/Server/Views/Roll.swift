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
            why: duty.reason.explanation(naming: directory.name), since: duty.since, until: duty.until)
    }
}

extension Directory {
    func name(of user: UserID) -> String { users[user]?.name ?? user.rawValue }
}
