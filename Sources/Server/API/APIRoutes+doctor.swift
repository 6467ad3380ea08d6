import Engine
import HTTPTypes
import Hummingbird

/// How this Tocsin is, line by line.
extension APIRoutes {
    func addDoctor(to routes: Routes) {
        on(.get, "/doctor", routes) { request, _ in
            _ = try request.query([])
            let lines = await doctor.look()
            let worst = lines.map(\.state).max() ?? .ok
            return .json([
                "at": .time(engine.now), "state": .string(worst.rawValue),
                "lines": .array(
                    lines.map { line in
                        [
                            "check": .string(line.check), "subject": .optional(line.subject),
                            "state": .string(line.state.rawValue), "why": .string(line.why),
                            "advice": .optional(line.advice),
                        ]
                    }),
            ])
        }
    }
}
