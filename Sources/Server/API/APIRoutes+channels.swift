import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import Timekeeping

/// How the providers' accounts fare that pages leave by, and what waits for them.
extension APIRoutes {
    func addChannels(to routes: Routes) {
        on(.get, "/channels", routes) { request, _ in
            _ = try request.query([])
            let waiting = engine.read { $0.book.waitingPages }.sorted { $0.key < $1.key }.map { method, pages -> JSON in
                [
                    "method": .string(method.rawValue), "pages": .int(pages.count),
                    "since": .time(pages.since),
                ]
            }
            return .json([
                "items": .array(engine.channels.health(at: engine.now).map(\.json)), "waiting": .array(waiting),
            ])
        }
    }
}

extension ChannelHealth {
    fileprivate var json: JSON {
        [
            "name": .string(name), "personal": .bool(isPersonal), "in_flight": .int(inFlight),
            "failures_in_a_row": .int(failuresInARow), "paused_until": .time(pausedUntil),
            "cause": .optional(cause?.rawValue), "last_success": .time(lastSuccess),
            "last_failure": .time(lastFailure),
        ]
    }
}
