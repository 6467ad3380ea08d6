import Timekeeping

/// A schedule worked out once, together with those it stands behind.
struct SchedulePlan: Sendable {
    /// The schedule that has the layers.
    let front: ScheduleID
    let layers: [LayerPlan]
    let absences: Absences
    /// Who stands behind it, each behind the one before; the last is the schedule that is asked about.
    let followers: [Follower]

    struct Follower: Sendable {
        let id: ScheduleID
        let primary: ScheduleID
        let places: Int
        /// With those of the schedules in front.
        let absences: Absences
    }

    /// All that can be read: schedules in a zone that is known and not behind themselves or nothing, as far as that is
    /// also so in front of them.
    static func plans(_ schedules: [ScheduleID: Schedule], _ zones: [ZoneID: ZoneRules]) -> [ScheduleID: SchedulePlan] {
        var plans: [ScheduleID: SchedulePlan] = [:]
        for (id, schedule) in schedules {
            guard case .layers(let layers) = schedule.plan, zones[schedule.zone] != nil else { continue }
            plans[id] = SchedulePlan(
                front: id,
                layers: layers.compactMap { layer in
                    zones[layer.zone ?? schedule.zone].flatMap { LayerPlan(layer, zone: $0) }
                },
                absences: Absences(schedule.timeOff),
                followers: [])
        }
        for id in schedules.keys where plans[id] == nil {
            guard let chain = chain(behind: id, schedules, zones), let front = chain.first.flatMap({ plans[$0.id] })
            else { continue }
            var timeOff = chain[0].timeOff
            let followers = zip(chain, chain.dropFirst()).compactMap { ahead, schedule -> Follower? in
                guard case .behind(_, let places) = schedule.plan else { return nil }
                timeOff += schedule.timeOff
                return Follower(id: schedule.id, primary: ahead.id, places: places, absences: Absences(timeOff))
            }
            plans[id] = SchedulePlan(
                front: front.front, layers: front.layers, absences: front.absences, followers: followers)
        }
        return plans
    }

    /// From the schedule with layers to `id`; nil if that is never reached.
    private static func chain(
        behind id: ScheduleID, _ schedules: [ScheduleID: Schedule], _ zones: [ZoneID: ZoneRules]
    ) -> [Schedule]? {
        var chain: [Schedule] = []
        var current = id
        while let schedule = schedules[current], zones[schedule.zone] != nil, chain.count < schedules.count {
            chain.append(schedule)
            guard case .behind(let primary, _) = schedule.plan else { return chain.reversed() }
            current = primary
        }
        return nil
    }
}
