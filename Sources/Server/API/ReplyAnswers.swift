import Engine
import EngineCore
import HTTPTypes
import Incidents

/// An answer of the engine's that the question has no use for: a mistake of ours.
struct UnexpectedReply: Error {
    let reply: Reply
}

extension Refusal {
    var problem: Problem {
        switch self {
        case .noSuchIncident: Problem(.notFound, explanation, code: "no_such_incident")
        case .noSuchOverride: Problem(.notFound, explanation, code: "no_such_override")
        case .noSuchTimeOff: Problem(.notFound, explanation, code: "no_such_time_off")
        case .noSuchCover: Problem(.notFound, explanation, code: "no_such_cover")
        case .noSuchCalendar: Problem(.notFound, explanation, code: "no_such_calendar")
        case .noSuchPolicy: Problem(.unprocessableContent, explanation, code: "no_such_policy")
        case .noSuchTeam: Problem(.unprocessableContent, explanation, code: "no_such_team")
        case .nothingToCover: Problem(.conflict, explanation, code: "nothing_to_cover")
        case .nothingInReturn: Problem(.conflict, explanation, code: "nothing_in_return")
        case .swapOverlaps: Problem(.unprocessableContent, explanation, code: "swap_overlaps")
        case .cannotCoverOneself: Problem(.unprocessableContent, explanation, code: "cannot_cover_oneself")
        case .notAsked: Problem(.forbidden, explanation, code: "not_asked")
        case .coverOver: Problem(.conflict, explanation, code: "cover_over")
        case .tooManyCoverRequests: Problem(.conflict, explanation, code: "too_many_cover_requests")
        case .tooManyCoverRequestsToday: Problem(.tooManyRequests, explanation, code: "too_many_cover_requests")
        case .tooManyOverrides: Problem(.conflict, explanation, code: "too_many_overrides")
        case .tooManyTimeOff: Problem(.conflict, explanation, code: "too_many_time_off")
        case .tooFarAhead: Problem(.unprocessableContent, explanation, code: "too_far_ahead")
        case .tooManyCalendars: Problem(.conflict, explanation, code: "too_many_calendars")
        case .tooManyHolidays: Problem(.unprocessableContent, explanation, code: "too_many_holidays")
        case .handoffNotNear: Problem(.conflict, explanation, code: "handoff_not_near")
        case .noSuchSilence: Problem(.notFound, explanation, code: "no_such_silence")
        case .tooManySilences: Problem(.conflict, explanation, code: "too_many_silences")
        case .tooManyMatchers: Problem(.unprocessableContent, explanation, code: "too_many_matchers")
        case .silenceTooLong: Problem(.unprocessableContent, explanation, code: "time_too_long")
        case .silenceIsWide: Problem(.conflict, explanation, code: "confirm")
        case .noSuchUser: Problem(.unprocessableContent, explanation, code: "no_such_user")
        case .noSuchService: Problem(.unprocessableContent, explanation, code: "no_such_service")
        case .noSuchSchedule: Problem(.unprocessableContent, explanation, code: "no_such_schedule")
        case .alreadyResolved: Problem(.conflict, explanation, code: "already_resolved")
        case .notResolved: Problem(.conflict, explanation, code: "not_resolved")
        case .openElsewhere: Problem(.conflict, explanation, code: "open_elsewhere")
        case .snoozeOver, .snoozeTooShort: Problem(.unprocessableContent, explanation, code: "empty_time")
        case .snoozeTooLong: Problem(.unprocessableContent, explanation, code: "time_too_long")
        case .noTargets: Problem(.unprocessableContent, explanation, code: "no_targets")
        case .moreAcknowledgementsNeeded: Problem(.conflict, explanation, code: "more_acknowledgements_needed")
        case .nobodyToPage: Problem(.conflict, explanation, code: "nobody_to_page")
        case .noSuchContact: Problem(.notFound, explanation, code: "no_such_contact")
        case .leavesHole: Problem(.conflict, explanation, code: "leaves_hole")
        case .timeTooLong: Problem(.unprocessableContent, explanation, code: "time_too_long")
        case .emptyTime: Problem(.unprocessableContent, explanation, code: "empty_time")
        case .emptyText: Problem(.unprocessableContent, explanation, code: "empty_text")
        case .rollback: Problem(.conflict, explanation, code: "rollback_refused")
        case .textTooLong: Problem(.unprocessableContent, explanation, code: "text_too_long")
        }
    }
}

extension ContactProblem {
    var problem: Problem {
        var headers: HTTPFields = [:]
        if code == .unavailable { headers[.retryAfter] = "5" }
        return Problem(status, description, code: code.rawValue, headers: headers)
    }

    private var status: HTTPResponse.Status {
        switch code {
        case .noSuchUser, .noSuchContact: .notFound
        case .noCodePending: .conflict
        case .badAddress, .notEnterable, .wrongCode: .unprocessableContent
        case .tooManyCodes: .tooManyRequests
        case .notSent: .badGateway
        case .noChannel, .unavailable: .serviceUnavailable
        }
    }
}

extension Engine {
    /// What a command about one incident came to.
    struct Done {
        let incidents: [Incident.ID]
        /// It was so before.
        let already: Bool
    }

    /// - Throws: `Problem` when it was refused, or nothing could be recorded.
    func carryOut(_ command: Command, request: Incidents.RequestID?) async throws -> Done {
        let reply = await submit(.command(command, request: request))
        switch reply {
        case .done(let incidents): return Done(incidents: incidents, already: false)
        case .already(let id, _): return Done(incidents: [id], already: true)
        case .refused(let refusal): throw refusal.problem
        case .unavailable(let wait): throw Problem.unavailable(retryAfter: wait)
        case .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded:
            throw UnexpectedReply(reply: reply)
        }
    }
}
