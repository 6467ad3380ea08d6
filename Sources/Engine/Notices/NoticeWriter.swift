import EngineCore
import Incidents
import OnCall
import Timekeeping

/// A notice before it is known who gets it: its words in anybody's zone.
struct NoticeDraft: Sendable {
    let id: String
    let kind: Notice.Kind
    let url: String
    /// One line, complete by itself.
    let title: @Sendable (Clock) -> String
    let lines: @Sendable (Clock) -> [String]

    /// The reader's clock.
    struct Clock: Sendable {
        let local: LocalTime
        let now: Instant

        /// "Mon 17:00".
        func moment(_ at: Instant) -> String { local.moment(at, now: now) }
        func span(_ from: Instant, _ until: Instant) -> String { "from \(moment(from)) until \(moment(until))" }
        var place: String { "\(local.place) time" }
    }

    func notice(for person: Directory.User, _ zone: ZoneRules, at now: Instant) -> Notice {
        let clock = Clock(local: LocalTime(zone: zone), now: now)
        return Notice(
            id: "\(id)_\(person.id)", kind: kind, user: person.id, userName: person.name,
            title: PlainText.printable(title(clock)),
            body: lines(clock).map { PlainText.printable($0) }.joined(separator: "\n"), url: url, sentAt: now)
    }
}

/// The words of notices about being on call.
struct NoticeWriter: Sendable {
    let engine: Engine
    private let directory: Directory
    private let amendments: Amendments

    static let mostListed = 10
    static let longestTitle = 80

    init(_ engine: Engine, _ directory: Directory, _ amendments: Amendments) {
        self.engine = engine
        self.directory = directory
        self.amendments = amendments
    }

    // MARK: Handoffs

    func goesOn(_ user: UserID, _ handoff: HandoffNotice) -> NoticeDraft {
        let (before, after) = (answer(handoff, -1), answer(handoff, 0))
        let until = after.duties.first { $0.user == user }?.until
        let next = until.map { directory.roster.onCall(handoff.schedule, at: $0, amendments: amendments) }
        let (was, will) = (names(before, but: user), next.map { names($0, but: user) })
        let beside = names(after, but: user)
        let open = openIncidents(handoff.schedule)
        let (isNow, stays) = (handoff.at <= engine.now, before.duties.contains { $0.user == user })
        return draft(handoff, "on") { clock in
            if isNow { return "You are on call in \(handoff.schedule) from now on" }
            let verb = stays ? "stay" : "go"
            return "You \(verb) on call in \(handoff.schedule) at \(clock.moment(handoff.at)), \(clock.place)"
        } lines: { [schedule = scheduleClock(handoff.schedule)] clock in
            let end = until.map { " until \(clock.moment($0))" } ?? ", for more than a year"
            var lines = ["From \(clock.moment(handoff.at))\(end), \(clock.place)."]
            if let schedule, schedule.zone.id != clock.local.zone.id {
                let end = until.map { " until \(schedule.moment($0, now: clock.now))" } ?? ""
                lines.append(
                    "On the schedule's clock: \(schedule.moment(handoff.at, now: clock.now))\(end), \(schedule.place).")
            }
            if isNow { lines.append("Somebody else changed who is on call.") }
            if let beside { lines.append("With you: \(beside).") }
            // Who had it until a change that holds from now on cannot be read from the plan any more.
            let earlier = isNow || stays ? "" : "Before you: \(was ?? "nobody"). "
            lines.append("\(earlier)After you: \(will.map { $0 ?? "nobody" } ?? "not known yet").")
            return lines + open + ["To change it, open the schedule."]
        }
    }

