import Incidents
import OnCall

/// Who was paged and how it went, and what fired.
extension PostmortemWriter {
    var people: [PostmortemDraft.Person] {
        var order: [UserID] = []
        for page in facts.pages where !order.contains(page.user) { order.append(page.user) }
        for said in facts.acknowledgements where !order.contains(said.by) { order.append(said.by) }
        return order.map(person)
    }

    private func person(_ user: UserID) -> PostmortemDraft.Person {
        let pages = facts.pages.filter { $0.user == user }
        var methods: [String] = []
        for page in pages where !methods.contains(words.name(page.method)) { methods.append(words.name(page.method)) }
        let acknowledged = facts.acknowledgements.filter { $0.by == user }
        let said = acknowledged.map { said in
            let wait = said.paged.map { "\(words.elapsed(from: $0.at, to: said.moment.at)) after the page" }
            return "\(wait ?? "without a page") (\(words.name(said.via)))"
        }
        return .init(
            name: words.name(user), methods: methods.joined(separator: ", "),
            pages: pages.isEmpty ? "none" : String(pages.count),
            firstPaged: pages.first.map { stamp($0.requested.at) } ?? "", acknowledged: said.joined(separator: "; "),
            cites: (pages.first.map { [$0.requested.citation] } ?? []) + acknowledged.map(\.moment.citation))
    }

    var pages: [PostmortemDraft.Page] {
        facts.pages.map { page in
            .init(
                person: words.name(page.user), method: words.name(page.method), utc: stamp(page.requested.at),
                why: page.reason.explanation, attempts: String(page.attempts), end: end(of: page),
                evidence: page.outcome?.evidence ?? "",
                cites: page.last == page.requested
                    ? [page.requested.citation] : [page.requested.citation, page.last.citation])
        }
    }

    private func end(of page: PostmortemFacts.Page) -> String {
        switch page.end {
        case .sent: "handed over"
        case .delivered: "delivered"
        case .failed: "failed"
        case .unconfirmed: "unconfirmed"
        case .cancelled: page.attempts == 0 ? "not needed any more" : "stopped"
        case nil: "had not ended"
        }
    }

    var alerts: [PostmortemDraft.Alert] {
        facts.alerts.map { alert in
            let links = alert.links.sorted { $0.key < $1.key }.map {
                PostmortemDraft.Link(name: WebLink.label($0.key, url: $0.value), url: $0.value)
            }
            let over = alert.over.map { stamp($0.at) } ?? "still firing"
            return .init(
                title: words.title(of: alert), integration: alert.key.integration.rawValue,
                severity: alert.severity.rawValue, firstFired: stamp(alert.first.at),
                fired: words.count(alert.firings.count, "time"), over: over, links: links,
                cites: alert.firings.map(\.citation) + (alert.over.map { [$0.citation] } ?? []))
        }
    }

    /// Those found for it, and those that alerts came with.
    var runbooks: [PostmortemDraft.Sentence] {
        let found = facts.runbooks.map { linked, moment in
            PostmortemDraft.Sentence(
                "“\(linked.title)” (\(linked.runbook)): \(linked.why).", [moment.citation])
        }
        return found + brought
    }

    private var brought: [PostmortemDraft.Sentence] {
        facts.alerts.flatMap { alert in
            alert.links.sorted { $0.key < $1.key }.filter { $0.key.hasPrefix("runbook") }.map { link in
                .init(
                    "“\(words.title(of: alert))” came with \(WebLink.label(link.key, url: link.value)).",
                    [alert.first.citation])
            }
        }
    }

    /// What was counted beside the alerts that stand in a row of their own.
    var repeats: PostmortemDraft.Sentence? {
        guard let first = facts.repeats.first, let last = facts.repeats.last else { return nil }
        return .init(
            "They repeated \(words.count(facts.repeats.count, "time")) without news.",
            first == last ? [first.citation] : [first.citation, last.citation])
    }
}

extension TimelineWords {
    func title(of alert: PostmortemFacts.Alert) -> String {
        alert.title ?? (alert.isErased ? PostmortemWriter.erased : alert.key.key)
    }
}
