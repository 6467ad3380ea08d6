import Commands
import Foundation
import Incidents
import OnCall
import Timekeeping

/// A small town on Monday 2026-11-23 at 12:00 in Berlin, and what is wrong in it.
enum Stage {
    static let noon = at("2026-11-23T11:00:00Z")
    static let berlin = rules("Europe/Berlin")
    static let zones = [berlin, rules("Asia/Kolkata"), rules("America/New_York"), .utc]

    static let directory: Directory = {
        let users = [
            user("ana", "Ana Silva"), user("ben", "Ben Okafor"), user("chi", "Chi Tran"), user("ops", "Operations"),
            user("mon", "Monika Berg"), user("dia1", "Dia"), user("dia2", "Dia"),
        ]
        func schedule(_ id: ScheduleID, _ zone: ZoneID) -> (ScheduleID, Schedule) {
            (id, Schedule(id: id, zone: zone, plan: .layers([])))
        }
        let roster = Roster(
            schedules: Dictionary(
                uniqueKeysWithValues: [
                    schedule("primary", "Europe/Berlin"), schedule("sun", "Asia/Kolkata"),
                    schedule("ops", "Europe/Berlin"),
                ]), zones: Dictionary(uniqueKeysWithValues: zones.map { ($0.id, $0) }))
        return Directory(
            users: Dictionary(uniqueKeysWithValues: users.map { ($0.id, $0) }),
            teams: ["ml": .init(id: "ml", members: ["ana", "ben"])], roster: roster, policies: [:],
            services: [
                "ranker": .init(id: "ranker", name: "Ranker", policy: "base"),
                "billing": .init(id: "billing", name: "Billing API", policy: "base"),
            ], unrouted: "billing", lastResort: [.user("ana")])
    }()

    /// INC-42 and INC-41 are triggered, INC-40 is acknowledged, INC-39 is resolved.
    static let busy = scene([
        incident(42, "billing", "refunds fail", .triggered, minutesAgo: 3),
        incident(41, "ranker", "p99 is high", .triggered, minutesAgo: 5),
        incident(40, "ranker", "disk 91 %", .acknowledged, minutesAgo: 50),
        incident(39, "ranker", "restart loop", .resolved, minutesAgo: 500),
    ])
    /// INC-7 is triggered, INC-6 is resolved.
    static let calm = scene([
        incident(7, "ranker", "p99 is high", .triggered, minutesAgo: 5),
        incident(6, "billing", "refunds fail", .resolved, minutesAgo: 100),
    ])
    static let idle = scene([])
    static let thread = changed(busy) { $0.here = Incident.ID(41) }
    static let stranger = changed(calm) { $0.speaker = nil }
    static let loneService = changed(calm) { $0.directory.services["billing"] = nil }

    static func scene(_ incidents: [KnownIncident]) -> Scene {
        Scene(
            speaker: "ana", zone: berlin, now: noon, directory: directory, incidents: incidents,
            mentions: ["U01ANA": "ana", "U02BEN": "ben"])
    }

    /// INC-41's plan waits for a yes, INC-40's rollback is under way, INC-39's is over.
    static let rolling = changed(busy) {
        for (number, stage) in [(41, KnownRollback.Stage.waiting), (40, .underWay), (39, .over)] {
            let id = Incident.ID(number)
            let index = $0.incidents.firstIndex { $0.id == id }
            $0.incidents[index!].rollback = KnownRollback(id: RollbackID(incident: id, ordinal: 2), stage: stage)
        }
    }
    static let rollingThread = changed(rolling) { $0.here = Incident.ID(41) }
    static let rollingTwice = changed(rolling) {
        $0.incidents[0].rollback = KnownRollback(
            id: RollbackID(incident: Incident.ID(42), ordinal: 1), stage: .waiting)
    }
    /// INC-7's plan waits for a yes, INC-6's rollback is over.
    static let rollingCalm = changed(calm) {
        for (index, stage) in [KnownRollback.Stage.waiting, .over].enumerated() {
            $0.incidents[index].rollback = KnownRollback(
                id: RollbackID(incident: $0.incidents[index].id, ordinal: 2), stage: stage)
        }
    }
    static let oddlyNamed = changed(rollingCalm) {
        for id in ["approve", "status"] as [ServiceID] {
            $0.directory.services[id] = .init(id: id, policy: "base")
        }
    }

    /// INC-7 is open; it is that time, in that zone.
    static func clock(_ text: String, _ zone: ZoneID = "Europe/Berlin") -> Scene {
        changed(calm) {
            $0.now = at(text)
            $0.zone = rules(zone)
        }
    }

    static func changed(_ scene: Scene, _ change: (inout Scene) -> Void) -> Scene {
        var scene = scene
        change(&scene)
        return scene
    }

