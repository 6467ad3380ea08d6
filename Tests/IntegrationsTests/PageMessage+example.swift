import Engine
import Incidents
import OnCall
import Timekeeping

extension PageMessage {
    static func example(
        title: String = "p99 1.9s > 800ms", summary: String = "Half the requests\nare too slow.",
        service: ServiceID = "ranker", incident: Int = 42, isRepeat: Bool = false,
        acknowledgeURL: String =
            "https://t.example/a/NDItMyBhbmEgMTc5MDAwMDAwMDAwMA.5Lx0b1q9gJ7Qm3n8w6s2r4t5y7u9i1o3p5a7s9d1f3g",
        runbooks: [RunbookLink] = []
    ) -> PageMessage {
        let id = Incident.ID(incident)
        let sentAt = Instant(milliseconds: 1_790_000_000_999)
        return PageMessage(
            id: "tocsin_lab_42-3", attempt: AttemptID(page: PageID(incident: id, ordinal: 3), number: 2), incident: id,
            title: title, summary: summary, severity: .sev1, service: service, labels: ["model": "ranker"],
            links: ["runbook": "https://rb.example/p99"],
            runbooks: runbooks, user: "ana", userName: "Ana Lindt", reason: .step,
            isRepeat: isRepeat, openedAt: Instant(seconds: 1_789_999_940), sentAt: sentAt,
            incidentURL: "https://t.example/incidents/\(incident)", acknowledgeURL: acknowledgeURL,
            acknowledgeExpiresAt: sentAt + .hours(24))
    }
}

extension Notice {
    static func example(
        _ kind: Kind, title: String = "SEV1 Tocsin cannot write its log",
        body: String = "Alerts are answered 503.\nFree the disk."
    ) -> Notice {
        Notice(
            id: "tocsin_lab_log_1790000000999", kind: kind, user: "ana", userName: "Ana Lindt", title: title,
            body: body,
            url: "https://t.example/", sentAt: Instant(milliseconds: 1_790_000_000_999))
    }
}
