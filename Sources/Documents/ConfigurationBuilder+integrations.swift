import Engine
import Foundation
import Incidents
import OnCall
import Timekeeping

/// Where alerts come from.
extension ConfigurationBuilder {
    func readIntegrations() -> [IntegrationID: Directory.Integration] {
        var known: [IntegrationID: Directory.Integration] = [:]
        var keys: [String: String] = [:]
        for entry in named("integrations") {
            guard let section = entry.value.section(["type", "key", "expect_every", "service", "map"]) else { continue }
            let id = IntegrationID(rawValue: entry.name)
            if id == .tocsin {
                entry.key.error("is the name of Tocsin's own alerts", "Choose another.")
            }
            let types = "Say what sends it: type: alertmanager, type: generic for any JSON, or type: heartbeat."
            let type = section.mandatory("type", types)?.choice([
                "alertmanager": "alertmanager", "generic": "generic", "heartbeat": "heartbeat",
            ])
            let key = section.mandatory("key", "A sender proves itself with a key: key: {env: KEY_PROD}.")
                .flatMap { integrationKey($0, of: entry.name, among: &keys) }
            let expectEvery = section["expect_every"]?.duration(in: .seconds(30)...(.days(31)))
            if type == "heartbeat", section["expect_every"] == nil {
                entry.key.error(
                    "is a heartbeat that nobody waits for", "Say how often it comes at least: expect_every: 5m.")
            }
            let service = section["service"].flatMap { reference($0, to: "service", in: serviceNames) }
            let mapping = mapping(section, type: type)
            known[id] = Directory.Integration(
                id: id, expectEvery: expectEvery, service: service.map(ServiceID.init(rawValue:)))
            guard let type, let key else { continue }
            integrations.append(IntegrationSettings(id: id, type: type, key: key, mapping: mapping))
        }
        return known
    }

    /// At least 16 characters that can stand in a path, and nobody else's.
    private func integrationKey(_ field: Field, of name: String, among keys: inout [String: String]) -> String? {
        guard let found = secrets.read(field) else { return nil }
        guard case .secret(let key) = found else { return "" }
        let hint = "Make one with: openssl rand -hex 16"
        guard key.count >= 16 else {
            secrets.missing(field, "the key is shorter than 16 characters", hint)
            return nil
        }
        guard key.utf8.count <= 200, key.allSatisfy({ $0.isASCIIWordCharacter || "-.~".contains($0) }) else {
            let problem = "the key has characters other than letters, digits and -._~, or more than 200 of them"
            secrets.missing(field, problem, hint)
            return nil
        }
        if let other = keys[key] {
            secrets.missing(
                field, "the key is the same as that of \(other), so senders could not be told apart", hint)
            return nil
        }
        keys[key] = name
        return key
    }

    private func mapping(_ section: Section, type: String?) -> GenericMapping? {
        guard type == "generic" else {
            if type != nil { section["map"]?.error("is only for type: generic", "Remove it.") }
            return nil
        }
        let hint = "Say where the sender's JSON keeps things: map: {key: id, title: name}."
        let keys = [
            "alerts", "key", "title", "summary", "severity", "severities", "status", "resolved_when", "episode",
            "group", "labels", "links",
        ]
        guard let map = section.mandatory("map", hint)?.section(keys, hint) else { return nil }
        let key = map.mandatory("key", "Say where the alert's identity is: key: id.").flatMap(path)
        let title = map.mandatory("title", "Say where the alert's title is: title: name.").flatMap(path)
        var mapping = GenericMapping(key: key ?? "", title: title ?? "")
        mapping.alerts = map["alerts"].flatMap(path)
        mapping.summary = map["summary"].flatMap(path)
        mapping.severity = map["severity"].flatMap(path)
        mapping.status = map["status"].flatMap(path)
        mapping.episode = map["episode"].flatMap(path)
        mapping.group = map["group"].flatMap(path)
        mapping.labels = map["labels"].flatMap(path)
        for entry in map["links"]?.entries("Write it like {graph: data.url}.") ?? [] {
            mapping.links[entry.name] = path(entry.value)
        }
        for entry in map["severities"]?.entries("Write it like {P1: sev1}.") ?? [] {
            mapping.severities[entry.name] = severity(entry.value)
        }
        if let words = map["resolved_when"]?.someItems("Write it like [resolved, ok].") {
            mapping.resolvedWhen = words.compactMap { $0.text() }
        }
        return mapping
    }

    /// `data.monitor.id`, `alerts.0.name`.
    private func path(_ field: Field) -> String? {
        let hint = "Write names and indices with dots between: data.monitor.id or alerts.0.name."
        guard let text = field.text(hint) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 16, !parts.contains(where: { $0.isEmpty || $0.first == " " || $0.last == " " }) else {
            field.error("\(quoted(text)) is not a path", hint)
            return nil
        }
        return text
    }
}