    func goesOff(_ user: UserID, _ handoff: HandoffNotice) -> NoticeDraft {
        let after = names(answer(handoff, 0), but: user)
        let open = openIncidents(handoff.schedule, ownedBy: user)
        let (isNow, isNews) = (
            handoff.at <= engine.now, !answer(handoff, -1).duties.contains { $0.user == user }
        )
        return draft(handoff, "off") { clock in
            if isNow { return "You are not on call in \(handoff.schedule) any more, from now on" }
            let moment = "at \(clock.moment(handoff.at))"
            return isNews
                ? "You do not go on call in \(handoff.schedule) \(moment) after all, \(clock.place)"
                : "You go off call in \(handoff.schedule) \(moment), \(clock.place)"
        } lines: { [schedule = scheduleClock(handoff.schedule)] clock in
            var lines = [
                isNow || isNews ? "On call instead: \(after ?? "nobody")." : "After you: \(after ?? "nobody")."
            ]
            if isNow { lines.append("Somebody else changed who is on call.") }
            if let schedule, schedule.zone.id != clock.local.zone.id {
                lines.append(
                    "On the schedule's clock: \(schedule.moment(handoff.at, now: clock.now)), \(schedule.place).")
            }
            return lines + open
        }
    }

    private func draft(
        _ handoff: HandoffNotice, _ way: String, title: @escaping @Sendable (NoticeDraft.Clock) -> String,
        lines: @escaping @Sendable (NoticeDraft.Clock) -> [String]
    ) -> NoticeDraft {
        NoticeDraft(
            // With the time of telling: the same may be told anew after it was told otherwise.
            id: "tocsin_\(engine.installation)_handoff_\(way)_\(handoff.schedule)_\(handoff.at.milliseconds)"
                + "_\(engine.now.milliseconds)",
            kind: .handoff, url: engine.links.schedule(handoff.schedule), title: title, lines: lines)
    }

    private func answer(_ handoff: HandoffNotice, _ milliseconds: Int64) -> OnCallAnswer {
        directory.roster.onCall(
            handoff.schedule, at: handoff.at + .milliseconds(milliseconds), amendments: amendments)
    }

    private func names(_ answer: OnCallAnswer, but user: UserID) -> String? {
        let others = answer.duties.map(\.user).filter { $0 != user }
        return others.isEmpty ? nil : others.map(name).joined(separator: " and ")
    }

    private func name(_ user: UserID) -> String { directory.users[user]?.name ?? user.rawValue }

    private func scheduleClock(_ id: ScheduleID) -> LocalTime? {
        directory.roster.schedules[id].flatMap { directory.roster.zones[$0.zone] }.map(LocalTime.init)
    }

    /// Incidents of services whose policies page that schedule.
    /// - Parameter owner: only those that this person has.
    private func openIncidents(_ schedule: ScheduleID, ownedBy owner: UserID? = nil) -> [String] {
        let policies = directory.policies.filter { $0.value.pages(schedule) }.keys
        let services = Set(directory.services.values.filter { policies.contains($0.policy) }.map(\.id))
        let found = engine.read { core in
            core.book.incidents.values.filter { incident in
                incident.isOpen && services.contains(incident.service) && (owner == nil || incident.owner == owner)
            }.map { ($0.id, $0.owner, $0.severity, core.briefings[$0.id]?.title ?? "") }
        }.sorted { $0.0 < $1.0 }
        guard !found.isEmpty else { return owner == nil ? ["No incident is open there."] : [] }
        let lines = found.prefix(Self.mostListed).map { id, has, severity, title in
            let who = owner != nil ? "" : has.map { ", \(name($0)) has it" } ?? ", nobody has it"
            return "  \(id) \(severity.rawValue.uppercased()) \(PlainText.cut(title, to: Self.longestTitle))\(who)"
        }
        let rest = found.count > lines.count ? ["  and \(found.count - lines.count) more"] : []
        return [owner == nil ? "Open incidents:" : "You have these open incidents. Hand them over:"] + lines + rest
    }

    // MARK: Cover

    func asked(_ request: CoverRequest) -> NoticeDraft {
        let who = name(request.user)
        return cover(request.id, "asked", request.schedule) { clock in
            "\(who) asks for cover in \(request.schedule) \(clock.span(request.from, request.until)), \(clock.place)"
        } lines: { clock in
            let swap =
                request.inReturn.map {
                    ["In return \(who) takes your time \(clock.span($0.from, $0.until))."]
                } ?? []
            return swap + ["Answer on the schedule's page, or say: accept cover \(request.id)."]
        }
    }

