import Timekeeping

/// A moment on a clock that never steps: wall time less every step the wall clock has made (S3).
///
/// Waits are kept in it. When the wall clock jumps, only `IncidentBook.clockOffset` changes and every wait stays as
/// long as it was; no deadline is touched. A type of its own, so it cannot be compared with a wall-clock instant.
public struct SteadyInstant: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
    public static func + (a: Self, b: Duration) -> Self { Self(milliseconds: a.milliseconds + b.milliseconds) }
    public static func - (a: Self, b: Self) -> Duration { .milliseconds(a.milliseconds - b.milliseconds) }
}
