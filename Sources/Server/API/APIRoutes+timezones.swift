import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// The rules of time zones in force.
extension APIRoutes {
    func addTimeZones(to routes: Routes) {
        on(.get, "/timezones", routes) { request, _ in
            _ = try request.query([])
            let (state, directory) = (configuration.zoneState, engine.read { $0.directory })
            let zones = engine.configuration.zones.keys.sorted().map { zone -> JSON in
                let schedules = directory.roster.schedules.values.filter { $0.zone == zone }.map(\.id.rawValue)
                let users = directory.users.values.filter { $0.zone == zone }.map(\.id.rawValue)
                return [
                    "zone": .string(zone.rawValue), "schedules": .array(schedules.sorted().map { .string($0) }),
                    "users": .array(users.sorted().map { .string($0) }),
                ]
            }
            return .json([
                "tzdata_version": .optional(state.version), "looked_at": .time(state.lookedAt),
                "problem": .optional(state.problem), "zones": .array(zones),
                "last_difference": state.lastDifference?.json ?? .null,
            ])
        }
    }
}

extension RulesDifference {
    fileprivate var json: JSON {
        [
            "at": .time(at), "from_version": .optional(fromVersion), "to_version": .optional(toVersion),
            "zones": .array(zones.map { .string($0.rawValue) }), "lines": .array(lines.map { .string($0) }),
            "handoffs": .array(
                moves.map { move in
                    [
                        "schedule": .string(move.handoff.schedule.rawValue),
                        "before": .handover(move.handoff.before, local: move.before),
                        "after": .handover(move.handoff.after, local: move.after),
                    ]
                }),
        ]
    }
}

extension JSON {
    fileprivate static func handover(_ handover: HandoffMove.Handover?, local: String?) -> JSON {
        guard let handover else { return .null }
        return [
            "at": .time(handover.at), "local": .optional(local),
            "outgoing": .array(handover.outgoing.map { .string($0.rawValue) }),
            "incoming": .array(handover.incoming.map { .string($0.rawValue) }),
        ]
    }
}
