import Incidents
import OnCall
import Timekeeping

/// What being on call cost each person in `[from, until)`, and where it cost too much. A pure function of shifts and
/// pages.
public struct DutyLoad: Hashable, Sendable {
    /// One person's stretch in one schedule, without a break. It may reach beyond the span of the report.
    public struct Shift: Hashable, Sendable {
        public let user: UserID
        public let schedule: ScheduleID
        public let from: Instant
        public let until: Instant

        public init(user: UserID, schedule: ScheduleID, from: Instant, until: Instant) {
            self.user = user
            self.schedule = schedule
            self.from = from
            self.until = until
        }
    }

    /// One page that may have reached its person.
    public struct Page: Hashable, Sendable {
        public let user: UserID
        public let incident: Incident.ID
        public let at: Instant
        /// Whether it asks for attention by itself. The inbox and mail wait until somebody looks.
        public let rings: Bool

        public init(user: UserID, incident: Incident.ID, at: Instant, rings: Bool) {
            self.user = user
            self.incident = incident
            self.at = at
            self.rings = rings
        }
    }

    public struct Person: Hashable, Sendable {
        public let user: UserID
        /// Time on call in at least one schedule; nobody is on call twice in one hour.
        public let onCall: Duration
        /// Of it, in the person's own nights and weekends.
        public let nights: Duration
        public let weekends: Duration
        /// Shifts that lie in the span, wholly or in part.
        public let shifts: Int
        public let pages: Int
        public let incidents: Int
        /// Times that their sleep was broken.
        public let interruptions: Int
    }

    public let from: Instant
    public let until: Instant
    /// Everybody who was on call or paged, in order of their ids.
    public let people: [Person]
    /// In order of time.
    public let findings: [LoadFinding]

    /// Ringing pages this close to the one before belong to the same interruption.
    public static let sameInterruption = Duration.minutes(30)

    /// - Parameters:
    ///   - shifts: of one person and schedule, without overlap; those after `until` only tell where rest ends.
    ///   - pages: those after `until` only tell where rest ends.
    public init(
        from: Instant, until: Instant, shifts: [Shift], pages: [Page], zone: (UserID) -> ZoneRules
    ) {
        self.from = from
        self.until = until
        let shiftsOf = Dictionary(grouping: shifts, by: \.user)
        let pagesOf = Dictionary(grouping: pages, by: \.user)
        var people: [Person] = []
        var findings: [LoadFinding] = []
        for user in Set(shiftsOf.keys).union(pagesOf.keys).sorted() {
            let ledger = LoadLedger(
                user: user, from: from, until: until, hours: LocalHours(zone: zone(user)),
                shifts: (shiftsOf[user] ?? []).sorted { ($0.from, $0.schedule) < ($1.from, $1.schedule) },
                pages: (pagesOf[user] ?? []).sorted { ($0.at, $0.incident) < ($1.at, $1.incident) })
            if let person = ledger.person { people.append(person) }
            findings += ledger.findings
        }
        self.people = people
        self.findings = findings.sorted { ($0.at, $0.user) < ($1.at, $1.user) }
    }
}
