import Incidents
import OnCall
import Timekeeping

extension Roster {
    /// `members(of:)` without those whose turns are over before the first date, or begin after the last.
    func members(of id: ScheduleID, from first: CivilDate?, until last: CivilDate?) -> [UserID] {
        var current = id
        var passed: [ScheduleID] = []
        while case .behind(let primary, _) = schedules[current]?.plan, !passed.contains(current) {
            passed.append(current)
            current = primary
        }
        guard case .layers(let layers) = schedules[current]?.plan else { return [] }
        let present = Set(layers.flatMap { $0.members(from: first, until: last) })
        return members(of: id).filter { present.contains($0) }
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
