import Incidents
import OnCall
import Timekeeping

/// What was meant, with every name and every time resolved.
public enum Order: Hashable, Sendable {
    case declare(ServiceID, title: String, severity: Severity)
    case page([Target], about: Incident.ID)
    /// Never empty. `ack all` is every incident that was triggered when it was said.
    case acknowledge([Incident.ID])
    case take(Incident.ID)
    /// To somebody else than the speaker.
    case assign(Incident.ID, to: UserID)
    /// Never empty.
    case resolve([Incident.ID])
    case reopen(Incident.ID)
    /// At most 24 hours ahead: a snooze is an acknowledgement with an alarm.
    case snooze(Incident.ID, until: Instant)
    case escalate(Incident.ID)
    /// Empty means every schedule; a nil time means now.
    case who([ScheduleID], at: Instant?)
    /// Not over yet, not begun in the past, at most 366 days long.
    case override(ScheduleID, from: Instant, until: Instant, kind: Override.Kind)
    /// "Cover me": the speaker asks others to take over; nobody named means everybody of the rotation. The span is as
    /// an override's.
    case requestCover(ScheduleID, from: Instant, until: Instant, asked: [UserID])
    case answerCover(Int, accept: Bool)
    /// The speaker is away. The span is as an override's.
    case timeOff(from: Instant, until: Instant)
    /// The text as it was typed, newlines included.
    case note(Incident.ID, String)
    case severity(Incident.ID, Severity)
    case runbook(Incident.ID)
    case rollback(Incident.ID, RollbackOrder)
    /// Somebody vouches for a version of what a service serves.
    case declareGood(ServiceID, version: String)
    case postmortem(Incident.ID)
    /// At most 366 days long; one that is long or holds nearly everything was confirmed.
    case silence(WantedSilence)
    /// What is silenced.
    case silences
    case endSilence(Int)
    case list
    /// The speaker's personal link, where contact methods are entered.
    case contacts
    /// The name of a verb, or "times"; nil for the whole manual.
    case help(topic: String?)

    /// Whether anything is different afterwards. Somebody unknown may only give orders for which it is false.
    public var changesSomething: Bool {
        if case .rollback(_, let order) = self { return order.changesSomething }
        if case .silences = self { return false }
        return verb.changesSomething
    }

    package var verb: Verb {
        switch self {
        case .declare: .declare
        case .page: .page
        case .acknowledge: .ack
        case .take: .take
        case .assign: .assign
        case .resolve: .resolve
        case .reopen: .reopen
        case .snooze: .snooze
        case .escalate: .escalate
        case .who: .who
        case .override, .requestCover: .override
        case .answerCover(_, let accept): accept ? .accept : .decline
        case .timeOff: .off
        case .note: .note
        case .severity: .severity
        case .runbook: .runbook
        case .rollback, .declareGood: .rollback
        case .postmortem: .postmortem
        case .silence, .silences, .endSilence: .silence
        case .list: .list
        case .contacts: .contacts
        case .help: .help
        }
    }
}
