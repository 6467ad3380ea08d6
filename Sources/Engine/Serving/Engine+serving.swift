import EngineCore
import Incidents
import Logging

extension Engine {
    /// Does what the core asks of a serving layer, and tells it what came of it.
    func serve(_ call: ServingCall) {
        let driver = serving(call.service)
        switch call.kind {
        case .observe:
            guard let driver else { return answer(call, .observed(.unreachable(Self.noDriver))) }
            driver.observe { [self] in answer(call, .observed($0)) }
        case .check(let version):
            guard let driver else { return answer(call, .checked([])) }
            driver.check(version: version) { [self] in answer(call, .checked($0)) }
        case .change(let change):
            guard let driver else {
                return answer(call, .changed(ServingOutcome(.refused, evidence: Self.noDriver)))
            }
            log.notice(
                "changing a serving layer",
                metadata: [
                    "service": "\(call.service)", "from": "\(change.expected.version ?? "none")", "to": "\(change.to)",
                ])
            driver.apply(change) { [self] outcome in
                log.notice(
                    "a serving layer's change ended",
                    metadata: [
                        "service": "\(call.service)", "result": "\(outcome.result)", "evidence": "\(outcome.evidence)",
                    ])
                answer(call, .changed(outcome))
            }
        }
    }

    private static let noDriver = "no serving layer is configured for the service any more"

    private func answer(_ call: ServingCall, _ answer: ServingAnswer) { give(.servingAnswered(call.number, answer)) }
}
