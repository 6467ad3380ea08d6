import OnCall
import Timekeeping

/// What a person asks for, from any face: chat, link, API, CLI and console all end here.
public enum Command: Hashable, Sendable {
    case acknowledge(Incident.ID, by: UserID, via: Via)
    case take(Incident.ID, by: UserID, via: Via)
    case resolve(Incident.ID, by: Actor)
    case note(Incident.ID, text: String, by: Actor)
    case declare(ServiceID, title: String, body: String, severity: Severity, by: Actor)
    /// Pages people for practice. It ends by itself, after `length` at the latest.
    case drill(DrillTarget, length: Duration, by: Actor)
    case addOverride(ScheduleID, from: Instant, until: Instant, kind: Override.Kind, leaveHole: Bool, by: Actor)
    case removeOverride(Int, by: Actor)
    /// Somebody is away; refused if it leaves a hole, unless told to.
    case addTimeOff(UserID, from: Instant, until: Instant, leaveHole: Bool, by: Actor)
    case removeTimeOff(Int, by: Actor)
    /// What a calendar of holidays says. The digest is of what was read and whom it concerns: the same is not recorded
    /// again.
    case readHolidays(calendar: String, digest: String, [TimeOff])
    /// "Cover me."
    /// - Parameters:
    ///   - inReturn: time of the accepter's that the user takes for it.
    ///   - asked: nobody stands for everybody who could take it.
    case requestCover(
        ScheduleID, UserID, from: Instant, until: Instant, inReturn: CoverRequest.Stretch?, asked: [UserID], by: Actor)
    case answerCover(Int, accept: Bool, by: UserID, via: Via)
    case withdrawCover(Int, by: Actor)
    /// Recorded once for each person and handoff, before they are told; and again when they are told otherwise.
    case tellHandoff(ScheduleID, at: Instant, incoming: [UserID], outgoing: [UserID])
    /// Recorded once for each person and day, before they are told.
    case tellDigest(UserID, day: CivilDate, [Incident.ID])
    case issueCalendar(CalendarScope, by: Actor)
    case revokeCalendar(Int, by: Actor)
    /// Certain alerts are to page nobody for a while (S16).
    /// - Parameter isConfirmed: one that is long or holds everything is refused otherwise.
    case addSilence(WantedSilence, isConfirmed: Bool, by: Actor)
    case removeSilence(Int, by: Actor)
    /// A resolved incident needs people after all.
    case reopen(Incident.ID, by: Actor)
    /// "I have it, and look again then": an acknowledgement with an alarm (S14).
    case snooze(Incident.ID, until: Instant, by: UserID, via: Via)
    /// The next step now, without waiting for it.
    case escalate(Incident.ID, by: Actor)
    case changeSeverity(Incident.ID, Severity, by: Actor)
    /// Somebody is wanted besides those whom the policy calls.
    case page(Incident.ID, [Target], by: Actor)
    /// Handed to somebody else, who owns it when they acknowledge.
    case assign(Incident.ID, to: UserID, by: Actor)
    /// A provider says what became of an attempt that it had taken over. A report that comes late, twice or out of order
    /// changes nothing.
    case reportAttempt(AttemptID, AttemptOutcome)
    /// What became of a chat message. Recorded so that a restart knows.
    case noteChat(ChatRecord)
    /// A person has proved that an address is theirs.
    /// - Parameters:
    ///   - digest: keyed digest of the address, in hex; the address itself is never recorded (S20).
    ///   - masked: enough of it for its owner to recognise, such as `a…@example.com`.
    case verifyContact(UserID, ContactMethod, digest: String, masked: String, by: Actor)
    case removeContact(UserID, ContactMethod, by: Actor)
    /// Says what a rollback would do. Nothing is touched before it is approved.
    /// - Parameter to: a version; nil means the last good one.
    case planRollback(Incident.ID, to: String?, by: Actor)
    /// - Parameters:
    ///   - breakGlass: why one person goes on alone, where that needs saying.
    ///   - plan: the plan that was looked at; nil means whichever waits.
    case approveRollback(Incident.ID, by: UserID, via: Via, breakGlass: String?, plan: RollbackID? = nil)
    /// Calls a rollback off that has not begun.
    case cancelRollback(Incident.ID, by: Actor)
    /// Plans the way back from the incident's last rollback.
    case undoRollback(Incident.ID, by: Actor)
    /// Somebody vouches for a version (a deployment pipeline, an engineer).
    case declareGood(ServiceID, version: String, by: Actor)
}

