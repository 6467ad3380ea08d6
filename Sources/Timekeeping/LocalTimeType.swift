/// One way of a zone's clocks: how far from UTC, whether that is daylight saving time, and what people call it.
struct LocalTimeType: Hashable, Sendable {
    /// Seconds east of Greenwich, within `offsetBounds`.
    let offsetSeconds: Int
    let isDaylight: Bool
    let abbreviation: String

    /// RFC 9636, section 3.2: from -24:59:59 to 25:59:59. Because of it, all instants with one local time lie within
    /// two days of each other.
    static let offsetBounds = -89_999...93_599
}
