import Engine
import Incidents

/// Prometheus Alertmanager's webhook, version "4", as sent by 0.25 to 0.34; fields we do not know are ignored.
/// Source: prometheus.io/docs/alerting/latest/configuration/#webhook_config, `notify/webhook` and `template.Data`.
public struct AlertmanagerFormat: AlertFormat {
    private let integration: IntegrationID

    public init(integration: IntegrationID) { self.integration = integration }

    public func read(_ request: HookRequest) -> ReadAlerts {
        let message: JSONValue
        do {
            message = try JSONValue(json: request.body)
        } catch {
            return unreadable("The body is not JSON; \(error).", request)
        }
        guard case .object = message else { return unreadable("The body is not a JSON object.", request) }
        guard let version = message["version"]?.scalar else {
            return unreadable("`version` is missing; expected \"4\".", request)
        }
        guard version == "4" else {
            return unreadable("`version` is \"\(AlertLimits.cut(version, to: 20))\"; expected \"4\".", request)
        }
        guard case .array(let elements)? = message["alerts"] else {
            return unreadable("`alerts` is not an array.", request)
        }
        let group = message["groupKey"]?.scalar.flatMap { $0.isEmpty ? nil : $0 }
            .map { AlertLimits.name($0, atMost: AlertLimits.groupLength) }
        let groupLabels = Self.strings(message["groupLabels"])
        var alerts: [AlertSignal] = []
        alerts.reserveCapacity(elements.count)
        var unreadable = UnreadableList()
        for (index, element) in elements.enumerated() {
            switch alert(element, group: group, groupLabels: groupLabels) {
            case .success(let alert): alerts.append(alert)
            case .failure(let problem): unreadable.add("`alerts[\(index)]\(problem.sentence)", element)
            }
        }
        return ReadAlerts(alerts: alerts, unreadable: unreadable.all)
    }

    public func answer(_ outcome: HookOutcome) -> HookReply { .json(outcome) }

    private func unreadable(_ problem: String, _ request: HookRequest) -> ReadAlerts {
        ReadAlerts(unreadable: [UnreadableAlert(problem: problem, whole: request.body)])
    }

    /// The rest of a sentence that begins with the index.
    private struct Problem: Error {
        let sentence: String
    }

    private func alert(
        _ element: JSONValue, group: String?, groupLabels: [String: String]
    ) -> Result<AlertSignal, Problem> {
        guard case .object = element else { return .failure(Problem(sentence: "` is not an object.")) }
        guard let word = element["status"]?.scalar else {
            return .failure(Problem(sentence: ".status` is missing."))
        }
        guard let status = AlertSignal.Status(rawValue: word) else {
            return .failure(Problem(sentence: ".status` is neither \"firing\" nor \"resolved\"."))
        }
        guard case .object(let members)? = element["labels"] else {
            return .failure(Problem(sentence: ".labels` is not an object."))
        }
        var labels: [String: String] = [:]
        for (name, value) in members where value != .null {
            guard let text = value.scalar else {
                return .failure(Problem(sentence: ".labels.\(AlertLimits.cut(name, to: 60))` is not a string."))
            }
            labels[name] = text
        }
        let annotations = Self.strings(element["annotations"])
        let sent = element["fingerprint"]?.scalar ?? ""
        let key = sent.isEmpty ? LabelFingerprint.of(labels) : AlertLimits.name(sent, atMost: AlertLimits.keyLength)
        return .success(
            AlertSignal(
                alert: AlertKey(integration: integration, key: key), status: status,
                episode: Self.episode(element["startsAt"]?.scalar), group: group,
                severity: labels["severity"].flatMap(Severity.init(word:)),
                title: Self.title(labels, annotations, groupLabels),
                summary: AlertLimits.cut(
                    annotations["description"] ?? annotations["message"] ?? "", to: AlertLimits.summaryLength),
                labels: labels, links: Self.links(annotations, generator: element["generatorURL"]?.scalar)))
    }

    /// `startsAt` as it was sent. Go's zero time means "not known", and must not make every firing the same one.
    private static func episode(_ startsAt: String?) -> String? {
        guard let startsAt, !startsAt.isEmpty, !startsAt.hasPrefix("0001-01-01T00:00:00") else { return nil }
        return AlertLimits.name(startsAt, atMost: AlertLimits.groupLength)
    }

    /// The author's sentence, or the alert's name and what tells it from its neighbours.
    private static func title(
        _ labels: [String: String], _ annotations: [String: String], _ groupLabels: [String: String]
    ) -> String {
        if let summary = annotations["summary"], summary.contains(where: { !$0.isWhitespace }) {
            return AlertLimits.cut(summary, to: AlertLimits.titleLength)
        }
        let said: Set = ["alertname", "severity"]
        let others = labels.keys.filter { !said.contains($0) }
            .sorted { (groupLabels[$0] == nil ? 1 : 0, $0) < (groupLabels[$1] == nil ? 1 : 0, $1) }
        let shown = others.prefix(labelsInTitle).map { "\($0)=\(labels[$0]!)" }
        let name = labels["alertname"] ?? "Alert without a name"
        return AlertLimits.cut(
            shown.isEmpty ? name : "\(name) (\(shown.joined(separator: ", ")))", to: AlertLimits.titleLength)
    }

    private static let labelsInTitle = 3

    /// The generator as "graph", and every annotation `name_url` as "name": runbook, dashboard, logs.
    private static func links(_ annotations: [String: String], generator: String?) -> [String: String] {
        var links: [String: String] = [:]
        for (name, url) in annotations where name.hasSuffix("_url") && name.count > 4 && AlertLimits.isWebLink(url) {
            links[String(name.dropLast(4))] = url
        }
        if let generator, AlertLimits.isWebLink(generator) { links["graph"] = generator }
        return links
    }

    /// The scalar members of an object; whatever else is there matters to nobody.
    private static func strings(_ value: JSONValue?) -> [String: String] {
        guard case .object(let members)? = value else { return [:] }
        return members.compactMapValues(\.scalar)
    }
}
