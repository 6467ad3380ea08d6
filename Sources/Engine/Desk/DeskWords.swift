import Commands
import Incidents
import OnCall
import Timekeeping

/// The desk's answers in words: what was done, who has it, what stood in the way.
struct DeskWords {
    let scene: Desk.Scene
    let links: Links
    let now: Instant

    // MARK: What only asks

    /// The answer to an order that needs nothing recorded; nil for the others.
    func answer(_ order: Order, amendments: Amendments) -> DeskAnswer? {
        switch order {
        case .who(let schedules, let at): who(schedules, at, amendments)
        case .list: list()
        case .postmortem(let id):
            DeskAnswer(
                .information, "Draft of the post-mortem of \(scene.named(id)): \(links.postmortem(id))",
                incidents: [id])
        case .help(let topic): DeskAnswer(.information, CommandHelp.text(topic: topic))
        case .declare, .page, .acknowledge, .take, .assign, .resolve, .reopen, .snooze, .escalate, .override,
            .requestCover, .answerCover, .silence, .silences, .endSilence, .timeOff, .note, .severity, .contacts,
            .runbook, .rollback, .declareGood:
            nil
        }
    }

    private func who(_ schedules: [ScheduleID], _ at: Instant?, _ amendments: Amendments) -> DeskAnswer {
        let lines = DutyLines(
            directory: scene.directory, amendments: amendments, schedules: schedules.isEmpty ? nil : schedules,
            at: at ?? now
        ).lines
        return DeskAnswer(.information, lines.isEmpty ? "There are no schedules." : lines.joined(separator: "\n"))
    }

    private func list() -> DeskAnswer {
        let open = scene.read.incidents.filter { $0.state != .resolved }
            .sorted {
                ($0.state == .triggered ? 1 : 0, $0.severity, $0.id) > (
                    $1.state == .triggered ? 1 : 0, $1.severity, $1.id
                )
            }
        guard !open.isEmpty else { return DeskAnswer(.information, "Nothing is open.") }
        let shown = open.prefix(Self.longestList).map { incident in
            let owner = incident.owner.map { ", \(scene.name($0)) has it" } ?? ", nobody has it"
            return "\(incident.id) \(incident.severity.rawValue) \(incident.service): \(incident.title) "
                + "(\(incident.state.rawValue) \(LocalTime.distance(from: incident.openedAt, to: now))\(owner))"
        }
        let rest = open.count - shown.count
        return DeskAnswer(
            .information, (shown + (rest > 0 ? ["and \(rest) more: \(links.home)"] : [])).joined(separator: "\n"),
            incidents: open.prefix(Self.longestList).map(\.id))
    }

    private static let longestList = 15

    func runbooks(_ id: Incident.ID, _ runbooks: [LinkedRunbook]) -> DeskAnswer {
        let lines = runbooks.map { "\($0.title): \(links.runbook($0.id, for: id))" }
        let text =
            lines.isEmpty
            ? "No runbook is for \(scene.named(id)). Links that came with its alerts: \(links.incident(id))"
            : (["For \(scene.named(id)):"] + lines).joined(separator: "\n")
        return DeskAnswer(.information, text, incidents: [id])
    }

    // MARK: What was asked of the engine

    func answer(to command: Command, _ reply: Reply) -> DeskAnswer {
        switch reply {
        case .done(let incidents): DeskAnswer(.done, done(command, incidents), incidents: incidents)
        case .overrideAdded(let id): DeskAnswer(.done, overridden(command, id))
        case .timeOffAdded(let id): DeskAnswer(.done, awayWords(command, id))
        case .coverRequested(let id): DeskAnswer(.done, coverWords(command, id))
        case .calendarIssued: DeskAnswer(.done, "Done.")
        case .silenceAdded(let id): DeskAnswer(.done, silenced(command, id))
        case .already(let id, let owner): DeskAnswer(.done, already(command, id, owner), incidents: [id])
        case .refused(let refusal): DeskAnswer(.refused, explanation(refusal, command))
        case .unavailable:
            DeskAnswer(.unavailable, "That was not recorded: Tocsin cannot write its log just now. Say it again soon.")
        }
    }

    /// A request that was carried out before: nothing is done again.
    func answerAgain(_ reply: Reply) -> DeskAnswer {
        switch reply {
        case .done(let incidents):
            DeskAnswer(
                .done,
                "That was done already\(incidents.isEmpty ? "" : ": " + incidents.map(scene.named).joined(separator: ", ")).",
                incidents: incidents)
        case .overrideAdded(let id):
            DeskAnswer(.done, "That was done already. To take it back: tocsin override remove \(id)")
        case .timeOffAdded(let id):
            DeskAnswer(.done, "That was done already. To take it back: tocsin timeoff remove \(id)")
        case .coverRequested(let id):
            DeskAnswer(.done, "That was asked already. To take it back: tocsin cover withdraw \(id)")
        case .calendarIssued: DeskAnswer(.done, "That was done already.")
        case .silenceAdded(let id): DeskAnswer(.done, "That was done already. To end it: silence remove \(id)")
        case .already(let id, _): DeskAnswer(.done, "That was so already: \(scene.named(id)).", incidents: [id])
        case .refused(let refusal): DeskAnswer(.refused, explanation(refusal))
        case .unavailable: DeskAnswer(.unavailable, "That was not recorded. Say it again soon.")
        }
    }

