import Engine
import Incidents
import OnCall
import Timekeeping

/// Policies, services and routes: what happens to an alert.
extension ConfigurationBuilder {
    func readPolicies() {
        for entry in named("policies") {
            guard let section = entry.value.section(["steps", "repeat", "ack_timeout", "acknowledgements"]) else {
                continue
            }
            let id = PolicyID(rawValue: entry.name)
            let hint = "Write a list of steps: steps: [{page: [schedule primary], wait: 5m}]."
            let fields = section.mandatory("steps", hint)?.someItems(hint) ?? []
            let steps = fields.compactMap(step)
            let repeats = section["repeat"].map { $0.number(in: 0...100) } ?? 0
            let timeouts = ackTimeouts(section["ack_timeout"])
            let acknowledgements = section["acknowledgements"].map { $0.number(in: 1...5) } ?? 1
            guard !steps.isEmpty, steps.count == fields.count, let repeats, let acknowledgements else { continue }
            policies[id] = EscalationPolicy(
                id: id, steps: steps, repeats: repeats, ackTimeouts: timeouts, acknowledgements: acknowledgements)
        }
    }

    private func step(_ field: Field) -> EscalationPolicy.Step? {
        guard let section = field.section(["page", "wait", "when", "tell", "round_robin"]) else { return nil }
        let (page, rooms) =
            section.mandatory("page", "Say whom to page: page: [schedule primary].").map(targetsAndRooms) ?? ([], [])
        let wait = section.mandatory("wait", "Say how long to wait for an answer: wait: 5m.")?.duration(
            in: .seconds(10)...(.minutes(30)),
            whyNotLonger: "While nobody has answered, a page must be due within 30 minutes.")
        let conditions = StepConditions(section["when"], condition: condition)
        let isRoundRobin = section["round_robin"]?.choice(["true": true, "false": false]) ?? false
        let tell = (section["tell"]?.someItems("Write it like [team ml].") ?? []).compactMap(team)
        if let field = section["tell"], let silent = tell.first(where: teamsWithoutChat.contains) {
            field.warn(
                "team \(silent) has no chat to be told in", "Add chat: \"slack #channel\" under teams.\(silent).")
        }
        guard !page.isEmpty, let wait else { return nil }
        return EscalationPolicy.Step(
            page: page, wait: wait, when: conditions.severity, during: conditions.during,
            recipientHours: conditions.recipientHours, tell: tell, rooms: rooms, isRoundRobin: isRoundRobin)
    }

    /// `[schedule primary, channel slack #ml, webhook ops]`. Telling a channel or a webhook reaches nobody, so somebody
    /// must be paged besides.
    private func targetsAndRooms(_ field: Field) -> ([Target], [ChatRoom]) {
        let hint = "Write it like [user ana, schedule sun, team ml, \"channel slack #ml\", webhook ops]."
        var targets: [Target] = []
        var rooms: [ChatRoom] = []
        for item in field.someItems(hint) ?? [] {
            guard let text = item.text(hint) else { continue }
            if text.hasPrefix("channel ") {
                rooms += chatRoom(String(text.dropFirst("channel ".count)), item, hint).map { [$0] } ?? []
            } else if text.hasPrefix("webhook ") {
                rooms += chatRoom(text, item, hint).map { [$0] } ?? []
            } else if let target = target(text, item, hint) {
                targets.append(target)
            }
        }
        if targets.isEmpty, !rooms.isEmpty {
            field.error(
                "pages nobody: a channel or a webhook does not wake anybody",
                "Page somebody in this step, or name the channel in the step that does.")
        }
        return (targets, rooms)
    }

    /// `team ml`.
    private func team(_ field: Field) -> TeamID? {
        guard let text = field.text("Write it like team ml.") else { return nil }
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 2, words[0] == "team" else {
            field.error("\(quoted(text)) is not a team to tell", "Write it like team ml.")
            return nil
        }
        return check(words[1], field, noun: "team", in: teamNames) ? TeamID(rawValue: words[1]) : nil
    }

    /// `severity >= sev2`.
    private func condition(_ text: String, _ field: Field) -> EscalationPolicy.Condition? {
        let hint = StepConditions.hint
        let comparisons: [(String, EscalationPolicy.Condition.Comparison)] = [
            (">=", .atLeast), ("<=", .atMost), ("=", .equal),
        ]
        let rest = text.hasPrefix("severity") ? text.dropFirst("severity".count).drop { $0 == " " } : ""
        guard let (symbol, comparison) = comparisons.first(where: { rest.hasPrefix($0.0) }) else {
            field.error("\(quoted(text)) is not a condition", hint)
            return nil
        }
        let word = String(rest.dropFirst(symbol.count).drop { $0 == " " })
        guard let severity = Severity(rawValue: word) else {
            field.error("\(quoted(text)) is not a condition: \(quoted(word)) is not a severity", Self.severities)
            return nil
        }
        return EscalationPolicy.Condition(comparison, severity)
    }

