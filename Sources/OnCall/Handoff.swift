import Timekeeping

/// When turns change hands, in the layer's zone.
///
/// Each handoff is one instant: the first occurrence of its clock time, or the first valid instant after the gap that
/// skips it.
public struct Handoff: Hashable, Sendable {
    /// For weekly turns the day of the handoff, for turns of hours and days the day of an era's first. None means the
    /// weekday of the era's date.
    public let weekday: Weekday?
    /// For monthly turns, 1...31; none means the day of the era's date.
    public let dayOfMonth: Int?
    public let time: CivilTime

    public init(weekday: Weekday? = nil, dayOfMonth: Int? = nil, time: CivilTime) {
        self.weekday = weekday
        self.dayOfMonth = dayOfMonth
        self.time = time
    }
}
