import Timekeeping

/// A schedule in which another roster would put other people on call at one instant (S4).
public struct DutyChange: Hashable, Sendable {
    public let schedule: ScheduleID
    public let at: Instant
    /// By the roster in force, by name; empty when nobody is.
    public let before: [UserID]
    /// When the shift of whoever is on call ends by the roster in force; nil when that is more than a year away.
    public let until: Instant?
    /// By the other roster, by name; empty when nobody would be.
    public let after: [UserID]
    /// The other roster has no such schedule.
    public let isGone: Bool
    /// How to write the new people so that nothing moves at that instant. Empty when dated rosters cannot say it.
    public let advice: [EraAdvice]

    /// Every schedule of `old` that `new` answers otherwise at `instant`, in order of name. Schedules that only `new`
    /// has are no change: nobody's shift moves.
    public static func all(
        from old: Roster, to new: Roster, at instant: Instant, amendments: Amendments
    ) -> [DutyChange] {
        old.schedules.keys.sorted().compactMap { id in
            let before = old.onCall(id, at: instant, amendments: amendments)
            let after = new.onCall(id, at: instant, amendments: amendments)
            let isGone = new.schedules[id] == nil
            let (was, will) = (before.duties.map(\.user).sorted(), after.duties.map(\.user).sorted())
            guard was != will || isGone else { return nil }
            return DutyChange(
                schedule: id, at: instant, before: was, until: before.duties.compactMap(\.until).min(),
                after: will, isGone: isGone,
                advice: EraAdvice.keeping(old, until: new, id, at: instant, amendments: amendments))
        }
    }
}
