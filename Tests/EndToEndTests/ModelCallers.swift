import Foundation
import Synchronization

/// A small stream of requests to a model, as its users send it: one after another, until it is told to stop.
final class ModelCallers: Sendable {
    private let answered = Mutex<[String: Int]>([:])
    private let task = Mutex<Task<Void, Never>?>(nil)

    static let pause = Duration.milliseconds(150)

    /// How many answers came from each version.
    var answers: [String: Int] { answered.withLock { $0 } }

    init(of server: ModelServer) {
        // It outlives the call that starts it; `stop` ends it.
        let calling = Task { [weak self] in
            while !Task.isCancelled {
                let version = (try? await server.answeringVersion()) ?? "none"
                self?.answered.withLock { $0[version, default: 0] += 1 }
                try? await Task.sleep(for: Self.pause)
            }
        }
        task.withLock { $0 = calling }
    }

    func stop() async {
        let calling = task.withLock { $0 }
        calling?.cancel()
        await calling?.value
    }
}
