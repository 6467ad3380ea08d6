import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Turns a transmission into the message a pager sends.
struct PageWriter: Sendable {
    let links: Links
    /// Tells this installation's pages from another's at a shared receiver.
    let installation: String

    /// Long enough for whoever finds the page in the morning, short enough that an old message acknowledges nothing.
    static let linkLife = Duration.hours(24)

    func message(for transmission: Transmission, at now: Instant) -> PageMessage {
        let page = transmission.attempt.page
        let briefing = transmission.briefing
        let expiresAt = now + Self.linkLife
        return PageMessage(
            id: "tocsin_\(installation)_\(page)", attempt: transmission.attempt, incident: page.incident,
            title: briefing.title, summary: briefing.summary, severity: briefing.severity, service: briefing.service,
            labels: briefing.labels, links: briefing.links, user: transmission.user.id,
            userName: transmission.user.name, reason: transmission.reason, isRepeat: transmission.isRepeat,
            openedAt: briefing.openedAt, sentAt: now, incidentURL: links.incident(page.incident),
            acknowledgeURL: links.acknowledge(page, user: transmission.user.id, expiresAt: expiresAt),
            acknowledgeExpiresAt: expiresAt)
    }

    /// The one message that has no incident: the log cannot be written, so none can be opened.
    func storeAlarm(to user: Directory.User, since: Instant, at now: Instant) -> PageMessage {
        let none = PageID(incident: Incident.ID(0), ordinal: Int(since.milliseconds / 1000))
        return PageMessage(
            id: "tocsin_\(installation)_\(none)", attempt: AttemptID(page: none, number: 1), incident: none.incident,
            title: "Tocsin cannot write its log",
            summary: "Since \(since.rfc3339) alerts are answered 503 and nothing new is decided. See to its disk.",
            severity: .sev1, service: "tocsin", labels: [:], links: [:], user: user.id, userName: user.name,
            reason: .lastResort, isRepeat: false, openedAt: since, sentAt: now, incidentURL: links.home,
            acknowledgeURL: links.home, acknowledgeExpiresAt: now + Self.linkLife)
    }
}
