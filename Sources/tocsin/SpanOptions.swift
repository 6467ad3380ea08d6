import ArgumentParser
import Documents
import Timekeeping

/// `--from … --until … [--in ZONE]`: a span of time, with an offset or on the clocks of a place.
struct SpanOptions: ParsableArguments {
    @Option(
        help: """
            From, as RFC 3339; or on the clocks of --in, as "2026-12-24 09:00", or as 2026-12-24 for the beginning of \
            that day.
            """)
    var from: String
    @Option(help: "Until, likewise; it is not included.") var until: String
    @Option(name: .customLong("in"), help: "The zone whose clocks show these times, such as Europe/Berlin.")
    var zone: String?

    /// Both as RFC 3339.
    func span() throws -> (from: String, until: String) {
        (try Self.instant(from, "--from", zone), try Self.instant(until, "--until", zone))
    }

    /// - Throws: `ValidationError`, when it is no time, or none that those clocks show exactly once.
    static func instant(_ text: String, _ option: String, _ zone: String?) throws -> String {
        if let instant = Instant(rfc3339: text) { return instant.rfc3339 }
        let day = CivilDate(text)
        guard let local = civil(text) ?? day.map({ CivilDateTime(date: $0, time: .midnight) }) else {
            throw ValidationError(
                "\(option): '\(text)' is not a time. Write it like 2026-12-24T09:00:00+01:00, or like "
                    + "\"2026-12-24 09:00\" or 2026-12-24 with --in Europe/Berlin.")
        }
        guard let zone else {
            throw ValidationError("\(option): say on whose clocks '\(text)' is meant, such as --in Europe/Berlin.")
        }
        guard let rules = ConfigurationReader.here(readSecrets: false).zone(zone) else {
            throw ValidationError("--in: '\(zone)' is no zone of the tz database, such as Europe/Berlin.")
        }
        // A day begins with its first instant, also where clocks are set at midnight.
        if day != nil { return rules.firstInstant(of: local).rfc3339 }
        switch rules.resolve(local) {
        case .unique(let instant): return instant.rfc3339
        case .skipped:
            throw ValidationError(
                "\(option): the clocks of \(zone) are set forward over '\(text)'. Choose another time.")
        case .repeated(let first, let second):
            let clock = LocalTime(zone: rules)
            throw ValidationError(
                "\(option): the clocks of \(zone) show '\(text)' twice. Say \(clock.rfc3339(first)) or "
                    + "\(clock.rfc3339(second)).")
        }
    }

    private static func civil(_ text: String) -> CivilDateTime? {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "T" })
        guard parts.count == 2, let date = CivilDate(String(parts[0])), let time = CivilTime(String(parts[1])) else {
            return nil
        }
        return CivilDateTime(date: date, time: time)
    }
}
