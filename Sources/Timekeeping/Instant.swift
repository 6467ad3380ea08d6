/// A moment in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored as POSIX does.
///
/// Whole milliseconds, never a floating-point number: two people's clocks must agree on which side of a handoff an
/// alert fell. Arithmetic traps on overflow, which is 292 million years away.
public struct Instant: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public init(seconds: Int64) { self.milliseconds = seconds * 1000 }

    public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
    public static func + (a: Instant, b: Duration) -> Instant { Instant(milliseconds: a.milliseconds + b.milliseconds) }
    public static func - (a: Instant, b: Duration) -> Instant { Instant(milliseconds: a.milliseconds - b.milliseconds) }
    /// The elapsed time from `b` to `a`; negative when `b` is later.
    public static func - (a: Instant, b: Instant) -> Duration { .milliseconds(a.milliseconds - b.milliseconds) }

    public static let distantPast = Instant(milliseconds: Int64.min / 4)
    public static let distantFuture = Instant(milliseconds: Int64.max / 4)
}

/// Encoded as the bare number of milliseconds.
extension Instant: Codable {
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

extension Duration {
    /// Whole milliseconds, rounded toward zero.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    public static func minutes(_ n: Int64) -> Duration { .seconds(n * 60) }
    public static func hours(_ n: Int64) -> Duration { .seconds(n * 3600) }
    public static func days(_ n: Int64) -> Duration { .seconds(n * 86400) }
}
