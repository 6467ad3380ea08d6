import Timekeeping

/// Hours in which a layer answers, in its zone.
///
/// A window opens at the first occurrence of its start and closes at the last occurrence of its end, so a clock that
/// is set back inside or at its edge never shortens it.
public struct Restriction: Hashable, Sendable {
    /// The weekdays on which a window starts, sorted; empty means every day.
    public let days: [Weekday]
    public let start: CivilTime
    /// At or before `start` it lies on the following day.
    public let end: CivilTime

    public init(days: some Sequence<Weekday> = [], start: CivilTime, end: CivilTime) {
        self.days = Set(days).sorted()
        self.start = start
        self.end = end
    }

    func opens(on weekday: Weekday) -> Bool { days.isEmpty || days.contains(weekday) }

    /// In wall-clock seconds from the midnight that begins the day on which a window starts.
    var nominalSeconds: Range<Int64> {
        let (start, end) = (Int64(start.secondsFromMidnight), Int64(end.secondsFromMidnight))
        return start..<(end > start ? end : end + 86400)
    }
}
