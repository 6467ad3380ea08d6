import OnCall
import Timekeeping

extension Roster {
    /// Everybody in a schedule's rotations, in the order in which they are written; of the schedule in front where it
    /// stands behind one.
    /// - Parameters:
    ///   - first: leaves out eras that are over before that date.
    ///   - last: leaves out eras that begin after that date.
    func members(of id: ScheduleID, from first: CivilDate? = nil, until last: CivilDate? = nil) -> [UserID] {
        var found: [UserID] = []
        var passed: [ScheduleID] = []
        var current: ScheduleID? = id
        while let id = current, !passed.contains(id), let schedule = schedules[id] {
            passed.append(id)
            switch schedule.plan {
            case .behind(let primary, _): current = primary
            case .layers(let layers):
                current = nil
                for user in layers.flatMap({ $0.members(from: first, until: last) }) where !found.contains(user) {
                    found.append(user)
                }
            }
        }
        return found
    }
}

extension Layer {
    fileprivate func members(from first: CivilDate?, until last: CivilDate?) -> [UserID] {
        let sorted = eras.sorted { ($0.from ?? .earliest) < ($1.from ?? .earliest) }
        return sorted.indices.flatMap { index -> [UserID] in
            if let last, (sorted[index].from ?? .earliest) > last { return [] }
            let next = index + 1 < sorted.count ? sorted[index + 1].from : nil
            // The era before goes on until the first handoff of the next, at most a turn later.
            if let first, let next, next.adding(days: 31) < first { return [] }
            return sorted[index].people
        }
    }
}

extension CivilDate {
    fileprivate static let earliest = CivilDate(daysSinceEpoch: -719_468)
}
