import Commands
import Engine
import Incidents
import OnCall
import Timekeeping

/// Makes a configuration of a document, section by section, and gathers what is wrong with it.
///
/// A name that a section declares counts as known even if what it stands for has mistakes, so one mistake is told
/// once.
final class ConfigurationBuilder {
    let document: Document
    private let contactsDocument: Field?
    private let contactsProblems: Problems
    /// What people entered themselves, for who can be reached only.
    private let entered: [UserID: ContactDetails]
    let problems: Problems
    let zones: ZoneLibrary
    let secrets: SecretReader
    let now: Instant
    let shippedRunbooks: String?
    let horizon: Duration

    let userNames: [String]
    let teamNames: [String]
    let scheduleNames: [String]
    let policyNames: [String]
    let serviceNames: [String]
    let holidayNames: [String]

    var channels = ChannelSettings()
    /// Of `channels.webhooks`, also of those whose settings are wrong.
    var webhookNames: [String] = []
    var channelsField: Field?
    var contacts: [UserID: ContactDetails] = [:]
    var users: [UserID: Directory.User] = [:]
    var userFields: [UserID: Field] = [:]
    var ownRules: [OwnRules] = []
    var teamsWithoutChat: Set<TeamID> = []
    var personalTimeOff: [TimeOff] = []
    var holidayCalendars: [String: HolidayCalendar] = [:]
    var holidayFeeds: [HolidayFeed] = []
    var heartbeat: HeartbeatSettings?
    var holidaySources: [SourceFile] = []
    var schedules: [ScheduleID: Schedule] = [:]
    var scheduleFields: [ScheduleID: Field] = [:]
    var handoffNotices: [ScheduleID: Duration] = [:]
    var policies: [PolicyID: EscalationPolicy] = [:]
    var integrations: [IntegrationSettings] = []
    var prometheus: String?
    var serving: [ServiceID: ServingSettings] = [:]
    var runbooks: [Runbook] = []
    var lastResortField: Field?

    /// The rules a person wrote, with their places.
    struct OwnRules {
        let user: UserID
        let urgency: Urgency
        let field: Field
        let rules: [(rule: NotificationRule, field: Field)]
    }

    init(
        document: Document, contacts: Field?, contactsProblems: Problems, entered: [UserID: ContactDetails],
        problems: Problems, zones: ZoneLibrary, secrets: SecretReader, now: Instant, shippedRunbooks: String?,
        horizon: Duration
    ) {
        self.document = document
        self.contactsDocument = contacts
        self.contactsProblems = contactsProblems
        self.entered = entered
        self.problems = problems
        self.zones = zones
        self.secrets = secrets
        self.now = now
        self.shippedRunbooks = shippedRunbooks
        self.horizon = horizon
        userNames = document.names(of: "users")
        teamNames = document.names(of: "teams")
        scheduleNames = document.names(of: "schedules")
        policyNames = document.names(of: "policies")
        serviceNames = document.names(of: "services")
        holidayNames = document.names(of: "holidays")
    }

    /// Nil when there are errors.
    /// - Parameter isRecorded: the sources are those of the log, and hold what runbooks and holidays add already.
    func build(sources: [SourceFile], isRecorded: Bool) -> Configuration? {
        readChannels()
        readHeartbeat()
        contactsDocument.map(readContacts)
        problems.take(contactsProblems, asWarnings: secrets.mode == .lenient)
        readHolidays(recorded: isRecorded ? sources : nil)
        readUsers()
        let teams = readTeams()
        readSchedules()
        readPolicies()
        prometheus = readPrometheus()
        readRunbooks()
        let services = readServices()
        let routes = readRoutes()
        let known = readIntegrations()
        let defaults = readDefaults()
        guard !problems.hasErrors, let defaults else { return nil }

        let reachability = Reachability(channels: channels, contacts: contacts.entering(entered))
        useOwnRules(reachability)
        let directory = Directory(
            users: users, teams: teams, roster: Roster(schedules: schedules, zones: zones.rules), policies: policies,
            services: services, routes: routes, unrouted: defaults.unrouted, lastResort: defaults.lastResort,
            integrations: known, runbooks: runbooks.map(\.rule),
            handoffNotices: handoffNotices)
        let equipped = reachability.equip(directory)
        ConfigurationProofs(builder: self, directory: equipped, reachability: reachability).run()
        guard !problems.hasErrors else { return nil }
        return Configuration(
            directory: equipped, integrations: integrations, channels: channels, contacts: contacts,
            sources: sources + (isRecorded ? [] : runbooks.map(\.source) + holidaySources), zones: zones.bytes,
            runbooks: runbooks, warnings: problems.sortedWarnings.map(\.description), serving: serving,
            holidayFeeds: holidayFeeds, heartbeat: heartbeat)
    }

