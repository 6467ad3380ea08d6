import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What somebody sees who was just woken: what, how bad, where, and one button.
struct AcknowledgePage {
    let link: AcknowledgeLink
    let directory: Directory
    /// Nil when it was resolved more than a day ago; then `past` says what is known.
    let live: OpenIncident?
    let past: IncidentSummary?
    /// What was told in the same message.
    let others: [OpenIncident]
    let now: Instant
    /// False while the log cannot be written: then what is decided may not be recorded, and to say "she has it" could
    /// send the one person awake back to bed.
    let isCertain: Bool
    let news: String?
    /// These open without a login.
    let runbookLinks: [RunbookLink]
    /// The link's own, where this page stands at another address.
    let path: String?
    /// What can be rolled back, once this person has it.
    let rollback: HTML?

    private var id: Incident.ID { link.page.incident }
    private var clock: LocalTime { LocalTime(zone: directory.zone(of: link.user)) }
    private var title: String { live?.title ?? past?.title ?? "" }
    private var severity: Severity { live?.incident.severity ?? past?.severity ?? .unknown }
    private var service: ServiceID { live?.incident.service ?? past?.service ?? "" }
    private var state: Incident.State { live?.incident.state ?? past?.state ?? .resolved }
    private var openedAt: Instant { live?.incident.openedAt ?? past?.openedAt ?? now }

    var html: HTML {
        Layout.plain(
            title: "\(id) \(title)",
            """
            \(news.map { "<p class=\"alarm\" role=\"alert\">\($0)</p>" as HTML })
            <p class="quiet">\(id.description) · \(service.rawValue)</p>
            <h1>\(HTML.foreign(title))</h1>
            <p>\(severity.badge) · opened \(clock.moment(openedAt, now: now)), \
            \(LocalTime.distance(from: openedAt, to: now))</p>
            \(live.flatMap { $0.summary.isEmpty ? nil : "<pre>\($0.summary)</pre>" as HTML })
            \(status)
            \(button)
            \(together)
            \(rollback)
            \(runbooks)
            \(details)
            <p class="small"><a href="/incidents/\(id.number)">All about it, in the console</a></p>
            <p class="quiet small">Times are \(clock.place) time; it is \(clock.clock(now)) there.</p>
            """)
    }

    private var status: HTML {
        guard isCertain || live == nil else {
            return """
                <p class="state triggered">Tocsin cannot write its log just now, so it is not certain who has it. \
                If you can see to it, do.</p>
                """
        }
        return knownStatus
    }

    private var knownStatus: HTML {
        switch state {
        case .triggered: "<p class=\"state triggered\">Nobody has it yet.</p>"
        case .acknowledged:
            if isAsked {
                "<p class=\"state triggered\">Are you still on it? Without an answer others are paged again.</p>"
            } else {
                """
                <p class="notice"><b>\(owner) has it</b>\
                \(live?.incident.acknowledgedAt.map(since)).</p>
                """
            }
        case .resolved:
            """
            <p class="notice"><b>It is resolved</b>\
            \((live?.incident.resolution?.at ?? past?.resolvedAt).map(since)). \
            There is nothing to do.</p>
            """
        }
    }

    private func since(_ at: Instant) -> HTML { ", since \(clock.moment(at, now: now))" }
    private var isAsked: Bool { live?.incident.ask?.users.contains(link.user) == true }
    private var owner: String { (live?.incident.owner).map { directory.name(of: $0) } ?? "Somebody" }

    private var button: HTML? {
        guard let incident = live?.incident else { return nil }
        let name = directory.name(of: link.user)
        guard incident.isOpen || !isCertain else { return nil }
        let which = others.isEmpty ? "" : " \(id)"
        if incident.state == .triggered || !isCertain { return form("Acknowledge\(which) as \(name)", isFirst: true) }
        if isAsked { return form("Yes, \(name) is still on it", isFirst: true) }
        return incident.responders.contains(link.user) ? nil : form("Join as \(name)", isFirst: false)
    }

    /// The other incidents of the message: who has them, and a button for each that nobody has.
    private var together: HTML? {
        guard !others.isEmpty else { return nil }
        let worstFirst = others.sorted {
            ($1.incident.severity, $0.incident.id) < ($0.incident.severity, $1.incident.id)
        }
        let lines = worstFirst.map { other -> HTML in
            let id = other.incident.id
            let state: HTML
            switch other.incident.state {
            case .triggered:
                state = """
                    <div class="buttons"><button class="big" name="incident" value="\(id.description)">Acknowledge \
                    \(id.description)</button></div>
                    """
            case .acknowledged:
                state =
                    "<p class=\"quiet\">\(other.incident.owner.map { directory.name(of: $0) } ?? "Somebody") has it.</p>"
            case .resolved: state = "<p class=\"quiet\">It is resolved.</p>"
            }
            return """
                <p>\(other.incident.severity.badge) · <b>\(id.description)</b> \(other.incident.service.rawValue)<br>\
                \(HTML.foreign(other.title))</p>\(state)
                """
        }
        let needed = others.count { $0.incident.state == .triggered } + (state == .triggered ? 1 : 0)
        let all: HTML? =
            needed < 2
            ? nil
            : """
            <div class="buttons"><button class="big" name="incident" value="all">Acknowledge all \(needed)</button></div>
            """
        return """
            <form method="post"\(path.map { " action=\"\($0)\"" as HTML })><h2>In the same message</h2>
            \(all)\(lines)</form>
            """
    }

    /// To this very address, which is the proof; there is no cookie that another site could borrow.
    private func form(_ words: String, isFirst: Bool) -> HTML {
        let first: HTML = " first"
        return """
            <form method="post"\(path.map { " action=\"\($0)\"" as HTML })><div class="buttons">
            <button class="big\(isFirst ? first : nil)">\(words)</button>
            </div></form>
            """
    }

    private var runbooks: [HTML] {
        runbookLinks.map { "<p>What to do: <a href=\"\($0.url)\">\(HTML.foreign($0.title))</a></p>" }
    }

    private var details: HTML? {
        guard let live else { return nil }
        let labels = live.labels.sorted { $0.key < $1.key }.map {
            "<dt>\(HTML.foreign($0.key))</dt><dd>\(HTML.foreign($0.value))</dd>" as HTML
        }
        let links = live.links.sorted { $0.key < $1.key }.map { "<p>\(HTML.link($0.value, $0.key))</p>" as HTML }
        return "\(links)\(labels.isEmpty ? nil : "<dl class=\"small\">\(labels)</dl>" as HTML)"
    }
}
