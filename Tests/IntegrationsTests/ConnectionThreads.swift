import Foundation
import Synchronization

/// Takes a listening socket's connections and serves each on a thread of its own, until it is stopped. It owns every
/// descriptor, and no number is used once it is closed: by then it may be another test's socket.
final class ConnectionThreads: Sendable {
    private struct State {
        var isListening = true
        var open: Set<Int32> = []
        var accepted = 0
    }

    private let listener: Int32
    private let state = Mutex(State())

    init(listener: Int32) { self.listener = listener }

    /// Connections taken so far.
    var accepted: Int { state.withLock { $0.accepted } }

    /// - Parameters:
    ///   - serve: returns when it is done with the connection, which is closed then.
    ///   - closed: called after each closing.
    func start(serve: @escaping @Sendable (Int32) -> Void, closed: @escaping @Sendable () -> Void = {}) {
        Thread { [self] in
            while true {
                let connection = uninterrupted { accept(listener, nil, nil) }
                guard connection >= 0 else { break }
                state.withLock { state in
                    state.open.insert(connection)
                    state.accepted += 1
                }
                Thread { [self] in
                    serve(connection)
                    state.withLock { _ = $0.open.remove(connection) }
                    close(connection)
                    closed()
                }.start()
            }
            close(listener)
        }.start()
    }

    /// Ends every connection that still hangs, and the listening.
    func stop() {
        state.withLock { state in
            if state.isListening { shutdown(listener, Int32(SHUT_RDWR)) }
            state.isListening = false
            for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }
}

/// Again, when a signal came in between: other tests' processes end at any time, and tell so by one.
func uninterrupted<Count: SignedInteger>(_ call: () -> Count) -> Count {
    while true {
        let count = call()
        if count >= 0 || errno != EINTR { return count }
    }
}
