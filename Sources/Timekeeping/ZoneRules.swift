/// What the clocks of one time zone show at every instant, past and future.
///
/// Built from the system's tz database, whose bytes the caller reads. Times beyond the file's table follow its last
/// line, so there is no last year.
public struct ZoneRules: Hashable, Sendable {
    public let id: ZoneID
    private let table: TZifReader.Contents

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

    private init(id: ZoneID, table: TZifReader.Contents) {
        self.id = id
        self.table = table
    }

    func type(at second: Int64) -> LocalTimeType {
        let begun = transitionCount(upTo: second)
        if begun == table.transitionSeconds.count, let footer = table.footer { return footer.type(at: second) }
        return begun == 0 ? table.initial : table.types[Int(table.typeIndices[begun - 1])]
    }

    func nextOffsetChange(after second: Int64) -> Int64? {
        let transitions = table.transitionSeconds
        for index in transitionCount(upTo: second)..<transitions.count {
            let transition = transitions[index]
            if type(at: transition).offsetSeconds != type(at: transition - 1).offsetSeconds { return transition }
        }
        return table.footer?.nextOffsetChange(after: max(second, transitions.last ?? second))
    }

    /// How many of the table's transitions lie at or before `second`.
    private func transitionCount(upTo second: Int64) -> Int {
        var (low, high) = (0, table.transitionSeconds.count)
        while low < high {
            let middle = (low + high) / 2
            if table.transitionSeconds[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Instant {
    /// Rounded down, so that a fraction of a second never reaches into the next one.
    fileprivate var wholeSeconds: Int64 { milliseconds.flooredQuotientAndRemainder(dividingBy: 1000).quotient }
}
