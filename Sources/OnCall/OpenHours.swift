import Timekeeping

/// When a layer's restrictions let it answer.
///
/// Windows that touch or overlap on the calendar are one. What is left is sorted and apart, and clock changes keep the
/// order of all openings and the order of all closings; so the last window that has opened decides.
struct OpenHours {
    /// Of one week, in wall-clock seconds from its Monday 00:00; the last may reach into the next week. Empty when the
    /// layer is always open.
    private let windows: [Range<Int64>]

    init(_ restrictions: [Restriction]) {
        var windows: [Range<Int64>] = []
        for restriction in restrictions {
            for weekday in Weekday.allCases where restriction.opens(on: weekday) {
                let midnight = Int64(weekday.rawValue - 1) * 86400
                let nominal = restriction.nominalSeconds
                windows.append(midnight + nominal.lowerBound..<midnight + nominal.upperBound)
            }
        }
        windows.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        var merged: [Range<Int64>] = []
        for window in windows {
            if let last = merged.last, window.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, window.upperBound)
            } else {
                merged.append(window)
            }
        }
        // The week's last window may reach its first ones again.
        while merged.count > 1, let last = merged.last, merged[0].lowerBound + Self.weekSeconds <= last.upperBound {
            let first = merged.removeFirst()
            merged[merged.count - 1] =
                last.lowerBound..<max(last.upperBound, first.upperBound + Self.weekSeconds)
        }
        let isAlways = merged.count == 1 && merged[0].count >= Self.weekSeconds
        self.windows = isAlways ? [] : merged
    }

    /// Whether any window is open at `instant`. The span is cut where that may change.
    func isOpen(at instant: Instant, clock: inout LocalClock, narrowing span: inout Span) -> Bool {
        guard !windows.isEmpty else { return true }
        // Where a clock was set back, windows that it shows as still to come may have opened.
        var number = lastOpened(at: clock.wall(at: instant))
        var opensNext = opens(number + 1, &clock)
        while opensNext <= instant {
            number += 1
            opensNext = opens(number + 1, &clock)
        }
        let closes = closes(number, &clock)
        if instant < closes {
            span.narrow(from: opens(number, &clock), until: closes)
            return true
        }
        span.narrow(from: closes, until: opensNext)
        return false
    }

    /// By the calendar; windows are numbered from that week's Monday on in which 1970 began.
    private func lastOpened(at wall: WallSeconds) -> Int {
        let week = floorDivide(wall - Self.firstMonday, by: Self.weekSeconds)
        let secondOfWeek = wall - Self.firstMonday - week * Self.weekSeconds
        var count = windows.count
        while count > 0, windows[count - 1].lowerBound > secondOfWeek { count -= 1 }
        return Int(week) * windows.count + count - 1
    }

    private func opens(_ number: Int, _ clock: inout LocalClock) -> Instant {
        let (window, monday) = window(number)
        return clock.firstInstant(of: monday + window.lowerBound)
    }

    private func closes(_ number: Int, _ clock: inout LocalClock) -> Instant {
        let (window, monday) = window(number)
        return clock.lastInstant(of: monday + window.upperBound)
    }

    private func window(_ number: Int) -> (Range<Int64>, monday: WallSeconds) {
        let week = floorDivide(Int64(number), by: Int64(windows.count))
        return (windows[number - Int(week) * windows.count], Self.firstMonday + week * Self.weekSeconds)
    }

    private static let weekSeconds: Int64 = 604_800
    /// 1969-12-29.
    private static let firstMonday: WallSeconds = -3 * 86400
}
