import Incidents
import OnCall
import Timekeeping

extension LoadReport {
    /// Snake case; the same report is the same text.
    public var json: String { ReportJSON.text(Written(self)) }

    private struct Written: Encodable {
        struct Person: Encodable {
            let user: String, name: String, zone: String
            let onCallSeconds: Int64, nightSeconds: Int64, weekendSeconds: Int64
            let shifts: Int, pages: Int, incidents: Int, interruptions: Int
        }
        struct Finding: Encodable {
            let user: String, at: String, kind: String, sentence: String
            let restSeconds: Int64?, incidents: [String], schedule: String?

            init(_ finding: LoadFinding, _ sentence: String) {
                var (rest, schedule): (Duration?, ScheduleID?)
                switch finding.kind {
                case .shortRest(let duration, .page(let incident)):
                    (kind, rest, incidents) = ("short_rest", duration, [incident.description])
                case .shortRest(let duration, .shift(let next)):
                    (kind, rest, schedule, incidents) = ("short_rest", duration, next, [])
                case .manyIncidents(let many, let shift):
                    (kind, schedule, incidents) = ("many_incidents", shift, many.map(\.description))
                }
                (user, at, self.sentence) = (finding.user.rawValue, finding.at.rfc3339, sentence)
                restSeconds = rest?.components.seconds
                self.schedule = schedule?.rawValue
            }

            private enum CodingKeys: CodingKey { case user, at, kind, sentence, restSeconds, incidents, schedule }

            func encode(to encoder: any Encoder) throws {
                var values = encoder.container(keyedBy: CodingKeys.self)
                try values.encode(user, forKey: .user)
                try values.encode(at, forKey: .at)
                try values.encode(kind, forKey: .kind)
                try values.encode(sentence, forKey: .sentence)
                try values.encode(restSeconds, forKey: .restSeconds)
                try values.encode(incidents, forKey: .incidents)
                try values.encode(schedule, forKey: .schedule)
            }
        }
        let from: String, until: String, fromLocal: String, untilLocal: String, zone: String
        let people: [Person], findings: [Finding], note: String?

        private enum CodingKeys: CodingKey {
            case from, until, fromLocal, untilLocal, zone, people, findings, note
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(from, forKey: .from)
            try values.encode(until, forKey: .until)
            try values.encode(fromLocal, forKey: .fromLocal)
            try values.encode(untilLocal, forKey: .untilLocal)
            try values.encode(zone, forKey: .zone)
            try values.encode(people, forKey: .people)
            try values.encode(findings, forKey: .findings)
            try values.encode(note, forKey: .note)
        }

        init(_ report: LoadReport) {
            let (load, clock) = (report.load, LocalTime(zone: report.zone))
            (from, until) = (load.from.rfc3339, load.until.rfc3339)
            (fromLocal, untilLocal) = (clock.rfc3339(load.from), clock.rfc3339(load.until))
            zone = report.zone.id.rawValue
            people = load.people.map { person in
                Person(
                    user: person.user.rawValue, name: report.name(person.user),
                    zone: (report.zones[person.user] ?? .utc).id.rawValue,
                    onCallSeconds: person.onCall.components.seconds,
                    nightSeconds: person.nights.components.seconds,
                    weekendSeconds: person.weekends.components.seconds, shifts: person.shifts, pages: person.pages,
                    incidents: person.incidents, interruptions: person.interruptions)
            }
            findings = zip(load.findings, report.sentences).map(Finding.init)
            note = report.note
        }
    }
}