/// The answer to a command or to alerts. Given only once what it says is durable.
public enum Reply: Hashable, Sendable {
    /// Done; for alerts, the incidents they belong to, in order of arrival and each once.
    case done(incidents: [Incident.ID])
    case overrideAdded(id: Int)
    case timeOffAdded(id: Int)
    case coverRequested(id: Int)
    case calendarIssued(id: Int)
    case silenceAdded(id: Int)
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
    case noSuchPolicy(PolicyID)
    case noSuchOverride(Int)
    case noSuchTimeOff(Int)
    case noSuchCover(Int)
    case noSuchTeam(TeamID)
    case noSuchCalendar(Int)
    case nothingToCover(UserID, ScheduleID)
    case nothingInReturn(ScheduleID)
    case swapOverlaps
    case cannotCoverOneself
    case notAsked(Int)
    case coverOver(Int)
    case tooManyCoverRequests(limit: Int)
    case tooManyCoverRequestsToday(limit: Int)
    case tooManyOverrides(ScheduleID, limit: Int)
    case tooManyTimeOff(UserID, limit: Int)
    case tooFarAhead(years: Int)
    case tooManyCalendars(limit: Int)
    case tooManyHolidays(limit: Int)
    case handoffNotNear
    case noSuchSilence(Int)
    case tooManySilences(limit: Int)
    case tooManyMatchers(limit: Int)
    case silenceTooLong(days: Int64)
    /// Asks whether it is meant.
    case silenceIsWide(services: Int, length: Duration, holdsEverything: Bool)
    case alreadyResolved(Incident.ID)
    case notResolved(Incident.ID)
    /// A group is open once; the first was resolved, and it has gone on in the second.
    case openElsewhere(Incident.ID, in: Incident.ID)
    case snoozeOver
    case snoozeTooShort
    case snoozeTooLong(hours: Int64)
    case moreAcknowledgementsNeeded(Incident.ID, Int)
    case noTargets
    case nobodyToPage([Target])
    case noSuchContact(UserID, ContactMethod)
    case emptyTime
    case timeTooLong(days: Int64)
    case leavesHole(ScheduleID, at: Instant)
    case emptyText
    case textTooLong(limit: Int)
    case rollback(RollbackRefusal)

