import Commands
import Engine
import Incidents
import OnCall
import Timekeeping

/// Users, their rules and their absences; teams; who is paged when all else fails.
extension ConfigurationBuilder {
    func readUsers() {
        var slackUsers: [String: String] = [:]
        for entry in named("users") {
            let keys = ["name", "zone", "role", "slack", "quiet", "digest", "high", "low", "time_off", "holidays"]
            guard let section = entry.value.section(keys) else { continue }
            let id = UserID(rawValue: entry.name)
            let name = section["name"]?.text()
            let role = section["role"]?.text()
            let zone = section.mandatory("zone", "Say where \(entry.name) lives, such as zone: Europe/Berlin.")
                .flatMap { zones.zone($0) }
            if let slack = section["slack"].flatMap({ slackUser($0, of: entry.name, among: &slackUsers) }) {
                contacts[id, default: ContactDetails()].slack = slack
            }
            let quiet = section["quiet"].flatMap(quietHours)
            let digest = section["digest"].map(digestTime) ?? Directory.User.standardDigest
            let high = section["high"].flatMap { rules($0, of: id, .high) }
            let low = section["low"].flatMap { rules($0, of: id, .low) }
            ownRules += [high, low].compactMap { $0 }
            if let zone { personalTimeOff += timeOff(section["time_off"], in: zone, of: id) }
            section["holidays"].map { readHolidays(of: id, in: zone, $0) }
            userFields[id] = entry.key
            guard let zone else { continue }
            users[id] = Directory.User(
                id: id, name: name ?? entry.name, zone: zone.id, role: role, quiet: quiet, digest: digest)
        }
    }

    /// `"09:00"`, or `never`.
    private func digestTime(_ field: Field) -> CivilTime? {
        let hint = "Write it like \"09:00\", or never."
        guard let text = field.text(hint), text != "never" else { return nil }
        guard let time = CivilTime(text), time != .endOfDay else {
            field.error("\(quoted(text)) is not a clock time", hint)
            return nil
        }
        return time
    }

    /// `"22:00-07:00"`, or a list of such spans with days before them.
    private func quietHours(_ field: Field) -> WeeklyHours? {
        let hint = "Write it like \"22:00-07:00\", or [\"22:00-07:00\", \"sat,sun 00:00-24:00\"]."
        let fields = field.itemsOrOne(hint) ?? []
        let windows = fields.compactMap { $0.restriction() }
        guard !windows.isEmpty, windows.count == fields.count else { return nil }
        for (window, field) in zip(windows, fields) where window.start == window.end {
            field.error("is the whole day", "Low urgency would never page this person. Leave some hours.")
        }
        return WeeklyHours(windows)
    }

    /// `[push now, sms 1m]`.
    private func rules(_ field: Field, of user: UserID, _ urgency: Urgency) -> OwnRules? {
        let hint = "Write it like [webhook now, inbox 1m]."
        guard let items = field.someItems(hint) else { return nil }
        let methods = ContactMethod.allCases.map(\.rawValue)
        let rules = items.compactMap { item -> (rule: NotificationRule, field: Field)? in
            guard let text = item.text(hint) else { return nil }
            let words = text.split(separator: " ", maxSplits: 1).map(String.init)
            guard let method = ContactMethod(rawValue: words[safe: 0] ?? "") else {
                item.error(
                    "\(quoted(text)) does not begin with a contact method",
                    NearestName.hint(words[safe: 0] ?? "", in: methods, noun: "method"))
                return nil
            }
            guard let when = words[safe: 1] else {
                item.error("\(quoted(text)) does not say when", "Write it like \(method) now or \(method) 1m.")
                return nil
            }
            guard let after = Duration(written: when), after <= Self.longestRule else {
                item.error(
                    "\(quoted(when)) is not a time after which a rule can ring",
                    "Write now, or a duration of up to \(Self.longestRule.written) such as 30s or 1m.")
                return nil
            }
            return (NotificationRule(method, after: after), item)
        }
        return OwnRules(user: user, urgency: urgency, field: field, rules: rules)
    }

    /// Later than any step waits, so the rest of the policy is over.
    private static let longestRule = Duration.hours(1)

