import Engine
import Incidents

/// Any JSON body, read as a mapping says.
public struct GenericFormat: AlertFormat {
    private let integration: IntegrationID
    private let mapping: GenericMapping
    private let alerts: ValuePath?
    private let key: ValuePath
    private let title: ValuePath
    private let summary: ValuePath?
    private let severity: ValuePath?
    private let status: ValuePath?
    private let episode: ValuePath?
    private let group: ValuePath?
    private let labels: ValuePath?
    private let links: [String: ValuePath]

    public init(integration: IntegrationID, mapping: GenericMapping) {
        self.integration = integration
        self.mapping = mapping
        alerts = mapping.alerts.map(ValuePath.init)
        key = ValuePath(mapping.key)
        title = ValuePath(mapping.title)
        summary = mapping.summary.map(ValuePath.init)
        severity = mapping.severity.map(ValuePath.init)
        status = mapping.status.map(ValuePath.init)
        episode = mapping.episode.map(ValuePath.init)
        group = mapping.group.map(ValuePath.init)
        labels = mapping.labels.map(ValuePath.init)
        links = mapping.links.mapValues(ValuePath.init)
    }

    public func read(_ request: HookRequest) -> ReadAlerts {
        let document: JSONValue
        do {
            document = try JSONValue(json: request.body)
        } catch {
            return unreadable("The body is not JSON; \(error).", request)
        }
        guard let alerts else {
            switch alert(document, at: "") {
            case .success(let alert): return ReadAlerts(alerts: [alert])
            case .failure(let problem): return unreadable(problem.sentence, request)
            }
        }
        guard case .array(let elements)? = alerts.value(in: document) else {
            return unreadable("`\(alerts.text)`, the alerts, is not an array.", request)
        }
        var good: [AlertSignal] = []
        var bad = UnreadableList()
        for (index, element) in elements.enumerated() {
            switch alert(element, at: alerts.text.isEmpty ? "\(index)." : "\(alerts.text).\(index).") {
            case .success(let alert): good.append(alert)
            case .failure(let problem): bad.add(problem.sentence, element)
            }
        }
        return ReadAlerts(alerts: good, unreadable: bad.all)
    }

    public func answer(_ outcome: HookOutcome) -> HookReply { .json(outcome) }

    private func unreadable(_ problem: String, _ request: HookRequest) -> ReadAlerts {
        ReadAlerts(unreadable: [UnreadableAlert(problem: problem, whole: request.body)])
    }

    private struct Problem: Error {
        let sentence: String
    }

    private func alert(_ element: JSONValue, at place: String) -> Result<AlertSignal, Problem> {
        do throws(Problem) {
            let key = try mandatory(self.key, "the key", in: element, at: place)
            let title = try mandatory(self.title, "the title", in: element, at: place)
            let isOver = status?.value(in: element)?.scalar.map(mapping.resolvedWhen.contains) ?? false
            return .success(
                AlertSignal(
                    alert: AlertKey(
                        integration: integration, key: AlertLimits.name(key, atMost: AlertLimits.keyLength)),
                    status: isOver ? .resolved : .firing,
                    episode: name(episode, in: element), group: name(group, in: element),
                    severity: severity?.value(in: element)?.scalar
                        .flatMap { mapping.severities[$0] ?? Severity(word: $0) },
                    title: AlertLimits.cut(title, to: AlertLimits.titleLength),
                    summary: AlertLimits.cut(
                        summary?.value(in: element)?.scalar ?? "", to: AlertLimits.summaryLength),
                    labels: labels(of: element),
                    links: links.compactMapValues { $0.value(in: element)?.scalar }
                        .filter { AlertLimits.isWebLink($1) }))
        } catch {
            return .failure(error)
        }
    }

    private func mandatory(
        _ path: ValuePath, _ role: String, in element: JSONValue, at place: String
    ) throws(Problem) -> String {
        func problem(_ what: String) -> Problem { Problem(sentence: "`\(place)\(path.text)`, \(role), \(what).") }
        guard let value = path.value(in: element) else { throw problem("is missing") }
        guard let text = value.scalar else { throw problem("is not a string, a number or a boolean") }
        guard !text.isEmpty else { throw problem("is empty") }
        return text
    }

    private func name(_ path: ValuePath?, in element: JSONValue) -> String? {
        guard let text = path?.value(in: element)?.scalar, !text.isEmpty else { return nil }
        return AlertLimits.name(text, atMost: AlertLimits.groupLength)
    }

    private func labels(of element: JSONValue) -> [String: String] {
        guard case .object(let members)? = labels?.value(in: element) else { return [:] }
        return members.compactMapValues(\.scalar)
    }
}
