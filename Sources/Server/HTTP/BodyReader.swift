import HTTPTypes
import Hummingbird
import NIOCore

/// Reads a request's body, never more of it than the limit and never for longer than the time.
///
/// Whoever asks it has made sure that the sender may send: it holds up to `limit` bytes for each connection.
struct BodyReader: Sendable {
    /// Bytes.
    let limit: Int
    let time: Duration

    enum Body {
        case whole([UInt8])
        /// Its first `limit` bytes.
        case tooLarge([UInt8])
    }

    /// Bytes of a form that holds a token or the name of a button and little else.
    static let smallForm = 16 * 1024

    /// The same for forms that are small, so that who has proved nothing yet can make us hold little.
    var small: BodyReader { BodyReader(limit: min(limit, Self.smallForm), time: time) }

    /// - Throws: `Problem` 408 when it has not arrived whole in time, whether it drips or has stopped altogether.
    func read(_ request: Request) async throws -> Body {
        let (body, limit, time) = (request.body, limit, time)
        return try await withThrowingTaskGroup(of: Body.self) { group in
            // A body has one reader only: the deadline ends that one, and nothing of the body is read after it.
            group.addTask { try await Self.collect(body, limit: limit) }
            group.addTask {
                try await Task.sleep(for: time)
                throw Problem(
                    .requestTimeout, "The body did not arrive within \(time.components.seconds) seconds.",
                    headers: [.connection: "close"])
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private static func collect(_ body: RequestBody, limit: Int) async throws -> Body {
        var bytes: [UInt8] = []
        for try await chunk in body {
            guard bytes.count + chunk.readableBytes <= limit else {
                bytes.append(contentsOf: chunk.readableBytesView.prefix(limit - bytes.count))
                return .tooLarge(bytes)
            }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        return .whole(bytes)
    }

    /// - Throws: `Problem` 413 too when it is too large.
    func readWhole(_ request: Request) async throws -> [UInt8] {
        switch try await read(request) {
        case .whole(let bytes): return bytes
        case .tooLarge: throw Problem(.contentTooLarge, "A body may have \(limit) bytes at most.")
        }
    }
}