    private func explanation(_ refusal: Refusal, _ command: Command? = nil) -> String {
        guard case .leavesHole(let schedule, let at) = refusal else { return refusal.explanation }
        let line = if case .addTimeOff = command { "timeoff" } else { "override" }
        return "Nobody would be on call in \(schedule) at \(time(at)). If that is meant, use the command line: "
            + "tocsin \(line) add … --leave-hole"
    }

    private func done(_ command: Command, _ incidents: [Incident.ID]) -> String {
        switch command {
        case .acknowledge(let id, let user, _): "\(scene.named(id)) is acknowledged by \(scene.name(user))."
        case .take(let id, let user, _): "\(scene.named(id)) is \(scene.name(user))'s now."
        case .resolve(let id, _): "\(scene.named(id)) is resolved."
        case .reopen(let id, _): "\(scene.named(id)) is open again, and its policy starts anew."
        case .snooze(let id, _, _, _):
            "\(scene.named(id)) is snoozed. Whoever is on call then is paged."
        case .escalate(let id, _): "\(scene.named(id)): the next step is called now."
        case .changeSeverity(let id, let severity, _): "\(scene.named(id)) is \(severity.rawValue) now."
        case .note(let id, _, _): "Noted on \(scene.named(id))."
        case .page(let id, let targets, _):
            "Paging \(targets.map { name($0) }.joined(separator: ", ")) about \(scene.named(id))."
        case .assign(let id, let user, _):
            "Paging \(scene.name(user)) to take \(scene.named(id)). Whoever has it keeps it until they do; without an "
                + "answer the next step is called."
        case .declare(let service, let title, _, let severity, _):
            "\(incidents.first.map { "\($0) is" } ?? "It is") open: \(title) (\(service), \(severity.rawValue)). "
                + "Paging by its policy. \(incidents.first.map { links.incident($0) } ?? "")"
        case .drill(let target, _, _): "\(incidents.first.map { "\($0)" } ?? "It") is a drill of \(target)."
        case .answerCover(let id, let accept, let user, _):
            accept
                ? "\(scene.name(user)) takes it: cover request \(id) is accepted, and the schedule says so now."
                : "\(scene.name(user)) cannot take cover request \(id)."
        case .withdrawCover(let id, _): "Cover request \(id) is taken back."
        case .addOverride, .removeOverride, .addTimeOff, .removeTimeOff, .requestCover, .issueCalendar,
            .revokeCalendar, .addSilence:
            "Done."
        case .removeSilence(let id, _):
            "Silence \(id) is ended. What still fires and no other silence holds is paged now."
        case .noteChat, .reportAttempt, .verifyContact, .removeContact, .readHolidays, .tellHandoff, .tellDigest:
            "Recorded."
        case .declareGood(let service, let version, _): "Version \(version) of \(service) is known to be good now."
        case .planRollback, .approveRollback, .cancelRollback, .undoRollback: "Done."
        }
    }

    private func overridden(_ command: Command, _ number: Int) -> String {
        guard case .addOverride(let schedule, _, _, let kind, _, _) = command else { return "Done." }
        let what =
            switch kind {
            case .cover(let user): "\(scene.name(user)) covers \(schedule)"
            case .replace(let user, let other): "\(scene.name(other)) stands in for \(scene.name(user)) in \(schedule)"
            case .remove(let user): "\(scene.name(user)) is taken out of \(schedule)"
            case .add(let user): "\(scene.name(user)) is on call in \(schedule) too"
            }
        return "\(what). To take it back: tocsin override remove \(number)"
    }

    private func awayWords(_ command: Command, _ number: Int) -> String {
        guard case .addTimeOff(let user, let from, let until, _, _) = command else { return "Done." }
        return "\(scene.name(user)) is off from \(time(from)) until \(time(until)). "
            + "To take it back: tocsin timeoff remove \(number)"
    }

    private func coverWords(_ command: Command, _ number: Int) -> String {
        guard case .requestCover(let schedule, let user, let from, let until, _, let asked, _) = command else {
            return "Done."
        }
        let others = asked.isEmpty ? "everybody who could take it" : asked.map(scene.name).joined(separator: ", ")
        return "Cover request \(number): who takes \(schedule) for \(scene.name(user)) from \(time(from)) until "
            + "\(time(until))? Asked: \(others). To take it: accept cover \(number)"
    }

    private func already(_ command: Command, _ id: Incident.ID, _ owner: UserID?) -> String {
        switch command {
        case .resolve: "\(scene.named(id)) is resolved already."
        case .changeSeverity(_, let severity, _): "\(scene.named(id)) is \(severity.rawValue) already."
        case .approveRollback: "You have said yes to that already. It waits for somebody else's."
        default: "\(scene.named(id)) was so already\(owner.map { ": \(scene.name($0)) has it" } ?? "")."
        }
    }

    private func name(_ target: Target) -> String {
        switch target {
        case .user(let user): scene.name(user)
        case .team(let team): "everybody of team \(team)"
        case .schedule(let schedule): "whoever is on call in \(schedule)"
        }
    }

    /// In the speaker's zone, and in UTC when that is another.
    func time(_ at: Instant) -> String {
        let here = LocalTime(zone: scene.read.zone)
        let local = "\(here.moment(at, now: now)) \(here.place)"
        return here.place == "UTC" ? local : "\(local) (\(LocalTime.utc.moment(at, now: now)) UTC)"
    }
}