    /// The members of a section whose names can be used as names.
    func named(_ section: String) -> [Field.Entry] { wellNamed(document.entries(of: section)) }

    func wellNamed(_ entries: [Field.Entry]) -> [Field.Entry] {
        entries.filter { entry in
            let isName =
                entry.name.utf8.count <= 64 && entry.name.first?.isASCIIWordCharacter == true
                && entry.name.allSatisfy { $0.isASCIIWordCharacter || $0 == "-" || $0 == "." }
            if !isName {
                entry.key.error(
                    "\(quoted(entry.name)) cannot be a name",
                    "Take up to 64 letters a-z, digits, -, _ or ., and begin with a letter or digit.")
            }
            return isName
        }
    }

    /// The text of `field` if it is one of `names`; else nil, and that is said with the nearest.
    func reference(_ field: Field, to noun: String, in names: [String]) -> String? {
        guard let name = field.text("Name a \(noun).") else { return nil }
        return check(name, field, noun: noun, in: names) ? name : nil
    }

    func check(_ name: String, _ field: Field, noun: String, in names: [String]) -> Bool {
        if names.contains(name) { return true }
        field.error("there is no \(noun) \(quoted(name))", NearestName.hint(name, in: names, noun: noun))
        return false
    }

    /// The people of a list.
    func people(_ field: Field) -> [UserID] {
        (field.someItems("Write it like [ana, ben].") ?? []).compactMap { item in
            reference(item, to: "user", in: userNames).map(UserID.init(rawValue:))
        }
    }

    /// `[user ana, schedule sun, team ml, next sun]`.
    func targets(_ field: Field) -> [Target] {
        let hint = "Write it like [user ana, schedule sun, team ml]."
        return (field.someItems(hint) ?? []).compactMap { item in
            item.text(hint).flatMap { target($0, item, hint) }
        }
    }

    func target(_ text: String, _ item: Field, _ hint: String) -> Target? {
        if text.hasPrefix("next ") { return next(in: String(text.dropFirst("next ".count)), item) }
        guard let target = Target(text) else {
            item.error("\(quoted(text)) is not somebody to page", hint)
            return nil
        }
        switch target {
        case .user(let id): return check(id.rawValue, item, noun: "user", in: userNames) ? target : nil
        case .schedule(let id): return check(id.rawValue, item, noun: "schedule", in: scheduleNames) ? target : nil
        case .team(let id): return check(id.rawValue, item, noun: "team", in: teamNames) ? target : nil
        }
    }

    /// Whoever comes next in a schedule's rotation: a schedule behind it, which is made where there is none.
    private func next(in name: String, _ item: Field) -> Target? {
        guard check(name, item, noun: "schedule", in: scheduleNames) else { return nil }
        let primary = ScheduleID(rawValue: name)
        let written = schedules.values.filter { $0.plan == .behind(primary, by: 1) }.map(\.id)
        if let known = written.sorted().first { return .schedule(known) }
        let id = ScheduleID(rawValue: "\(name)-next")
        guard !scheduleNames.contains(id.rawValue) else {
            item.error(
                "whoever is next in \(name) would be schedule \(id), which is another one",
                "Write a schedule of your own: {behind: \(name), by: 1}.")
            return nil
        }
        guard let front = schedules[primary] else { return nil }
        schedules[id] = Schedule(id: id, zone: front.zone, plan: .behind(primary, by: 1))
        return .schedule(id)
    }
}

extension Character {
    var isASCIIWordCharacter: Bool { isASCII && (isLetter || isNumber || self == "_") }
}
