import Engine
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the configuration anew on SIGHUP: whole or not at all, and never one that changes who is on call now.
struct Reloader: Service {
    let configuration: ConfigurationDesk
    let log: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() { await reload() }
    }

    private func reload() async {
        switch await configuration.apply(accept: false) {
        case .applied(let change):
            let moved = change.moved.map { $0.sentence(isDone: true) }.joined(separator: "; ")
            if !moved.isEmpty { log.warning("others are on call now", metadata: ["changes": "\(moved)"]) }
            log.notice("configuration read anew", metadata: ["version": "\(change.version)"])
        case .refused(let changes):
            log.error(
                "not applied: it would change who is on call now. See tocsin apply for what to write instead.",
                metadata: ["changes": "\(changes.map { $0.sentence() }.joined(separator: "; "))"])
        case .invalid(let problems):
            for problem in problems { log.error("not applied: \(problem)") }
        case .unavailable:
            log.error("not applied: nothing can be recorded at the moment. Send the signal again.")
        }
    }
}
