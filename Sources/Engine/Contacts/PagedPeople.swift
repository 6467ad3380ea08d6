import Incidents
import OnCall
import Timekeeping

/// Whom the configuration would page, now or later, and where it says so. Overrides, which are not in it, do not count.
public struct PagedPeople: Sendable {
    /// For each person `step 1 of policy ml (schedule sun)`, `the last resort`, in the order of policies and steps.
    public let places: [UserID: [String]]
    private let directory: Directory
    private let now: Instant?

    /// - Parameter now: rosters that are over by then do not count; nil means that all count.
    public init(_ directory: Directory, now: Instant? = nil) {
        self.directory = directory
        self.now = now
        var places: [UserID: [String]] = [:]
        func add(_ targets: [Target], _ place: String) {
            for target in targets {
                for user in Self.people(target, directory, now) {
                    let named: String
                    switch target {
                    case .user: named = place
                    case .schedule, .team: named = "\(place) (\(target))"
                    }
                    if places[user]?.contains(named) != true { places[user, default: []].append(named) }
                }
            }
        }
        for policy in directory.policies.values.sorted(by: { $0.id < $1.id }) {
            for (index, step) in policy.steps.enumerated() {
                add(step.page, "step \(index + 1) of policy \(policy.id)")
            }
        }
        add(directory.lastResort, "the last resort")
        self.places = places
    }

    /// Whom a target means, now or later; ordered by id.
    public func people(_ target: Target) -> [UserID] { Self.people(target, directory, now) }

    private static func people(_ target: Target, _ directory: Directory, _ now: Instant?) -> [UserID] {
        switch target {
        case .user(let id): return [id]
        case .team(let id): return (directory.teams[id]?.members ?? []).sorted()
        case .schedule(let id):
            let current = now.map { directory.roster.onCall(id, at: $0, amendments: .none).duties.map(\.user) } ?? []
            return Set(current + members(of: id, directory, now, depth: directory.roster.schedules.count)).sorted()
        }
    }

    /// The people of eras that no later era has replaced by now.
    private static func members(
        of id: ScheduleID, _ directory: Directory, _ now: Instant?, depth: Int
    ) -> [UserID] {
        guard depth > 0, let schedule = directory.roster.schedules[id] else { return [] }
        switch schedule.plan {
        case .behind(let primary, _): return members(of: primary, directory, now, depth: depth - 1)
        case .layers(let layers):
            return layers.flatMap { layer in
                let zone = directory.roster.zones[layer.zone ?? schedule.zone]
                let today = now.flatMap { zone?.civil(at: $0).date }
                let begun = today.flatMap { today in layer.eras.compactMap(\.from).filter { $0 <= today }.max() }
                let current = begun.map { begun in layer.eras.filter { $0.from.map { $0 >= begun } ?? false } }
                return (current ?? layer.eras).flatMap(\.people)
            }
        }
    }
}