    public var explanation: String {
        switch self {
        case .noSuchIncident(let id): "There is no \(id) among the open and recent incidents."
        case .noSuchUser(let id): "There is no user '\(id.rawValue)' in the configuration."
        case .noSuchService(let id): "There is no service '\(id.rawValue)' in the configuration."
        case .noSuchSchedule(let id): "There is no schedule '\(id.rawValue)' in the configuration."
        case .noSuchPolicy(let id): "There is no policy '\(id.rawValue)' in the configuration."
        case .noSuchOverride(let id): "There is no override \(id)."
        case .noSuchTimeOff(let id): "There is no time off \(id) that a person entered."
        case .noSuchCover(let id): "There is no open cover request \(id). It was answered, taken back or never made."
        case .noSuchTeam(let id): "There is no team '\(id.rawValue)' in the configuration."
        case .noSuchCalendar(let id): "There is no calendar \(id)."
        case .nothingToCover(let user, let schedule):
            "'\(user.rawValue)' is not on call in '\(schedule.rawValue)' at any time in that span."
        case .nothingInReturn(let schedule):
            "Nobody who is asked is on call in '\(schedule.rawValue)' in the time that is wanted in return."
        case .swapOverlaps: "The two times of a swap overlap. Choose times that do not."
        case .cannotCoverOneself: "Nobody can cover for themselves."
        case .notAsked(let id): "Cover request \(id) is put to others. Make an override instead."
        case .coverOver(let id): "Cover request \(id) is over: its time has come. Make an override instead."
        case .tooManyCoverRequests(let limit): "There are \(limit) open cover requests already. Withdraw some first."
        case .tooManyCoverRequestsToday(let limit):
            "There were \(limit) cover requests for that person within a day. Each is sent to everybody who is asked. "
                + "Wait until tomorrow, or make an override."
        case .tooManyOverrides(let schedule, let limit):
            "There are \(limit) overrides in '\(schedule.rawValue)' already that are not over. Take some back first, or "
                + "change the schedule in the configuration."
        case .tooManyTimeOff(let user, let limit):
            "There are \(limit) entries of time off of '\(user.rawValue)' already that are not over. Take some back first."
        case .tooFarAhead(let years):
            "That begins more than \(years) years from now. Enter it later, or change the schedule in the configuration."
        case .tooManyCalendars(let limit): "There are \(limit) calendars of that kind already. Revoke one first."
        case .tooManyHolidays(let limit): "That calendar holds more than \(limit) days off. Take a shorter one."
        case .handoffNotNear: "That handoff is too far away to be told of."
        case .noSuchSilence(let id): "There is no silence \(id) that runs or is planned."
        case .tooManySilences(let limit): "There are \(limit) silences already that are not over. Remove some first."
        case .tooManyMatchers(let limit): "A silence takes at most \(limit) matchers, and no longer ones than that."
        case .silenceTooLong(let days):
            "That is longer than \(days) days. Change the alert or its route instead."
        case .silenceIsWide(let services, let length, let holdsEverything):
            "That silence would hold back \(holdsEverything ? "every alert" : "alerts") of "
                + "\(services == 1 ? "1 service" : "\(services) services") for \(Self.hours(length)). "
                + "Say it again with --yes-really, or \"confirm\": true in the API, if that is meant."
        case .alreadyResolved(let id): "\(id) is resolved already."
        case .notResolved(let id): "\(id) is not resolved."
        case .openElsewhere(let id, let other): "\(id) goes on as \(other), which is open."
        case .snoozeOver: "That time is over already."
        case .snoozeTooShort: "That is less than a minute away."
        case .snoozeTooLong(let hours): "That is longer than \(hours) hours. Snooze it for less, or resolve it."
        case .moreAcknowledgementsNeeded(let id, let count):
            "\(count) more \(count == 1 ? "person" : "people") must acknowledge \(id) before it can be snoozed."
        case .noTargets: "Say whom to page."
        case .nobodyToPage(let targets):
            "Nobody can be reached through \(targets.map(\.description).joined(separator: ", ")). "
                + "Nobody is on call there, or they have no contact method that works."
        case .noSuchContact(let user, let method):
            "'\(user.rawValue)' has no verified contact for \(method.rawValue)."
        case .emptyTime: "That ends before it begins, or is over already."
        case .timeTooLong(let days):
            "That is longer than \(days) days. Change the schedule in the configuration instead."
        case .leavesHole(let id, let at):
            "Nobody would be on call in '\(id.rawValue)' at \(at.rfc3339). Say --leave-hole if that is meant."
        case .emptyText: "There is nothing in it."
        case .textTooLong(let limit): "It is longer than \(limit) characters."
        case .rollback(let refusal): refusal.explanation
        }
    }

    private static func hours(_ length: Duration) -> String {
        let minutes = length.milliseconds / 60_000
        let (days, hours) = (minutes / 1440, minutes / 60 % 24)
        let parts = [(days, "d"), (hours, "h"), (minutes % 60, "min")].filter { $0.0 != 0 }
        return parts.isEmpty ? "less than a minute" : parts.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
}
