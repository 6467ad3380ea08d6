import Timekeeping

/// What people laid over the plan since the configuration was written: overrides and time off, of any schedule.
public struct Amendments: Sendable {
    public var overrides: [Override]
    /// Besides what the schedules themselves say. Setting it costs a look at all of it; `add` does not.
    public var timeOff: [TimeOff] {
        get { listed }
        set {
            listed = newValue
            absences = Absences(newValue)
        }
    }

    private var listed: [TimeOff]
    /// Made of `timeOff`.
    private(set) var absences: Absences

    public static let none = Amendments()

    public init(overrides: [Override] = [], timeOff: [TimeOff] = []) {
        self.overrides = overrides
        listed = timeOff
        absences = Absences(timeOff)
    }

    public mutating func add(_ timeOff: TimeOff) {
        listed.append(timeOff)
        absences.insert(timeOff)
    }

    /// What was known at that instant.
    public func known(at instant: Instant) -> Amendments {
        var known = self
        known.overrides = overrides.filter { $0.createdAt <= instant }
        if timeOff.contains(where: { $0.createdAt > instant }) {
            known.timeOff = timeOff.filter { $0.createdAt <= instant }
        }
        return known
    }
}

/// By what was listed.
extension Amendments: Hashable {
    public static func == (a: Amendments, b: Amendments) -> Bool {
        a.overrides == b.overrides && a.listed == b.listed
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(overrides)
        hasher.combine(listed)
    }
}
