/// The name of an ntfy topic. Whoever knows it can read it, so it is masked like a number.
/// Source: ntfy, `server/server.go`, `topicRegex`: `^[-_A-Za-z0-9]{1,64}$`.
public struct PushTopic: Sendable, Hashable, CustomStringConvertible {
    public static let longest = 64

    public let name: String

    /// Nil unless it is one whole topic.
    public init?(_ text: String) {
        guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy(Self.isTopicByte) else { return nil }
        name = text
    }

    public var description: String { name }

    /// `on…`: the first two characters at most, and never more than half of it.
    public var masked: String { "\(name.prefix(min(2, name.count / 2)))…" }

    private static func isTopicByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
