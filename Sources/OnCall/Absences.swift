import Timekeeping

/// When people are away, looked up by person.
struct Absences: Sendable {
    /// Sorted, and apart.
    private let byUser: [UserID: [Absence]]

    private struct Absence {
        let from: Instant
        var until: Instant
    }

    init(_ timeOff: [TimeOff]) {
        byUser = Dictionary(grouping: timeOff.filter { $0.from < $0.until }, by: \.user).mapValues { timeOff in
            var apart: [Absence] = []
            for absence in timeOff.sorted(by: { $0.from < $1.from }) {
                if let last = apart.last, absence.from <= last.until {
                    apart[apart.count - 1].until = max(last.until, absence.until)
                } else {
                    apart.append(Absence(from: absence.from, until: absence.until))
                }
            }
            return apart
        }
    }

    var isEmpty: Bool { byUser.isEmpty }

    /// The span is cut at the nearest edges of the person's absences.
    func isOff(_ user: UserID, at instant: Instant, narrowing span: inout Span) -> Bool {
        guard !byUser.isEmpty, let absences = byUser[user] else { return false }
        var (low, high) = (0, absences.count)
        while low < high {
            let middle = (low + high) / 2
            if absences[middle].from <= instant { low = middle + 1 } else { high = middle }
        }
        if low < absences.count { span.cut(at: absences[low].from, around: instant) }
        guard low > 0 else { return false }
        let last = absences[low - 1]
        span.cut(at: last.from, around: instant)
        span.cut(at: last.until, around: instant)
        return instant < last.until
    }
}
