import EngineCore
import Incidents
import OnCall
import Timekeeping

extension ForecastReport {
    /// A table of instants for a terminal. Strangers' text in it is harmless.
    /// - Parameter all: also what is only bookkeeping: attempts, and pages that ended as handed over.
    public func lines(all: Bool) -> [String] {
        let start = forecast.plan.at
        let title = forecast.plan.alerts.first?.title ?? "An alert that cannot be read"
        let more = forecast.plan.alerts.count > 1 ? " and \(forecast.plan.alerts.count - 1) more" : ""
        var lines = [
            "“\(PlainText.printable(title))”\(more) at \(moment(start)) (\(zone)), \(start.rfc3339). "
                + "Nothing is sent or recorded.",
            "", row(clock.place, "UTC", "after", ""),
        ]
        var day: CivilDate?
        for (event, entry) in told where all || !Self.isBookkeeping(event) {
            let date = clock.zone.civil(at: event.at).date
            if date != day { lines.append("\(date.weekday.abbreviation) \(date)") }
            day = date
            let place = forecast.incidents.count > 1 ? event.payload.incident.map { "\($0): " } ?? "" : ""
            lines.append(
                row(
                    clock.clockWithSeconds(event.at), LocalTime.utc.clockWithSeconds(event.at),
                    words.duration((event.at - start).milliseconds),
                    place + PlainText.printable(entry.sentence) + theirs(event)))
        }
        return lines + ["", end] + notes + [verdict]
    }

    private var words: TimelineWords { TimelineWords(directory: directory) }

    private var end: String {
        let length = words.duration(forecast.plan.length.milliseconds)
        guard let next = forecast.goesOnAt else { return "Then it is over." }
        return "This is what the first \(length) bring. Tocsin looks again at \(moment(next))."
    }

    private var verdict: String {
        guard let page = forecast.firstReached else { return PlainText.printable(whyNobody ?? "Nobody is reached.") }
        let wait =
            page.at == forecast.plan.at
            ? "at once" : "after \(words.duration((page.at - forecast.plan.at).milliseconds))"
        return PlainText.printable(
            "First reached: \(words.name(page.request.user)) by \(words.name(page.request.method)), \(wait).")
    }

    /// What it is by the clocks of whoever is paged.
    private func theirs(_ event: Event) -> String {
        guard case .pageRequested(let e) = event.payload, let user = directory.users[e.user],
            let rules = directory.roster.zones[user.zone]
        else { return "" }
        let date = rules.civil(at: event.at).date
        return ", \(date.weekday.abbreviation) \(LocalTime(zone: rules).clock(event.at)) where they are (\(user.zone))"
    }

    private func moment(_ at: Instant) -> String {
        let date = clock.zone.civil(at: at).date
        return "\(date.weekday.abbreviation) \(date) \(clock.clockWithSeconds(at))"
    }

    private func row(_ local: String, _ utc: String, _ after: String, _ what: String) -> String {
        let isUTC = clock.zone.id == ZoneRules.utc.id
        let columns =
            isUTC
            ? [utc.padded(10), after.padded(12), what] : [local.padded(10), utc.padded(10), after.padded(12), what]
        var line = columns.joined(separator: " ")
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func isBookkeeping(_ event: Event) -> Bool {
        switch event.payload {
        case .attemptBegun: true
        case .attemptEnded(let e): e.outcome.result == .sent
        case .pageEnded(let e): e.state == .sent
        default: false
        }
    }
}
