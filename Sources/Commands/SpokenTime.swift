import Timekeeping

/// Writes times for people to check what was understood: "18:00–22:00 Berlin = 17:00–21:00 UTC".
///
/// The first zone's part can be read again and means the same instants.
struct SpokenTime {
    let now: Instant
    let zones: [ZoneRules]

    /// A zone that is called as the first one is left out.
    init(now: Instant, zones: [ZoneRules]) {
        self.now = now
        var called: Set<String> = []
        self.zones = zones.filter { called.insert(Self.place(of: $0)).inserted }
    }

    func moment(_ at: Instant) -> String { written { zone, today in Self.written(at, in: zone, on: today) } }

    func span(_ from: Instant, _ until: Instant) -> String {
        written { zone, today in
            let start = Self.written(from, in: zone, on: today)
            let end = Self.written(until, in: zone, on: zone.civil(at: from).date)
            return start.contains(" ") || end.contains(" ") ? "\(start) – \(end)" : "\(start)–\(end)"
        }
    }

    private func written(_ write: (ZoneRules, CivilDate) -> String) -> String {
        zones.map { "\(write($0, $0.civil(at: now).date)) \(Self.place(of: $0))" }.joined(separator: " = ")
    }

    /// With the date unless it is `today`; with the offset where the clocks show the same time twice.
    private static func written(_ at: Instant, in zone: ZoneRules, on today: CivilDate) -> String {
        let local = zone.civil(at: at)
        if case .repeated = zone.resolve(local) { return rfc3339(at, in: zone) }
        return local.date == today ? "\(local.time)" : "\(local.date.weekday.shortName) \(local)"
    }

    /// "2026-10-25T02:30:00+01:00", to the second.
    static func rfc3339(_ at: Instant, in zone: ZoneRules) -> String {
        let local = zone.civil(at: at)
        let minutes = zone.offsetSeconds(at: at) / 60
        let time = [local.time.hour, local.time.minute, local.time.second].map(two).joined(separator: ":")
        return "\(local.date)T\(time)\(minutes < 0 ? "-" : "+")\(two(abs(minutes) / 60)):\(two(abs(minutes) % 60))"
    }

    /// What people call the zone: "Berlin", "New York", "UTC".
    static func place(of zone: ZoneRules) -> String {
        let last = zone.id.rawValue.split(separator: "/").last ?? "UTC"
        return String(last.map { $0 == "_" ? " " : $0 })
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
