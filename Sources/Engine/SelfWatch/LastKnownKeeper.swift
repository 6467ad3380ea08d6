import Incidents
import Logging
import OnCall
import ServiceLifecycle
import Timekeeping

/// Keeps `last-known.json` beside the database: written anew when somebody else is on call or is reached elsewhere, and
/// every hour, so that it always reaches days ahead.
public struct LastKnownKeeper: Service {
    private let engine: Engine
    private let path: String
    private let contacts: @Sendable () -> [UserID: ContactDetails]

    private static let interval = Duration.hours(1)
    /// After it could not be written.
    private static let retry = Duration.minutes(1)

    public init(_ engine: Engine, path: String, contacts: @escaping @Sendable () -> [UserID: ContactDetails]) {
        self.engine = engine
        self.path = path
        self.contacts = contacts
    }

    public func run() async throws {
        let (changes, feed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        engine.watch { events in
            if events.contains(where: { Self.concerns($0.payload) }) { feed.yield() }
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        let isWritten = write()
                        try? await Task.sleep(for: isWritten ? Self.interval : Self.retry)
                    }
                }
                group.addTask { for await _ in changes { write() } }
            }
        }
    }

    private static func concerns(_ payload: EventPayload) -> Bool {
        switch payload {
        case .overrideAdded, .overrideRemoved, .timeOffAdded, .timeOffRemoved, .coverAnswered, .holidaysRead,
            .directoryApplied, .contactVerified, .contactRemoved:
            true
        default: false
        }
    }

    @discardableResult
    private func write() -> Bool {
        do {
            try LastKnown(engine, contacts: contacts()).write(to: path)
            return true
        } catch {
            engine.log.warning("who is on call could not be written down", metadata: ["problem": "\(error)"])
            return false
        }
    }
}