    /// Puts people's rules in force as they are written: an address that is missing today may be entered tomorrow.
    /// While none of them works, a person is paged by the standard rules (`Directory.User.plan`).
    func useOwnRules(_ reachability: Reachability) {
        for own in ownRules where users[own.user] != nil {
            users[own.user]?.rules[own.urgency] = own.rules.map(\.rule)
            for (rule, field) in own.rules {
                guard let obstacle = reachability.obstacle(own.user, to: rule.method) else { continue }
                field.warn("\(rule.method) would not work for \(own.user): \(obstacle)")
            }
            if reachability.methods(own.user).isDisjoint(with: own.rules.map(\.rule.method)) {
                own.field.warn(
                    "none of these rules works for \(own.user), so the standard rules are used until one does",
                    "Add inbox now, or do what makes one of them work.")
            }
        }
    }

    /// `[{from: 2026-12-24, until: 2027-01-02}]`, with `user:` where it is not clear whose it is.
    func timeOff(_ field: Field?, in zone: ZoneRules, of user: UserID? = nil) -> [TimeOff] {
        let hint = "Write it like [{\(user == nil ? "user: ana, " : "")from: 2026-12-24, until: 2027-01-02}]."
        return (field?.items(hint) ?? []).compactMap { item in
            guard let section = item.section(user == nil ? ["user", "from", "until"] : ["from", "until"], hint) else {
                return nil
            }
            let named = user == nil ? section.mandatory("user", hint) : nil
            let name = user?.rawValue ?? named.flatMap { reference($0, to: "user", in: userNames) }
            let from = section.mandatory("from", hint).flatMap { $0.instant(in: zone, isEnd: false) }
            let until = section.mandatory("until", "Say when the absence is over: the first moment back.")
                .flatMap { $0.instant(in: zone, isEnd: true) }
            guard let name, let from, let until else { return nil }
            guard from < until else {
                section["until"]?.error(
                    "is not after from", "It is the first moment back: a day off ends when the next day begins.")
                return nil
            }
            return TimeOff(user: UserID(rawValue: name), from: from, until: until)
        }
    }

    func readTeams() -> [TeamID: Directory.Team] {
        var teams: [TeamID: Directory.Team] = [:]
        for entry in named("teams") {
            guard let section = entry.value.section(["members", "chat"]) else { continue }
            let id = TeamID(rawValue: entry.name)
            let members = section.mandatory("members", "Write it like members: [ana, ben].").map(people) ?? []
            let chat = section["chat"].flatMap(chatRoom)
            if chat == nil { teamsWithoutChat.insert(id) }
            teams[id] = Directory.Team(id: id, members: members, chat: chat)
        }
        return teams
    }

    private var defaults: Section { document.section("defaults", ["unrouted", "last_resort", "prometheus"]) }

    /// Well or not.
    var isPrometheusWritten: Bool { defaults["prometheus"] != nil || defaults.isMisspelt("prometheus") }

    /// The Prometheus that rollbacks ask, without a slash at its end.
    func readPrometheus() -> String? {
        let hint = "Write it like http://prometheus:9090."
        guard let field = defaults["prometheus"] else { return nil }
        guard let url = webAddress(field, hint, instead: "Let a proxy add them.") else {
            return nil
        }
        guard url.query == nil else {
            field.error("has a query", hint)
            return nil
        }
        return url.withoutSlash
    }

    func readDefaults() -> (unrouted: ServiceID, lastResort: [Target])? {
        let section = defaults
        let unrouted = section.mandatory(
            "unrouted", "Name the service of alerts that no route matches, so that none is dropped: unrouted: platform."
        ).flatMap { reference($0, to: "service", in: serviceNames) }
        let lastHint = "Name who is paged when nobody answers: last_resort: {page: [user ana]}."
        lastResortField = section.mandatory("last_resort", lastHint)?.section(["page"], lastHint)?
            .mandatory("page", lastHint)
        let last = lastResortField.map(targets) ?? []
        guard let unrouted, !last.isEmpty else { return nil }
        return (ServiceID(rawValue: unrouted), last)
    }
}

extension Array {
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
