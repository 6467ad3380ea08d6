import Timekeeping

/// A moment as somebody asks about it: an instant with its offset, or what clocks of a zone show.
///
/// Clocks that are set back show some times twice, and clocks that are set forward skip some. Nobody is guessed for:
/// the first has two readings, the second that of the first valid instant after, and both say so.
public struct AskedMoment: Hashable, Sendable {
    /// One, or two in order of time.
    public let readings: [Instant]
    /// A sentence about a time that clocks show twice or never.
    public let note: String?

    public static let example = "2026-10-25T01:30 or 2026-10-25T00:30:00Z"

    /// Reads RFC 3339, or a date with or without a time, on the clocks of `zone`: `2026-10-25T01:30`,
    /// `2026-10-25 01:30:15`, `2026-10-25` for its midnight. Nil for anything else.
    public init?(_ text: String, in zone: ZoneRules) {
        if let instant = Instant(rfc3339: text) {
            self.init(instant)
            return
        }
        let halves = text.split(maxSplits: 1, omittingEmptySubsequences: false) { "Tt ".contains($0) }
        guard let date = halves.first.flatMap({ CivilDate(String($0)) }),
            let time = halves.count == 1 ? CivilTime.midnight : CivilTime(String(halves[1]))
        else { return nil }
        let local = CivilDateTime(date: date, time: time)
        let clock = LocalTime(zone: zone)
        func offset(_ at: Instant) -> String { String(clock.rfc3339(at).suffix(6)) }
        switch zone.resolve(local) {
        case .unique(let instant): self.init(instant)
        case .repeated(let first, let last):
            self.init(
                readings: [first, last],
                note:
                    "Clocks in \(zone.id) show \(local.time) twice on \(local.date): at \(offset(first)) and again at "
                    + "\(offset(last)). Both are answered.")
        case .skipped(let transition):
            let after = zone.civil(at: transition)
            let when = after.date == local.date ? "\(after.time)" : "\(after.time) on \(after.date)"
            self.init(
                readings: [transition],
                note: "Clocks in \(zone.id) never show \(local.time) on \(local.date): they go straight to \(when), "
                    + "and that is answered.")
        }
    }

    public init(_ instant: Instant) { self.init(readings: [instant], note: nil) }

    private init(readings: [Instant], note: String?) {
        self.readings = readings
        self.note = note
    }
}
