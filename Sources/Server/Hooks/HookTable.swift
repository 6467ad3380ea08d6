import Crypto
import Engine
import Foundation
import Incidents
import Synchronization

/// Which integration a key in `/hooks/{key}` belongs to. Replaced as a whole when a configuration is applied.
///
/// Keys are kept as their SHA-256 and looked up by it, so the time a look-up takes tells nothing about how close a
/// guess came.
public final class HookTable: Sendable {
    public struct Entry: Sendable {
        public let integration: IntegrationID
        public let format: any AlertFormat
        /// Any request to it is a sign of life and nothing else.
        public let isHeartbeat: Bool

        public init(integration: IntegrationID, format: any AlertFormat, isHeartbeat: Bool = false) {
            self.integration = integration
            self.format = format
            self.isHeartbeat = isHeartbeat
        }
    }

    private let entries: Mutex<[[UInt8]: Entry]>

    /// - Parameter entries: by key, as it stands in the path.
    public init(_ entries: [String: Entry] = [:]) { self.entries = Mutex(Self.hashed(entries)) }

    /// From here on these keys count and no others.
    public func replace(with entries: [String: Entry]) {
        let hashed = Self.hashed(entries)
        self.entries.withLock { $0 = hashed }
    }

    func entry(for key: String) -> Entry? {
        let digest = Self.digest(key)
        return entries.withLock { $0[digest] }
    }

    private static func hashed(_ entries: [String: Entry]) -> [[UInt8]: Entry] {
        Dictionary(entries.map { (digest($0.key), $0.value) }) { first, _ in first }
    }

    private static func digest(_ key: String) -> [UInt8] { Array(SHA256.hash(data: Data(key.utf8))) }
}
