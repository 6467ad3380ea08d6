import Incidents
import OnCall
import Timekeeping

/// What people arranged about being on call, in words.
extension TimelineWords {
    func arrangement(_ payload: EventPayload, _ text: EventText?) -> String {
        switch payload {
        case .timeOffAdded(let e): timeOff(e.timeOff, by: e.by)
        case .timeOffRemoved(let e): "Time off \(e.id) taken back by \(actor(e.by))"
        case .holidaysRead(let e):
            "Calendar \(e.calendar) was read: \(count(e.timeOff.count, "absence")) in it, of "
                + list(Set(e.timeOff.map(\.user)).sorted().map(name), orElse: "nobody here")
        case .coverRequested(let e): requested(e.request)
        case .coverAnswered(let e):
            "\(name(e.by)) (\(name(e.via))) \(e.accepted ? "accepted" : "declined") cover request \(e.id)"
        case .coverWithdrawn(let e): "Cover request \(e.id) taken back by \(actor(e.by))"
        case .handoffTold(let e):
            "The handoff of schedule \(e.schedule) at \(e.at.rfc3339) was told to "
                + list((e.incoming + e.outgoing).map(name), orElse: "nobody")
        case .digestTold(let e):
            "\(name(e.user)) was told of \(count(e.incidents.count, "low-urgency incident")) that nobody has: "
                + list(e.incidents.map(\.description), orElse: "none")
        case .calendarIssued(let e): "Calendar \(e.id) of \(scope(e.scope)) issued by \(actor(e.by))"
        case .calendarRevoked(let e): "Calendar \(e.id) revoked by \(actor(e.by))"
        case .silenceAdded, .silenceEnded, .alertSuppressed, .suppressionEnded: silencing(payload, text)
        default: ""
        }
    }

    private func timeOff(_ timeOff: TimeOff, by actor: Actor) -> String {
        let number = if case .entered(let id) = timeOff.source { "time off \(id), " } else { "" }
        return "\(name(timeOff.user)) is off from \(timeOff.from.rfc3339) until \(timeOff.until.rfc3339) "
            + "(\(number)entered by \(self.actor(actor)))"
    }

    private func requested(_ request: CoverRequest) -> String {
        let others = list(request.asked.map(name), orElse: "everybody who could take it")
        let inReturn = request.inReturn.map { ", for theirs from \($0.from.rfc3339) until \($0.until.rfc3339)" } ?? ""
        return "\(name(request.user)) asks \(others) to take schedule \(request.schedule) from "
            + "\(request.from.rfc3339) until \(request.until.rfc3339)\(inReturn) "
            + "(cover request \(request.id), made by \(actor(request.by)))"
    }

    private func scope(_ scope: CalendarScope) -> String {
        switch scope {
        case .person(let user): name(user)
        case .schedule(let schedule): "schedule \(schedule)"
        case .team(let team): "team \(team)"
        }
    }

    private func list(_ names: [String], orElse nobody: String) -> String { names.isEmpty ? nobody : list(names) }
}
