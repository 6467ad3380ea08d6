import Engine
import Foundation
import Incidents
import OnCall
import Timekeeping

/// Where alerts come from, and the ways out to people.
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
            let types = "Say what sends it: type: alertmanager, or type: generic for any JSON."
            let type = section.mandatory("type", types)?.choice(["alertmanager": "alertmanager", "generic": "generic"])
            let key = section.mandatory("key", "A sender proves itself with a key: key: {env: KEY_PROD}.")
                .flatMap { integrationKey($0, of: entry.name, among: &keys) }
            let expectEvery = section["expect_every"]?.duration(in: .seconds(30)...(.days(31)))
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

    func readChannels() {
        let section = document.section("channels", ["webhook", "smtp", "slack", "sms"])
        if let field = section["webhook"], !field.isEmpty { channels.webhook = webhook(field) }
        for (name, what) in [("smtp", "mail"), ("slack", "Slack messages"), ("sms", "SMS")] {
            if let field = section[name], !field.isEmpty {
                LaterFeature.accept(
                    field, "this version does not send \(what) yet: nothing under it is read or checked")
            }
        }
    }

    func readContacts(_ root: Field) {
        for entry in root.entries("Write it like ana: {webhook: {url: ..., secret: {env: NAME}}}.") ?? [] {
            guard check(entry.name, entry.key, noun: "user", in: userNames) else { continue }
            guard let section = entry.value.section(["webhook"]) else { continue }
            let id = UserID(rawValue: entry.name)
            if let webhook = section["webhook"].flatMap(webhook) { contacts[id] = ContactDetails(webhook: webhook) }
        }
    }

    /// `{url: https://…, secret: {env: NAME}}`.
    private func webhook(_ field: Field) -> WebhookSettings? {
        let hint = "Write it like {url: \"https://example.com/hook\", secret: {env: WEBHOOK_SECRET}}."
        guard let section = field.section(["url", "secret"], hint) else { return nil }
        let url = section.mandatory("url", hint).flatMap(url)
        let secret = section.mandatory("secret", hint).flatMap(signingSecret)
        guard let url, let secret else { return nil }
        return WebhookSettings(url: url, secret: secret)
    }

    /// Not shown when it is wrong: people put credentials into addresses.
    private func url(_ field: Field) -> String? {
        let hint = "Write it like https://example.com/hook."
        guard let text = field.text(hint) else { return nil }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["http", "https"].contains(scheme),
            parts.host?.isEmpty == false, text.utf8.count <= 2000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            (1...65535).contains(parts.port ?? 1)
        else {
            field.error("is not an http or https address", hint)
            return nil
        }
        guard parts.user == nil, parts.password == nil, parts.fragment == nil else {
            field.error("has a user, a password or a fragment", "\(hint) The secret signs each request.")
            return nil
        }
        return text
    }

    /// `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks).
    private func signingSecret(_ field: Field) -> [UInt8]? {
        guard let found = secrets.read(field) else { return nil }
        guard case .secret(let text) = found else { return [] }
        let prefix = "whsec_"
        if text.hasPrefix(prefix), let data = Data(base64Encoded: String(text.dropFirst(prefix.count))),
            (24...64).contains(data.count)
        {
            return Array(data)
        }
        secrets.missing(
            field, "the secret is not whsec_ and 24 to 64 bytes in base64",
            "Make one with: echo whsec_$(openssl rand -base64 32)")
        return nil
    }
}
