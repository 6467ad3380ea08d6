import Timekeeping

/// When people are away, looked up by person: one search of the person's absences, however many there are.
struct Absences: Sendable {
    /// Sorted, and apart.
    private var byUser: [UserID: [Absence]]

    private struct Absence {
        let from: Instant
        let until: Instant
    }

    init(_ timeOff: [TimeOff]) {
        byUser = [:]
        for absence in timeOff { insert(absence) }
    }

    mutating func insert(_ timeOff: TimeOff) {
        guard timeOff.from < timeOff.until else { return }
        var absences = byUser.removeValue(forKey: timeOff.user) ?? []
        let first = absences.firstPlace { $0.until >= timeOff.from }
        let end = absences.firstPlace { $0.from > timeOff.until }
        let touched = absences[first..<end]
        let from = min(timeOff.from, touched.first?.from ?? timeOff.from)
        let until = max(timeOff.until, touched.last?.until ?? timeOff.until)
        absences.replaceSubrange(first..<end, with: [Absence(from: from, until: until)])
        byUser[timeOff.user] = absences
    }

    var isEmpty: Bool { byUser.isEmpty }

    /// The span is cut at the nearest edges of the person's absences.
    func isOff(_ user: UserID, at instant: Instant, narrowing span: inout Span) -> Bool {
        guard !byUser.isEmpty, let absences = byUser[user] else { return false }
        let next = absences.firstPlace { $0.from > instant }
        if next < absences.count { span.cut(at: absences[next].from, around: instant) }
        guard next > 0 else { return false }
        let last = absences[next - 1]
        span.cut(at: last.from, around: instant)
        span.cut(at: last.until, around: instant)
        return instant < last.until
    }
}

extension Array {
    /// The place of the first element that has come `far`, as all after it have.
    fileprivate func firstPlace(far: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if far(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