    func answered(_ request: CoverRequest, accepted: Bool, by user: UserID) -> NoticeDraft {
        let who = name(user)
        return cover(request.id, "answered_\(user)", request.schedule) { clock in
            let span = clock.span(request.from, request.until)
            return accepted
                ? "\(who) covers you in \(request.schedule) \(span), \(clock.place)"
                : "\(who) cannot cover you in \(request.schedule) \(span), \(clock.place)"
        } lines: { clock in
            guard accepted else { return ["You stay on call unless somebody else accepts."] }
            return request.inReturn.map { ["In return you are on call \(clock.span($0.from, $0.until))."] } ?? []
        }
    }

    private func cover(
        _ id: Int, _ what: String, _ schedule: ScheduleID, title: @escaping @Sendable (NoticeDraft.Clock) -> String,
        lines: @escaping @Sendable (NoticeDraft.Clock) -> [String]
    ) -> NoticeDraft {
        NoticeDraft(
            id: "tocsin_\(engine.installation)_cover_\(id)_\(what)", kind: .cover,
            url: engine.links.schedule(schedule), title: title, lines: lines)
    }

    // MARK: Time off

    /// Somebody was given time off, and these stretches are the reader's.
    func willStandIn(_ covers: [AbsenceCover]) -> NoticeDraft {
        let first = covers[0]
        let who = name(first.absent)
        return standIn(first, "now") { clock in
            "You stand in for \(who) in \(first.schedule) \(clock.span(first.from, first.until)), \(clock.place)"
        } lines: { clock in
            let shown = covers.prefix(Self.mostListed).map { "  \($0.schedule) \(clock.span($0.from, $0.until))" }
            let rest = covers.count > shown.count ? ["  and \(covers.count - shown.count) more"] : []
            return ["\(who) is off, and you come next in the rotation:"] + shown + rest
                + ["You are told again a day before. To change it, open the schedule."]
        }
    }

    /// A day ahead.
    func standsIn(_ cover: AbsenceCover) -> NoticeDraft {
        let who = name(cover.absent)
        return standIn(cover, "ahead") { clock in
            "You stand in for \(who) in \(cover.schedule) from \(clock.moment(cover.from)), \(clock.place)"
        } lines: { clock in
            [
                "\(who) is off. You are on call \(clock.span(cover.from, cover.until)).",
                "To change it, open the schedule.",
            ]
        }
    }

    private func standIn(
        _ cover: AbsenceCover, _ what: String, title: @escaping @Sendable (NoticeDraft.Clock) -> String,
        lines: @escaping @Sendable (NoticeDraft.Clock) -> [String]
    ) -> NoticeDraft {
        NoticeDraft(
            id: "tocsin_\(engine.installation)_standin_\(what)_\(cover.schedule)_\(cover.from.milliseconds)",
            kind: .handoff, url: engine.links.schedule(cover.schedule), title: title, lines: lines)
    }
}

extension Directory {
    /// Before how long people are told of a change in each schedule that a policy pages.
    var handoffLeads: [ScheduleID: Duration] {
        Dictionary(
            uniqueKeysWithValues: pagedSchedules.map { ($0, handoffNotices[$0] ?? Self.standardHandoffNotice) })
    }

    /// Schedules that some policy or the last resort pages, by name.
    var pagedSchedules: [ScheduleID] {
        let targets = policies.values.flatMap { $0.steps.flatMap(\.page) } + lastResort
        let named = targets.compactMap { target -> ScheduleID? in
            if case .schedule(let id) = target { id } else { nil }
        }
        return Set(named).filter { roster.schedules[$0] != nil }.sorted()
    }
}

extension EscalationPolicy {
    fileprivate func pages(_ schedule: ScheduleID) -> Bool { steps.contains { $0.page.contains(.schedule(schedule)) } }
}
