/// A time in which one zone's offset from UTC does not change, in seconds since 1970.
public struct OffsetStretch: Hashable, Sendable {
    public let fromSeconds: Int64
    /// The first second after it; `foreverSeconds` if clocks never change again.
    public let untilSeconds: Int64
    /// Positive east of Greenwich.
    public let offsetSeconds: Int64

    /// Later than every instant.
    public static let foreverSeconds: Int64 = .max / 4

    @inlinable
    public func contains(_ second: Int64) -> Bool { fromSeconds <= second && second < untilSeconds }
}

/// A zone's stretches over a century, written out once.
///
/// Far from a table's end its last line decides, and reading a POSIX rule takes microseconds: too long for the moment of
/// a page. Outside this century the rule is read each time.
struct WrittenStretches: Sendable {
    private let starts: [Int64]
    private let offsets: [Int64]
    private let end: Int64

    /// 1970-01-01 to 2070-01-01.
    private static let century: Range<Int64> = 0..<3_155_760_000

    init(_ table: TZifReader.Contents) {
        var (starts, offsets) = (
            [Self.century.lowerBound], [Int64(table.type(at: Self.century.lowerBound).offsetSeconds)]
        )
        var end = OffsetStretch.foreverSeconds
        while let next = table.nextOffsetChange(after: starts[starts.count - 1]) {
            guard next < Self.century.upperBound else {
                end = next
                break
            }
            starts.append(next)
            offsets.append(Int64(table.type(at: next).offsetSeconds))
        }
        (self.starts, self.offsets, self.end) = (starts, offsets, end)
    }

    func stretch(around second: Int64) -> OffsetStretch? {
        guard second >= Self.century.lowerBound, second < end else { return nil }
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= second { low = middle } else { high = middle }
        }
        return OffsetStretch(
            fromSeconds: starts[low], untilSeconds: high < starts.count ? starts[high] : end,
            offsetSeconds: offsets[low])
    }
}
