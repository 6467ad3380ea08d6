import Incidents
import OnCall
import Timekeeping

/// Whose shifts a calendar shows.
public struct ShiftSelection: Sendable, Hashable {
    /// A heading: "On call: primary".
    public let title: String
    /// In order of name.
    public let schedules: [ScheduleID]
    /// Nil for everybody's.
    public let user: UserID?
    /// In which clients may show times that have no zone of their own; ours all have one.
    public let zone: ZoneID

    public init(_ scope: CalendarScope, in directory: Directory) {
        switch scope {
        case .person(let id): self = .person(id, in: directory)
        case .schedule(let id): self = .schedule(id, in: directory)
        case .team(let id): self = .team(id, in: directory)
        }
    }

    init(title: String, schedules: [ScheduleID], user: UserID?, zone: ZoneID) {
        self.title = title
        self.schedules = schedules
        self.user = user
        self.zone = zone
    }

    /// - Parameter user: only that person's.
    public static func schedule(
        _ id: ScheduleID, of user: UserID? = nil, in directory: Directory
    ) -> ShiftSelection {
        let zone = directory.roster.schedules[id]?.zone ?? "UTC"
        return ShiftSelection(title: "On call: \(id)", schedules: [id], user: user, zone: zone)
    }

    /// That person's, in every schedule.
    public static func person(_ id: UserID, in directory: Directory) -> ShiftSelection {
        let user = directory.users[id]
        let name = PlainText.cut(PlainText.printable(user?.name ?? id.rawValue), to: ShiftFeed.longestName)
        return ShiftSelection(
            title: "On call: \(name)", schedules: directory.roster.schedules.keys.sorted(), user: id,
            zone: user?.zone ?? "UTC")
    }

    /// Everybody's in the schedules that the policies of the team's services page, and in those whose rotations
    /// consist of members only.
    public static func team(_ id: TeamID, in directory: Directory) -> ShiftSelection {
        let policies = Set(directory.services.values.filter { $0.team == id }.map(\.policy))
        let paged = Set(policies.compactMap { directory.policies[$0] }.flatMap(\.schedules))
        let members = directory.teams[id]?.members ?? []
        let schedules = directory.roster.schedules.keys.filter { schedule in
            if paged.contains(schedule) { return true }
            let people = directory.roster.members(of: schedule)
            return !people.isEmpty && Set(people).isSubset(of: members)
        }
        let zones = Set(schedules.compactMap { directory.roster.schedules[$0]?.zone })
        return ShiftSelection(
            title: "On call: \(id)", schedules: schedules.sorted(), user: nil,
            zone: zones.count == 1 ? zones.first ?? "UTC" : "UTC")
    }
}

extension EscalationPolicy {
    /// Those that its steps page.
    fileprivate var schedules: [ScheduleID] {
        steps.flatMap(\.page).compactMap { target in
            if case .schedule(let id) = target { id } else { nil }
        }
    }
}
