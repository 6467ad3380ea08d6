import OnCall
import Timekeeping

/// What a person asks for, from any face: chat, link, API, CLI and console all end here.
public enum Command: Hashable, Sendable {
    case acknowledge(Incident.ID, by: UserID, via: Via)
    case take(Incident.ID, by: UserID, via: Via)
    case resolve(Incident.ID, by: Actor)
    case note(Incident.ID, text: String, by: Actor)
    case declare(ServiceID, title: String, body: String, severity: Severity, by: Actor)
    case addOverride(ScheduleID, from: Instant, until: Instant, kind: Override.Kind, leaveHole: Bool, by: Actor)
    case removeOverride(Int, by: Actor)
}

/// The answer to a command or to alerts. Given only once what it says is durable.
public enum Reply: Hashable, Sendable {
    /// Done; for alerts, the incidents they belong to, in order of arrival and each once.
    case done(incidents: [Incident.ID])
    case overrideAdded(id: Int)
    /// Nothing to do: it was so already. `owner` tells who has it.
    case already(Incident.ID, owner: UserID?)
    case refused(Refusal)
    /// Not decided and not recorded; try again after that long.
    case unavailable(retryAfter: Duration)
}

/// Why a command was not carried out, in a sentence with the way out.
public enum Refusal: Hashable, Sendable {
    case noSuchIncident(Incident.ID)
    case noSuchUser(UserID)
    case noSuchService(ServiceID)
    case noSuchSchedule(ScheduleID)
    case noSuchOverride(Int)
    case alreadyResolved(Incident.ID)
    case emptyTime
    case timeTooLong(days: Int64)
    case leavesHole(ScheduleID, at: Instant)
    case emptyText
    case textTooLong(limit: Int)

    public var explanation: String {
        switch self {
        case .noSuchIncident(let id): "There is no \(id) among the open and recent incidents."
        case .noSuchUser(let id): "There is no user '\(id.rawValue)' in the configuration."
        case .noSuchService(let id): "There is no service '\(id.rawValue)' in the configuration."
        case .noSuchSchedule(let id): "There is no schedule '\(id.rawValue)' in the configuration."
        case .noSuchOverride(let id): "There is no override \(id)."
        case .alreadyResolved(let id): "\(id) is resolved already."
        case .emptyTime: "The override ends before it begins, or is over already."
        case .timeTooLong(let days):
            "That is longer than \(days) days. Change the schedule in the configuration instead."
        case .leavesHole(let id, let at):
            "Nobody would be on call in '\(id.rawValue)' at \(at.rfc3339). Say --leave-hole if that is meant."
        case .emptyText: "There is nothing in it."
        case .textTooLong(let limit): "It is longer than \(limit) characters."
        }
    }
}