    /// `{sev1: 30m, sev2: never}`, or `never` for both.
    private func ackTimeouts(_ field: Field?) -> EscalationPolicy.AckTimeouts {
        let standard = EscalationPolicy.AckTimeouts()
        guard let field else { return standard }
        if field.scalar == "never" { return EscalationPolicy.AckTimeouts(sev1: nil, sev2: nil) }
        let section = field.section(["sev1", "sev2"], "Write it like {sev1: 30m, sev2: 60m}, or never.")
        func timeout(_ severity: Severity) -> Duration? {
            guard let field = section?[severity.rawValue] else { return standard.timeout(for: severity) }
            if field.scalar == "never" { return nil }
            return field.duration(in: .minutes(1)...(.days(7)), whyNotLonger: "Or write never.")
        }
        return EscalationPolicy.AckTimeouts(sev1: timeout(.sev1), sev2: timeout(.sev2))
    }

    func readServices() -> [ServiceID: Directory.Service] {
        var services: [ServiceID: Directory.Service] = [:]
        for entry in named("services") {
            let keys = ["name", "team", "policy", "group", "hours", "runbooks", "rollback"]
            guard let section = entry.value.section(keys) else { continue }
            let id = ServiceID(rawValue: entry.name)
            let policy = section.mandatory("policy", "Say who is paged for it: policy: ml.")
                .flatMap { reference($0, to: "policy", in: policyNames) }
            let team = section["team"].flatMap { reference($0, to: "team", in: teamNames) }
            let (groupBy, refire) = grouping(section["group"])
            let runbooks = runbooks(named: section["runbooks"])
            let rollback = section["rollback"].flatMap { $0.isEmpty ? nil : rollbackPolicy($0, of: id) }
            let hours = section["hours"].flatMap(serviceHours)
            guard let policy else { continue }
            services[id] = Directory.Service(
                id: id, name: section["name"]?.text(), team: team.map(TeamID.init(rawValue:)),
                policy: PolicyID(rawValue: policy), groupBy: groupBy, refireWindow: refire, runbooks: runbooks,
                rollback: rollback, hours: hours)
        }
        return services
    }

    /// `{zone: Europe/Berlin, weekly: ["mon-fri 09:00-18:00"]}`.
    private func serviceHours(_ field: Field) -> ZonedHours? {
        let hint = "Write it like {zone: Europe/Berlin, weekly: \"mon-fri 09:00-18:00\"}."
        guard let section = field.section(["zone", "weekly"], hint) else { return nil }
        let zone = section.mandatory("zone", hint).flatMap { zones.zone($0) }
        let fields = section.mandatory("weekly", hint)?.itemsOrOne(hint) ?? []
        let windows = fields.compactMap { $0.restriction() }
        guard let zone, !windows.isEmpty, windows.count == fields.count else { return nil }
        return ZonedHours(zone: zone.id, hours: WeeklyHours(windows))
    }

    /// `{by: [alertname, model], refire: 15m}`.
    private func grouping(_ field: Field?) -> (by: [String], refire: Duration) {
        let standard = Directory.Service.standardRefireWindow
        guard let section = field?.section(["by", "refire"], "Write it like {by: [alertname], refire: 15m}.") else {
            return ([], standard)
        }
        let labels = (section["by"]?.someItems("Write it like [alertname, model].") ?? []).compactMap { $0.text() }
        return (labels, section["refire"]?.duration(in: .zero...(.hours(24))) ?? standard)
    }

    func readRoutes() -> [Directory.Route] {
        let example = #"Write it like {match: 'model="ranker"', service: ranker}."#
        return document.items(of: "routes").compactMap { item in
            guard let section = item.section(["match", "service", "severity"], example) else { return nil }
            let fields = section.mandatory("match", example)?.itemsOrOne(example) ?? []
            let matchers = fields.compactMap { $0.matchers() }
            let service = section.mandatory("service", "Say where matching alerts go.")
                .flatMap { reference($0, to: "service", in: serviceNames) }
            let severity = section["severity"].flatMap(severity)
            guard let service, !matchers.isEmpty else { return nil }
            return Directory.Route(
                matchers: matchers.flatMap { $0 }, service: ServiceID(rawValue: service), severity: severity)
        }
    }

    func severity(_ field: Field) -> Severity? {
        guard let text = field.text(Self.severities) else { return nil }
        if let severity = Severity(rawValue: text) { return severity }
        field.error("\(quoted(text)) is not a severity", Self.severities)
        return nil
    }

    private static let severities = "There are sev1, sev2, sev3 and sev4."
}