    static func incident(
        _ number: Int, _ service: ServiceID, _ title: String, _ state: Incident.State, minutesAgo: Int64
    ) -> KnownIncident {
        KnownIncident(
            id: Incident.ID(number), service: service, title: title, severity: .sev2, state: state,
            openedAt: noon - .minutes(minutesAgo))
    }

    static func rules(_ id: ZoneID) -> ZoneRules {
        if id == "UTC" { return .utc }
        guard let bytes = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(id.rawValue)"),
            let rules = try? ZoneRules(id: id, tzif: Array(bytes))
        else { fatalError("The machine has no rules for \(id).") }
        return rules
    }

    private static func user(_ id: UserID, _ name: String) -> Directory.User {
        Directory.User(id: id, name: name, zone: "Europe/Berlin")
    }
}

func at(_ text: String) -> Instant {
    guard let instant = Instant(rfc3339: text) else { fatalError("\(text) is not an instant.") }
    return instant
}

/// A reading on one line, for tables.
func written(_ reading: Reading) -> String {
    switch reading {
    case .order(let order, let confirmation): "\(written(order))\(confirmation.map { " [\($0)]" } ?? "")"
    case .choose(_, let choices): "? " + choices.map(\.line).joined(separator: " | ")
    case .wrong(let what, let hint): "! \(what)\(hint.map { " \($0)" } ?? "")"
    }
}

func written(_ order: Order) -> String {
    func list(_ ids: [Incident.ID]) -> String { ids.map(\.description).joined(separator: " ") }
    return switch order {
    case .declare(let service, let title, let severity): "declare \(severity.rawValue) \(service): \(title)"
    case .page(let targets, let id): "page \(targets.map(\.description).joined(separator: ", ")) about \(id)"
    case .acknowledge(let ids): "ack \(list(ids))"
    case .take(let id): "take \(id)"
    case .assign(let id, let user): "assign \(id) to \(user)"
    case .resolve(let ids): "resolve \(list(ids))"
    case .reopen(let id): "reopen \(id)"
    case .snooze(let id, let until): "snooze \(id) \(until.rfc3339)"
    case .escalate(let id): "escalate \(id)"
    case .who(let schedules, let at):
        "who \(schedules.map(\.rawValue).joined(separator: ","))\(at.map { " \($0.rfc3339)" } ?? "")"
    case .override(let schedule, let from, let until, let kind):
        "override \(schedule) \(written(kind)) \(from.rfc3339) \(until.rfc3339)"
    case .requestCover(let schedule, let from, let until, let asked):
        "cover me \(schedule) \(from.rfc3339) \(until.rfc3339) by \(asked.map(\.rawValue).joined(separator: ","))"
    case .answerCover(let number, let accept): "\(accept ? "accept" : "decline") \(number)"
    case .timeOff(let from, let until): "off \(from.rfc3339) \(until.rfc3339)"
    case .note(let id, let text): "note \(id) \(text)"
    case .severity(let id, let severity): "\(severity.rawValue) \(id)"
    case .runbook(let id): "runbook \(id)"
    case .rollback(let id, let order): "rollback \(id)\(written(order))"
    case .declareGood(let service, let version): "good \(service) \(version)"
    case .postmortem(let id): "postmortem \(id)"
    case .silence(let wanted):
        "silence \(wanted.services.map { "\($0) " }.joined())"
            + "\(wanted.matchers.map { "\($0.label)\($0.comparison.rawValue)\($0.value)" }.joined(separator: ",")) "
            + "\(wanted.from == Stage.noon ? "" : "\(wanted.from.rfc3339) ")\(wanted.until.rfc3339)"
            + (wanted.reason.isEmpty ? "" : ": \(wanted.reason)")
    case .silences: "silences"
    case .endSilence(let id): "unsilence \(id)"
    case .list: "list"
    case .contacts: "contacts"
    case .help(let topic): "help\(topic.map { " \($0)" } ?? "")"
    }
}

private func written(_ order: RollbackOrder) -> String {
    switch order {
    case .plan(let version): version.map { " to \($0)" } ?? ""
    case .approve(let plan): " approve\(plan.map { " \($0)" } ?? "")"
    case .breakGlass(let plan, let reason): " alone\(plan.map { " \($0)" } ?? ""): \(reason)"
    case .cancel: " cancel"
    case .undo: " undo"
    case .status: " status"
    }
}

private func written(_ kind: Override.Kind) -> String {
    switch kind {
    case .cover(let user): "\(user)"
    case .replace(let away, let present): "\(away)->\(present)"
    case .remove(let user): "-\(user)"
    case .add(let user): "+\(user)"
    }
}
