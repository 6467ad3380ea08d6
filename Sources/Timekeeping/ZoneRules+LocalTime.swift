extension ZoneRules {
    /// Which instants clocks of this zone show `local` at.
    ///
    /// Looks at every stretch of constant offset nearby instead of only at two candidates, because two transitions
    /// can be closer than a day, and one can skip a whole day (Pacific/Apia, 2011-12-30).
    public func resolve(_ local: CivilDateTime) -> LocalTimeResolution {
        let wanted = local.secondsSinceEpoch
        let end = wanted - Int64(LocalTimeType.offsetBounds.lowerBound)
        var start = wanted - Int64(LocalTimeType.offsetBounds.upperBound)
        var offset = Int64(type(at: start).offsetSeconds)
        var matches: [Int64] = []
        var jumpOver: Int64?

        while true {
            let transition = nextOffsetChange(after: start)
            let candidate = wanted - offset
            if candidate >= start, candidate < transition ?? .max { matches.append(candidate) }
            guard let transition, transition <= end else { break }
            let nextOffset = Int64(type(at: transition).offsetSeconds)
            if (transition + offset..<max(transition + offset, transition + nextOffset)).contains(wanted) {
                jumpOver = jumpOver ?? transition
            }
            (start, offset) = (transition, nextOffset)
        }

        if let first = matches.first, let last = matches.last {
            return first == last
                ? .unique(Instant(seconds: first))
                : .repeated(first: Instant(seconds: first), last: Instant(seconds: last))
        }
        guard let jumpOver else { preconditionFailure("A local time no clock showed was jumped over.") }
        return .skipped(transition: Instant(seconds: jumpOver))
    }

    /// The only instant clocks show `local` at; the first if they show it more than once; if never, the moment they
    /// jump over it.
    public func firstInstant(of local: CivilDateTime) -> Instant {
        switch resolve(local) {
        case .unique(let instant): instant
        case .skipped(let transition): transition
        case .repeated(let first, _): first
        }
    }

    /// The only instant clocks show `local` at; the last if they show it more than once; if never, the moment they
    /// jump over it.
    public func lastInstant(of local: CivilDateTime) -> Instant {
        switch resolve(local) {
        case .unique(let instant): instant
        case .skipped(let transition): transition
        case .repeated(_, let last): last
        }
    }
}
