import Dispatch
import EngineCore
import Incidents
import Timekeeping

/// The log as events: the codec and the hash chain over a store of bytes, on a thread of its own.
final class EventLog: Sendable {
    private let store: any RecordStore
    private let writer: DispatchQueue
    private let reader = DispatchQueue(label: "tocsin.log.read", attributes: .concurrent)
    private let chain: Chain

    /// `@unchecked`: only ever touched on `writer`.
    private final class Chain: @unchecked Sendable {
        var value = HashChain()
    }

    init(store: any RecordStore) {
        self.store = store
        writer = DispatchQueue(label: "tocsin.log.write")
        chain = Chain()
    }

    /// Calls `done` with nil when the batch is durable, with the problem when it is not or nobody can say.
    func append(_ batch: Batch, _ done: @escaping @Sendable ((any Error)?) -> Void) {
        writer.async { [self] in
            do {
                var next = chain.value
                let records = next.seal(batch.events)
                try store.append(records, summaries: batch.summaries)
                chain.value = next
                done(nil)
            } catch {
                done(error)
            }
        }
    }

    /// Calls `done` with nil when something could be written now.
    func prove(_ done: @escaping @Sendable ((any Error)?) -> Void) {
        writer.async { [store] in
            do {
                try store.prove()
                done(nil)
            } catch {
                done(error)
            }
        }
    }

    func trouble(of error: any Error) -> LogTrouble { store.trouble(of: error) }

    /// Folds the live part of the log.
    func recover(at now: Instant, _ done: @escaping @Sendable (Result<Recovery, any Error>) -> Void) {
        writer.async { [self] in
            done(Result { try foldLive(at: now) })
        }
    }

    func recover(at now: Instant) async throws -> Recovery {
        try await withCheckedThrowingContinuation { continuation in
            recover(at: now) { continuation.resume(with: $0) }
        }
    }

    private func foldLive(at now: Instant) throws -> Recovery {
        let live = try store.live(at: now)
        var recovery = Recovery(
            lastNumber: live.lastIncident, lastSilence: live.lastSilence, lastSequence: live.lastSequence)
        for record in live.records { recovery.fold(try EventCodec.decode(record)) }
        chain.value = HashChain(lastSequence: live.lastSequence, lastHash: live.lastHash)
        return recovery
    }

    func events(stream: Event.Stream) async throws -> [Event] {
        try await read { try $0.records(stream: stream.description).map { try EventCodec.decode($0) } }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any RecordStore) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            reader.async { [store] in continuation.resume(with: Result { try body(store) }) }
        }
    }
}
