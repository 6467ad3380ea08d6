/// Writes instants as clocks in one zone show them.
public struct LocalTime: Sendable {
    public let zone: ZoneRules

    public init(zone: ZoneRules) { self.zone = zone }

    public static let utc = LocalTime(zone: .utc)

    /// "2026-11-23T17:00:00+09:00", to the second.
    public func rfc3339(_ at: Instant) -> String {
        let minutes = zone.offsetSeconds(at: at) / 60
        let sign = minutes < 0 ? "-" : "+"
        let local = zone.civil(at: at)
        let time = [local.time.hour, local.time.minute, local.time.second].map(Self.two).joined(separator: ":")
        let offset = "\(Self.two(abs(minutes) / 60)):\(Self.two(abs(minutes) % 60))"
        return "\(local.date)T\(time)\(sign)\(offset)"
    }

    /// "11:42"
    public func clock(_ at: Instant) -> String {
        let time = zone.civil(at: at).time
        return "\(Self.two(time.hour)):\(Self.two(time.minute))"
    }

    /// "11:42:07"
    public func clockWithSeconds(_ at: Instant) -> String { "\(clock(at)):\(Self.two(zone.civil(at: at).time.second))" }

    /// As short as it can be without being mistaken at `now`: "17:00" today, "Tue 17:00" within six days, else
    /// "30 Nov 17:00", with the year if it is another.
    public func moment(_ at: Instant, now: Instant) -> String {
        let (date, today) = (zone.civil(at: at).date, zone.civil(at: now).date)
        let days = date.daysSinceEpoch - today.daysSinceEpoch
        if days == 0 { return clock(at) }
        if abs(days) < 7 { return "\(Self.name(of: date.weekday)) \(clock(at))" }
        let year = date.year == today.year ? "" : " \(date.year)"
        return "\(date.day) \(Self.months[date.month - 1])\(year) \(clock(at))"
    }

    /// What people call the zone: "Tokyo", "New York", "UTC".
    public var place: String {
        (zone.id.rawValue.split(separator: "/").last ?? "").split(separator: "_").joined(separator: " ")
    }

    /// "just now", "4 min ago", "in 2 h": the largest unit, rounded down.
    public static func distance(from at: Instant, to now: Instant) -> String {
        let seconds = (now - at).components.seconds
        let amount =
            switch abs(seconds) {
            case ..<60: ""
            case ..<3600: "\(abs(seconds) / 60) min"
            case ..<86400: "\(abs(seconds) / 3600) h"
            case ..<172_800: "1 day"
            default: "\(abs(seconds) / 86400) days"
            }
        if amount.isEmpty { return "just now" }
        return seconds < 0 ? "in \(amount)" : "\(amount) ago"
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func name(of weekday: Weekday) -> String { weekday.abbreviation.capitalized }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
