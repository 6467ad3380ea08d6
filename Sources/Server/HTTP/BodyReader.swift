import HTTPTypes
import Hummingbird
import NIOCore

/// Reads a request's body, never more of it than the limit and never for longer than the time.
struct BodyReader: Sendable {
    /// Bytes.
    let limit: Int
    let time: Duration

    enum Body {
        case whole([UInt8])
        /// Its first `limit` bytes.
        case tooLarge([UInt8])
    }

    /// - Throws: `Problem` 408 when it drips in too slowly. (One that stops altogether is the idle timeout's affair.)
    func read(_ request: Request) async throws -> Body {
        let deadline = ContinuousClock.now + time
        var bytes: [UInt8] = []
        for try await chunk in request.body {
            guard bytes.count + chunk.readableBytes <= limit else {
                bytes.append(contentsOf: chunk.readableBytesView.prefix(limit - bytes.count))
                return .tooLarge(bytes)
            }
            bytes.append(contentsOf: chunk.readableBytesView)
            guard ContinuousClock.now < deadline else {
                throw Problem(.requestTimeout, "The body did not arrive within \(time.components.seconds) seconds.")
            }
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
