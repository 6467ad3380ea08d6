import OnCall
import Timekeeping

/// Who is told this morning of the low-urgency incidents that nobody has (S1): low urgency never reaches the last
/// resort, so this is where it ends.
///
/// An incident's people are those whom the first step of its policy that applies means at that moment, and where that is nobody those
/// of the next, and of the last resort at the end. Each has it told once a day, at the digest's time on their own clock;
/// where that falls into their quiet hours, when these are over. What was opened after that time waits for the next day.
public struct DigestPlan: Hashable, Sendable {
    public struct Digest: Hashable, Sendable {
        public let user: UserID
        public let day: CivilDate
        /// In order of their numbers.
        public let incidents: [Incident.ID]
    }

    /// In order of their people.
    public let due: [Digest]

    /// Later than this it is no morning any more, and the next day's comes.
    public static let patience = Duration.hours(3)

    public init(_ directory: Directory, _ book: IncidentBook, now: Instant) {
        var candidates: [UserID: [Incident]] = [:]
        for incident in book.openIncidents where incident.state == .triggered && incident.urgency == .low {
            for user in directory.digestPeople(of: incident, book.amendments, now) {
                candidates[user, default: []].append(incident)
            }
        }
        var due: [Digest] = []
        for (user, incidents) in candidates.sorted(by: { $0.key < $1.key }) {
            guard let (day, at) = directory.digestDue(user, now) else { continue }
            if let told = book.toldDigests[user], told >= day { continue }
            let waiting = incidents.filter { $0.openedAt <= at }.map(\.id)
            if !waiting.isEmpty { due.append(Digest(user: user, day: day, incidents: waiting)) }
        }
        self.due = due
    }
}

extension Directory {
    fileprivate func digestPeople(of incident: Incident, _ amendments: Amendments, _ now: Instant) -> [UserID] {
        let policy = incident.escalation?.policy ?? services[incident.service].flatMap { policies[$0.policy] }
        let applying = (policy?.steps ?? []).filter { $0.when?.holds(for: incident.severity) ?? true }
        let steps = applying.map(\.page) + [lastResort]
        for targets in steps {
            let people = targets.flatMap {
                look(up: $0, at: now, amendments: amendments, occasion: .steps(.low)).people.map(\.user)
            }.filter { users[$0] != nil }
            if !people.isEmpty { return Set(people).sorted() }
        }
        return []
    }

    /// The digest that is due now, by the day it belongs to: yesterday's, where quiet hours put it off past midnight.
    fileprivate func digestDue(_ user: UserID, _ now: Instant) -> (day: CivilDate, at: Instant)? {
        guard let person = users[user], let time = person.digest else { return nil }
        let zone = self.zone(of: user)
        let today = zone.civil(at: now).date
        for day in [today, today.adding(days: -1)] {
            var at = zone.firstInstant(of: CivilDateTime(date: day, time: time))
            if let quiet = person.quiet?.state(at: at, in: zone), quiet.isOpen {
                guard let end = quiet.until else { return nil }
                at = end
            }
            if at <= now, now < at + DigestPlan.patience { return (day, at) }
        }
        return nil
    }
}
