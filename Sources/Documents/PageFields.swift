import Engine
import Incidents
import Mustache
import OnCall
import Timekeeping

/// What a template may say about a page. `templates/README.md` lists every field with an example.
struct PageFields: MustacheParent {
    private let text: [String: String]
    private let lists: [String: [[String: String]]]
    private let isRepeat: Bool

    init(_ page: PageMessage, for template: PageTemplate) {
        func clean(_ text: String, to length: Int = 2048) -> String {
            let line = PlainText.cut(PlainText.printable(text), to: length)
            return template.isHTML ? Self.escapedForHTML(line) : line
        }
        text = [
            "headline": clean(page.headline(limit: Self.headlineLength)),
            "incident": clean(page.incident.description),
            "number": String(page.incident.number),
            "severity": page.severity.rawValue,
            "SEVERITY": page.severity.rawValue.uppercased(),
            "urgency": page.severity.urgency.rawValue,
            "service": clean(page.service.rawValue, to: 64),
            "title": clean(page.title, to: 300),
            "person": clean(page.userName, to: 64),
            "person_id": clean(page.user.rawValue, to: 64),
            "reason": clean(page.reason.explanation),
            "since": clean(page.clock(page.openedAt)),
            "sent": clean(page.clock(page.sentAt)),
            "incident_url": clean(page.incidentURL),
            "acknowledge_url": clean(page.acknowledgeURL),
            "acknowledge_until": clean(page.clock(page.acknowledgeExpiresAt)),
        ].merging(page.also.map { ["also": $0] } ?? [:]) { $1 }
        let summary = page.summary.prefix(Self.summaryLength).split(whereSeparator: \.isNewline)
            .map { clean(String($0), to: 300) }.filter { !$0.isEmpty }.prefix(Self.summaryLines)
        let runbooks = page.runbooks.prefix(Self.listed)
            .map { ["name": clean($0.title, to: 120), "url": clean($0.url)] }
        lists = [
            "runbook": Array(runbooks.prefix(1)),
            "others": page.otherIncidents.prefix(Self.othersListed).map {
                ["line": clean($0.headline(limit: 120)), "url": clean($0.acknowledgeURL)]
            },
            "runbooks": runbooks,
            "summary": summary.map { ["line": $0] },
            "links": page.links.sorted { $0.key < $1.key }.filter { Self.isWebLink($0.value) }.prefix(Self.listed)
                .map { name, url in
                    // Whatever a link calls itself, one sees where it leads.
                    ["name": clean(WebLink.label(PlainText.cut(name, to: 64), url: url)), "url": clean(url)]
                },
            "labels": page.labels.sorted { $0.key < $1.key }.prefix(Self.listed)
                .map { ["name": clean($0.key, to: 64), "value": clean($0.value, to: 300)] },
        ]
        isRepeat = page.isRepeat
    }

    func child(named name: String) -> Any? {
        switch name {
        case "again": return isRepeat
        // A section over it is there when there is something to show.
        case "has_summary": return !(lists["summary"] ?? []).isEmpty
        case "has_links": return !(lists["links"] ?? []).isEmpty
        case "has_labels": return !(lists["labels"] ?? []).isEmpty
        case "has_others": return text["also"] != nil
        default: return text[name] as Any? ?? lists[name]
        }
    }

    /// Those of list items too.
    static let names: Set<String> = [
        "headline", "incident", "number", "severity", "SEVERITY", "urgency", "service", "title", "person", "person_id",
        "reason", "since", "sent", "incident_url", "acknowledge_url", "acknowledge_until", "again", "summary", "links",
        "labels", "runbook", "runbooks", "has_summary", "has_links", "has_labels", "line", "also", "others",
        "has_others", "name", "url", "value",
    ]

    /// With the words "Acknowledge: " and the beginning of a link it is within the 160 characters of a lock screen.
    static let headlineLength = 110
    private static let summaryLines = 10
    private static let summaryLength = 16_384
    private static let listed = 20
    private static let othersListed = 10

    /// By scalar and not by character: a quotation mark with an accent upon it ends an attribute all the same.
    static func escapedForHTML(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": out += "&lt;".unicodeScalars
            case ">": out += "&gt;".unicodeScalars
            case "&": out += "&amp;".unicodeScalars
            case "\"": out += "&quot;".unicodeScalars
            case "'": out += "&#39;".unicodeScalars
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    /// Only what a reader can open and cannot run.
    private static func isWebLink(_ url: String) -> Bool {
        let start = url.prefix(8).lowercased()
        return start.hasPrefix("https://") || start.hasPrefix("http://")
    }
}

extension PageMessage {
    /// What every template is tried with before the first page: one that loses the essentials here would do so at
    /// night.
    static let sample = PageMessage(
        id: "tocsin_sample_42-3", attempt: AttemptID(page: PageID(incident: Incident.ID(42), ordinal: 3), number: 1),
        incident: Incident.ID(42), title: "p99 is high", summary: "Half the requests are slow.", severity: .sev1,
        service: "ranker", labels: ["model": "ranker"], links: ["graph": "https://graphs.example.com/p99"],
        runbooks: [
            RunbookLink(
                title: "A model answers too slowly",
                url: "https://tocsin.example.com/runbooks/model-latency?page=NDI.c2lnbmF0dXJl")
        ],
        user: "ana", userName: "Ana Lindt", reason: .step, isRepeat: false, openedAt: Instant(seconds: 1_790_000_000),
        sentAt: Instant(seconds: 1_790_000_005), incidentURL: "https://tocsin.example.com/incidents/42",
        acknowledgeURL: "https://tocsin.example.com/a/NDItMyBhbmE.c2lnbmF0dXJl",
        acknowledgeExpiresAt: Instant(seconds: 1_790_086_405))

    /// The same in a storm.
    static let sampleTogether: PageMessage = {
        var page = sample
        page.others = (43...45).map { number in
            PageMessage.Other(
                incident: Incident.ID(number), title: "errors", severity: .sev2, service: "ranker", isRepeat: false,
                acknowledgeURL: "https://tocsin.example.com/a/NDMtMSBhbmE.c2lnbmF0dXJl")
        }
        return page
    }()
}
