import Incidents
import OnCall
import Timekeeping

/// The latest change behind each shift of a schedule, found in O(log changes): a file has thousands of shifts, and a
/// log of years thousands of changes.
package struct RosterRevisions {
    private let configured: RosterHistory.Revision
    private let members: Set<UserID>
    private let ofSchedule: Latest
    /// Of people who are no members: they come in by an override, and then their own time off counts too.
    private let ofOthers: [UserID: Latest]

    init(
        configured: RosterHistory.Revision, changes: [RosterHistory.Change], lineage: [ScheduleID],
        members: Set<UserID>
    ) {
        var own: [RosterHistory.Change] = []
        var others: [UserID: [RosterHistory.Change]] = [:]
        for change in changes {
            switch change.subject {
            case .schedule(let id): if lineage.contains(id) { own.append(change) }
            case .user(let user):
                if members.contains(user) { own.append(change) } else { others[user, default: []].append(change) }
            }
        }
        self.configured = configured
        self.members = members
        ofSchedule = Latest(own)
        ofOthers = others.mapValues(Latest.init)
    }

    /// The latest that could have made this shift what it is. One that ends where the shift begins has cut it.
    package func revision(of shift: DutyShift) -> RosterHistory.Revision {
        let (from, until) = (shift.from ?? .distantPast, shift.until ?? .distantFuture)
        let own = ofSchedule.touching(from, until)
        let others = ofOthers[shift.user]?.touching(from, until)
        return [configured, own, others].compactMap(\.self).max() ?? configured
    }

    /// The latest of those changes that touch a span: a tree over the moments at which they begin and end, and over
    /// the times between two moments.
    private struct Latest {
        private let moments: [Instant]
        /// How many leaves the tree has: a moment's place is even, the time after it odd.
        private let width: Int
        /// By node: the latest over all of it, and the latest over any of it.
        private var whole: [RosterHistory.Revision?]
        private var part: [RosterHistory.Revision?]

        init(_ changes: [RosterHistory.Change]) {
            var width = 1
            moments = Set(changes.flatMap { [$0.from, $0.until] }).sorted()
            while width < 2 * moments.count { width *= 2 }
            self.width = width
            whole = Array(repeating: nil, count: 2 * width)
            part = whole
            for change in changes {
                put(change.revision, from: place(change.from), to: place(change.until))
            }
        }

        func touching(_ from: Instant, _ until: Instant) -> RosterHistory.Revision? {
            let (first, last) = (place(from), place(until))
            return first <= last && last >= 0 ? latest(max(first, 0), last) : nil
        }

        /// Of a moment itself, or of the time it falls into; -1 before all of them.
        private func place(_ instant: Instant) -> Int {
            let index = firstMoment(notBefore: instant)
            return index < moments.count && moments[index] == instant ? 2 * index : 2 * index - 1
        }

        private func firstMoment(notBefore instant: Instant) -> Int {
            var (low, high) = (0, moments.count)
            while low < high {
                let middle = (low + high) / 2
                if moments[middle] < instant { low = middle + 1 } else { high = middle }
            }
            return low
        }

        /// Leaves `from...to`.
        private mutating func put(_ revision: RosterHistory.Revision, from: Int, to: Int) {
            guard from <= to else { return }
            var (low, high) = (from + width, to + width + 1)
            let ends = [low, high - 1]
            while low < high {
                if low & 1 == 1 {
                    cover(low, revision)
                    low += 1
                }
                if high & 1 == 1 {
                    high -= 1
                    cover(high, revision)
                }
                (low, high) = (low / 2, high / 2)
            }
            for end in ends {
                var node = end / 2
                while node > 0 {
                    part[node] = Self.later(part[node], revision)
                    node /= 2
                }
            }
        }

        private mutating func cover(_ node: Int, _ revision: RosterHistory.Revision) {
            whole[node] = Self.later(whole[node], revision)
            part[node] = Self.later(part[node], revision)
        }

        private func latest(_ from: Int, _ to: Int) -> RosterHistory.Revision? {
            var found: RosterHistory.Revision?
            var (low, high) = (from + width, min(to, width - 1) + width + 1)
            for end in [low, high - 1] {
                var node = end
                while node > 0 {
                    found = Self.later(found, whole[node])
                    node /= 2
                }
            }
            while low < high {
                if low & 1 == 1 {
                    found = Self.later(found, part[low])
                    low += 1
                }
                if high & 1 == 1 {
                    high -= 1
                    found = Self.later(found, part[high])
                }
                (low, high) = (low / 2, high / 2)
            }
            return found
        }

        private static func later(
            _ a: RosterHistory.Revision?, _ b: RosterHistory.Revision?
        ) -> RosterHistory.Revision? {
            guard let a, let b else { return a ?? b }
            return max(a, b)
        }
    }
}
