import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

extension APIRoutes {
    func addDirectory(to routes: Routes) {
        on(.get, "/inbox", routes) { request, _ in
            let user = try request.query(["user"])["user"].map { UserID(rawValue: $0) }
            if let user, engine.read({ $0.directory.users[user] }) == nil { throw Refusal.noSuchUser(user).problem }
            return .json(["items": .array(InboxItem.all(engine, user: user).map(\.json))])
        }
        on(.get, "/services", routes) { request, _ in
            _ = try request.query([])
            let services = engine.read { $0.directory.services }.values.sorted { $0.id < $1.id }
            return .json(["items": .array(services.map(\.json))])
        }
        on(.get, "/users", routes) { request, _ in
            _ = try request.query([])
            let directory = engine.read { $0.directory }
            let now = engine.now
            let users = directory.users.values.sorted { $0.id < $1.id }
            return .json(["items": .array(users.map { $0.json(LocalTime(zone: directory.zone(of: $0.id)), now) })])
        }
        on(.get, "/status", routes) { request, _ in
            _ = try request.query([])
            return .json(status())
        }
    }

    private func status() -> JSON {
        let health = engine.health
        let (directory, triggered, acknowledged) = engine.read { core in
            let states = core.book.incidents.values.map(\.state)
            return (
                core.directory.version, states.count { $0 == .triggered }, states.count { $0 == .acknowledged }
            )
        }
        return [
            "version": .string(version), "now": .time(engine.now), "ready": .bool(health.isReady),
            "store_unavailable_since": .time(health.storeUnavailableSince), "last_tick": .time(health.lastTick),
            "incarnation": .int(health.incarnation), "inbox_waiting": .int(health.waiting),
            "attempts_in_flight": .int(health.inFlight), "pages_owed": .int(health.owed),
            "configuration_version": .int(directory),
            "configuration_warnings": .array(engine.configuration.warnings.map { .string($0) }),
            "open_incidents": ["triggered": .int(triggered), "acknowledged": .int(acknowledged)],
        ]
    }
}

extension Directory.Service {
    fileprivate var json: JSON {
        [
            "id": .string(id.rawValue), "name": .string(name), "team": .optional(team?.rawValue),
            "policy": .string(policy.rawValue), "group_by": .array(groupBy.map { .string($0) }),
            "refire_seconds": .int(Int(refireWindow.components.seconds)),
            "runbooks": .array(runbooks.map { .string($0.rawValue) }),
        ]
    }
}

extension Directory.User {
    fileprivate func json(_ clock: LocalTime, _ now: Instant) -> JSON {
        [
            "id": .user(id), "name": .string(name), "zone": .string(zone.rawValue), "role": .optional(role),
            "local_time": .string(clock.rfc3339(now)),
            "reachable_by": .array(reachableBy.sorted().map { .string($0.rawValue) }),
        ]
    }
}
