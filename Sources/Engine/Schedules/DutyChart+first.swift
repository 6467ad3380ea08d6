import OnCall
import Timekeeping

extension DutyChart {
    /// The same, of the first days alone; people keep their places and colours.
    public func first(_ count: Int) -> DutyChart {
        guard count < days.days.count, count > 0 else { return self }
        let until = days.days[count].from
        return DutyChart(
            schedule: schedule, days: days.first(count), now: now, people: people,
            bars: bars.filter { $0.from < until }.map { bar in
                var bar = bar
                bar.until = min(bar.until, until)
                return bar
            },
            holes: holes.filter { $0.from < until }.map { hole in
                var hole = hole
                hole.until = min(hole.until, until)
                return hole
            }, overrides: overrides.filter { $0.from < until })
    }
}
