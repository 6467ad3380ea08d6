/// What the clocks of one time zone show at every instant, past and future.
///
/// Built from the system's tz database, whose bytes the caller reads. Times beyond the file's table follow its last
/// line, so there is no last year.
public struct ZoneRules: Sendable {
    public let id: ZoneID
    /// Shared, because rules are handed around by the thousand and never change.
    private let storage: Storage

    private final class Storage: Sendable {
        let table: TZifReader.Contents
        let written: WrittenStretches

        init(_ table: TZifReader.Contents) {
            self.table = table
            written = WrittenStretches(table)
        }
    }

    public static let utc = fixed(id: "UTC", offsetSeconds: 0)

    /// Reads a TZif file (RFC 9636, versions 1 to 4). Damaged bytes throw; they never trap.
    public init(id: ZoneID, tzif: [UInt8]) throws(ZoneRulesError) {
        self.init(id: id, table: try TZifReader.read(tzif, zone: id))
    }

    /// A zone that never changes its clocks, called "UTC" at zero and otherwise by its offset, such as "+0530".
    ///
    /// `offsetSeconds` is east of Greenwich and traps beyond -24:59:59...25:59:59.
    public static func fixed(id: ZoneID, offsetSeconds: Int) -> ZoneRules {
        precondition(LocalTimeType.offsetBounds.contains(offsetSeconds), "No zone is more than 26 hours from UTC.")
        let hoursAndMinutes = offsetSeconds.magnitude / 3600 * 100 + offsetSeconds.magnitude / 60 % 60
        let sign = offsetSeconds < 0 ? "-" : "+"
        let type = LocalTimeType(
            offsetSeconds: offsetSeconds,
            isDaylight: false,
            abbreviation: offsetSeconds == 0 ? "UTC" : sign + zeroPadded(Int(hoursAndMinutes), width: 4)
        )
        return ZoneRules(id: id, table: TZifReader.Contents(initial: type, types: [type]))
    }

    /// Seconds to add to UTC to get what clocks show; positive east of Greenwich.
    public func offsetSeconds(at instant: Instant) -> Int { type(at: instant.wholeSeconds).offsetSeconds }

    /// What people call the time then, such as "CEST"; "+03" where there is no name.
    public func abbreviation(at instant: Instant) -> String { type(at: instant.wholeSeconds).abbreviation }

    /// Whether the tz database calls it daylight saving time. Dublin has it in winter, an hour behind.
    public func isDaylight(at instant: Instant) -> Bool { type(at: instant.wholeSeconds).isDaylight }

    /// What clocks show then, without the fraction of a second.
    public func civil(at instant: Instant) -> CivilDateTime {
        let second = instant.wholeSeconds
        return CivilDateTime(secondsSinceEpoch: second + Int64(type(at: second).offsetSeconds))
    }

    /// The next instant, strictly later, at which the UTC offset changes; nil if it never does again.
    ///
    /// A change of the name or of the daylight saving mark alone is none.
    public func nextTransition(after instant: Instant) -> Instant? {
        nextOffsetChange(after: instant.wholeSeconds).map(Instant.init(seconds:))
    }

    /// The time around `second` since 1970 in which the offset does not change: up to the very next change, and back to
    /// the last one or for at least 20 days.
    public func stretch(around second: Int64) -> OffsetStretch {
        if let written = storage.written.stretch(around: second) { return written }
        var from = second - Self.lookBackSeconds
        var until = nextOffsetChange(after: from) ?? OffsetStretch.foreverSeconds
        while until <= second {
            (from, until) = (until, nextOffsetChange(after: until) ?? OffsetStretch.foreverSeconds)
        }
        return OffsetStretch(
            fromSeconds: from, untilSeconds: until, offsetSeconds: Int64(type(at: second).offsetSeconds))
    }

    private static let lookBackSeconds: Int64 = 20 * 86400

    private init(id: ZoneID, table: TZifReader.Contents) {
        self.id = id
        storage = Storage(table)
    }

    func type(at second: Int64) -> LocalTimeType { storage.table.type(at: second) }

    func nextOffsetChange(after second: Int64) -> Int64? { storage.table.nextOffsetChange(after: second) }
}

/// Equal when they have the same name and say the same.
extension ZoneRules: Hashable {
    public static func == (a: ZoneRules, b: ZoneRules) -> Bool {
        a.id == b.id && (a.storage === b.storage || a.storage.table == b.storage.table)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(storage.table)
    }
}

extension TZifReader.Contents {
    func type(at second: Int64) -> LocalTimeType {
        let begun = transitionCount(upTo: second)
        if begun == transitionSeconds.count, let footer { return footer.type(at: second) }
        return begun == 0 ? initial : types[Int(typeIndices[begun - 1])]
    }

    func nextOffsetChange(after second: Int64) -> Int64? {
        for index in transitionCount(upTo: second)..<transitionSeconds.count {
            let transition = transitionSeconds[index]
            if type(at: transition).offsetSeconds != type(at: transition - 1).offsetSeconds { return transition }
        }
        return footer?.nextOffsetChange(after: max(second, transitionSeconds.last ?? second))
    }

    /// How many of the table's transitions lie at or before `second`.
    private func transitionCount(upTo second: Int64) -> Int {
        var (low, high) = (0, transitionSeconds.count)
        while low < high {
            let middle = (low + high) / 2
            if transitionSeconds[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Instant {
    /// Rounded down, so that a fraction of a second never reaches into the next one.
    fileprivate var wholeSeconds: Int64 { milliseconds.flooredQuotientAndRemainder(dividingBy: 1000).quotient }
}
