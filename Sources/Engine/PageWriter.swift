import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Turns a transmission into the message a pager sends.
struct PageWriter: Sendable {
    let links: Links
    /// Tells this installation's pages from another's at a shared receiver.
    let installation: String

    /// Long enough for whoever finds the page in the morning. For that long it acknowledges its incident, also when
    /// that was triggered again meanwhile.
    static let linkLife = Duration.hours(24)

    func message(for transmission: Transmission, at now: Instant, zone: ZoneRules) -> PageMessage {
        let page = transmission.attempt.page
        let briefing = transmission.briefing
        let expiresAt = now + Self.linkLife
        var message = PageMessage(
            id: "tocsin_\(installation)_\(page)\(Self.mark(of: transmission.others))", attempt: transmission.attempt,
            incident: page.incident,
            title: briefing.title, summary: briefing.summary, severity: briefing.severity, service: briefing.service,
            labels: briefing.labels, links: briefing.links,
            runbooks: briefing.runbooks.map { links.runbook($0, page.incident, expiresAt: expiresAt) },
            user: transmission.user.id,
            userName: transmission.user.name, reason: transmission.reason, isRepeat: transmission.isRepeat,
            openedAt: briefing.openedAt, sentAt: now, incidentURL: links.incident(page.incident),
            acknowledgeURL: links.acknowledge(page, user: transmission.user.id, expiresAt: expiresAt),
            acknowledgeExpiresAt: expiresAt, zone: zone,
            phoneToken: links.phone(
                transmission.attempt, user: transmission.user.id, expiresAt: now + Links.phoneLife))
        message.others = transmission.others.map { other in
            PageMessage.Other(
                incident: other.briefing.incident, title: other.briefing.title, severity: other.briefing.severity,
                service: other.briefing.service, isRepeat: other.isRepeat,
                acknowledgeURL: links.acknowledge(
                    other.attempt.page, user: transmission.user.id, expiresAt: expiresAt))
        }
        return message
    }

    /// Tells a message apart from one that told other pages besides: a receiver must not take it for a repeat of that.
    /// FNV-1a, 32 bits; empty for a page alone.
    private static func mark(of others: [Transmission.Other]) -> String {
        guard !others.isEmpty else { return "" }
        var hash: UInt32 = 0x811c_9dc5
        for byte in others.map(\.attempt.page.description).sorted().joined(separator: " ").utf8 {
            hash = (hash ^ UInt32(byte)) &* 0x0100_0193
        }
        return "." + String(hash, radix: 16)
    }

    /// The log cannot be written, so no incident can be opened to say so.
    func storeAlarm(to user: Directory.User, since: Instant, _ trouble: LogTrouble?, at now: Instant) -> Notice {
        Notice(
            id: "tocsin_\(installation)_log_\(since.milliseconds)", kind: .alarm, user: user.id, userName: user.name,
            title: "SEV1 Tocsin cannot write its log: nothing new is decided. See to its disk.",
            body: "Since \(since.rfc3339) alerts are answered 503 and nobody is paged for them: "
                + "\((trouble ?? .other).sentence).\n\((trouble ?? .other).wayOut) Tocsin goes on by itself then.",
            url: links.home, sentAt: now)
    }

    /// To whoever was told that it could not.
    func storeBack(to user: Directory.User, since: Instant, at now: Instant) -> Notice {
        Notice(
            id: "tocsin_\(installation)_log_\(since.milliseconds)_over", kind: .change, user: user.id,
            userName: user.name, title: "Tocsin can write its log again: alerts are taken and people are paged.",
            body: "It could not from \(since.rfc3339) to \(now.rfc3339). Alerts sent meanwhile were answered 503, and "
                + "most senders repeat them.", url: links.home, sentAt: now)
    }
}
