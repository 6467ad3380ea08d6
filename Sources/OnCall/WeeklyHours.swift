import Timekeeping

/// Hours of the week on somebody's clock: a service's support hours, a person's quiet hours.
///
/// Read as a layer's restrictions are: a window opens at the first occurrence of its start and closes at the last
/// occurrence of its end.
public struct WeeklyHours: Hashable, Sendable, Codable {
    /// Never empty, or there would be no hours at all.
    public let windows: [Restriction]

    public init(_ windows: [Restriction]) { self.windows = windows }

    /// Whether one of the windows is open at `instant`, and until when that stays so; nil for ever.
    public func state(at instant: Instant, in zone: ZoneRules) -> (isOpen: Bool, until: Instant?) {
        guard !windows.isEmpty else { return (false, nil) }
        var clock = LocalClock(zone)
        var span = Span()
        let isOpen = OpenHours(windows).isOpen(at: instant, clock: &clock, narrowing: &span)
        return (isOpen, span.until == .distantFuture ? nil : span.until)
    }

    /// The stretches `[from, until)` in which a window is open; sorted and apart.
    public func openStretches(from start: Instant, until end: Instant, in zone: ZoneRules) -> [Range<Instant>] {
        var found: [Range<Instant>] = []
        var now = start
        while now < end {
            let (isOpen, until) = state(at: now, in: zone)
            let next = min(until ?? end, end)
            if isOpen {
                if let last = found.last, last.upperBound == now {
                    found[found.count - 1] = last.lowerBound..<next
                } else {
                    found.append(now..<next)
                }
            }
            now = next
        }
        return found
    }
}

extension Restriction: Codable {
    private enum Key: String, CodingKey { case days, start, end }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            days: try values.decodeIfPresent([Weekday].self, forKey: .days) ?? [],
            start: try values.decode(CivilTime.self, forKey: .start),
            end: try values.decode(CivilTime.self, forKey: .end))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        if !days.isEmpty { try values.encode(days, forKey: .days) }
        try values.encode(start, forKey: .start)
        try values.encode(end, forKey: .end)
    }
}

/// Hours of the week with the zone whose clocks they are on.
public struct ZonedHours: Hashable, Sendable, Codable {
    public let zone: ZoneID
    public let hours: WeeklyHours

    public init(zone: ZoneID, hours: WeeklyHours) {
        self.zone = zone
        self.hours = hours
    }
}
