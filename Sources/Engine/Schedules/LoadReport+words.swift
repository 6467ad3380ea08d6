import Incidents
import OnCall
import Timekeeping

extension LoadReport {
    /// What was found, a sentence each.
    public var sentences: [String] { load.findings.map(sentence) }

    private func sentence(_ finding: LoadFinding) -> String {
        let clock = WrittenClock(zones[finding.user] ?? .utc)
        let name = PlainText.printable(name(finding.user))
        let when = "\(clock.stamp(finding.at)) \(LocalTime(zone: clock.zone).place) time"
        switch finding.kind {
        case .shortRest(let rest, let end):
            let next =
                switch end {
                case .page(let incident): "\(incident) paged again"
                case .shift(let schedule): "a shift in \(schedule) began"
                }
            return "\(name) was woken at \(when), and \(Self.hours(rest)) later \(next): less than "
                + "\(LoadFinding.restNeeded.components.seconds / 3600) h of rest."
        case .manyIncidents(let incidents, let schedule):
            let list = incidents.map(\.description).joined(separator: ", ")
            return "\(name) was paged for \(incidents.count) incidents (\(list)) within "
                + "\(LoadFinding.incidentWindow.components.seconds / 3600) h of a shift in \(schedule), from \(when): "
                + "more than \(LoadFinding.incidentsAllowed)."
        }
    }

    /// "168 h", "7.5 h", "25 min": rounded to what a person compares.
    public static func hours(_ duration: Duration) -> String {
        let minutes = duration.components.seconds / 60
        guard minutes == 0 || minutes >= 60 else { return "\(minutes) min" }
        let tenths = (minutes * 10 + 30) / 60
        return tenths % 10 == 0 ? "\(tenths / 10) h" : "\(tenths / 10).\(tenths % 10) h"
    }

    /// What has to be said of the report itself.
    public var note: String? {
        logBegins.map { begins in
            "The log begins at \(LocalTime(zone: zone).rfc3339(begins)). Shifts before that go by the oldest "
                + "configuration, and pages before it are not known."
        }
    }
}
