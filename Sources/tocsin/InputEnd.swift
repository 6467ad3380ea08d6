import Foundation
import ServiceLifecycle

/// Ends when standard input does: the program that started this one has gone, however it went.
struct InputEnd: Service {
    func run() async throws {
        let (ended, end) = AsyncStream<Never>.makeStream()
        FileHandle.standardInput.readabilityHandler = { handle in
            guard handle.availableData.isEmpty else { return }
            handle.readabilityHandler = nil
            end.finish()
        }
        for await _ in ended.cancelOnGracefulShutdown() {}
        FileHandle.standardInput.readabilityHandler = nil
    }
}
