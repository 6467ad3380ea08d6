import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// A schedule's shifts as a list and as a calendar file.
extension APIRoutes {
    /// Two years and a bit: as much as a calendar file holds.
    static let longestList = Duration.days(800)
    /// What is listed when nobody says until when.
    static let standardList = Duration.days(28)

    func addShifts(to routes: Routes) {
        on(.get, "/schedules/{id}/shifts", routes) { request, context in
            let (selection, window, directory) = try shiftsAsked(request, context)
            let shifts = try await feed().shifts(selection, in: window)
            return .json([
                "schedule": .string(selection.schedules.first?.rawValue ?? ""), "from": .time(window.from),
                "until": .time(window.until), "items": .array(shifts.map { $0.json(directory) }),
            ])
        }
        on(.get, "/schedules/{id}/shifts.ics", routes) { request, context in
            let (selection, window, _) = try shiftsAsked(request, context)
            return .text(try await feed().file(selection, in: window), contentType: Self.calendarType)
        }
        on(.get, "/schedules/{id}/proof", routes) { request, context in
            let written = try request.query(["years"])["years"]
            let years = written.map { Int($0) ?? 0 } ?? 1
            guard (1...LiveProofs.mostYears).contains(years) else {
                throw Problem(
                    .badRequest, "'years' must be a number from 1 to \(LiveProofs.mostYears).", code: "bad_parameter")
            }
            let id = context.scheduleID
            guard let proof = await proofs.json(of: id, years: years) else {
                throw Problem(.notFound, Refusal.noSuchSchedule(id).explanation, code: "no_such_schedule")
            }
            return .text(proof, contentType: "application/json")
        }
    }

    static let calendarType = "text/calendar; charset=utf-8"

    private func feed() async throws -> ShiftFeed {
        try await engine.readingLog { try await calendars.feed() }
    }

    private func shiftsAsked(
        _ request: Request, _ context: ServerContext
    ) throws -> (ShiftSelection, ShiftWindow, Directory) {
        let query = try request.query(["from", "until", "user"])
        let directory = engine.read { $0.directory }
        let id = ScheduleID(rawValue: context.parameters.get("id") ?? "")
        guard directory.roster.schedules[id] != nil else {
            throw Problem(.notFound, Refusal.noSuchSchedule(id).explanation, code: "no_such_schedule")
        }
        let user = query["user"].map { UserID(rawValue: $0) }
        if let user, directory.users[user] == nil { throw Refusal.noSuchUser(user).problem }
        let from = try instant("from", query) ?? engine.now
        let until = try instant("until", query) ?? from + Self.standardList
        guard from < until, until - from <= Self.longestList else {
            throw Problem(
                .badRequest,
                "'until' must be after 'from', by at most \(Self.longestList.components.seconds / 86400) days.",
                code: "bad_time")
        }
        return (.schedule(id, of: user, in: directory), ShiftWindow(from: from, until: until), directory)
    }
}

extension DutyShift {
    func json(_ directory: Directory) -> JSON {
        [
            "schedule": .string(schedule.rawValue), "user": .user(user), "name": .string(directory.name(of: user)),
            "from": .time(from), "until": .time(until),
            "why": .array(reasons.map { .string($0.explanation) }),
        ]
    }
}
