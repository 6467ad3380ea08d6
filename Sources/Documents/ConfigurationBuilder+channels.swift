import Engine
import Foundation
import Incidents
import OnCall

/// The ways out to people.
extension ConfigurationBuilder {
    func readChannels() {
        let section = document.section("channels", ["webhook", "webhooks", "smtp", "ntfy", "slack", "sms", "call"])
        channelsField = section.field
        func channel<Settings>(_ name: String, _ read: (Field) -> Settings?) -> Settings? {
            section[name].flatMap { $0.isEmpty ? nil : read($0) }
        }
        channels.webhook = channel("webhook", webhook)
        channels.webhooks = channel("webhooks", webhooks) ?? [:]
        channels.smtp = channel("smtp", smtp)
        channels.ntfy = channel("ntfy", ntfy)
        channels.slack = channel("slack", slack)
        channels.sms = channel("sms") { phones($0) } ?? []
        channels.call = callers(section["call"], sms: channels.sms)
    }

    /// `{url: https://…, secret: {env: NAME}}`.
    func webhook(_ field: Field) -> WebhookSettings? {
        let hint = "Write it like {url: \"https://example.com/hook\", secret: {env: WEBHOOK_SECRET}}."
        guard let section = field.section(["url", "secret"], hint) else { return nil }
        let address = "Write it like https://example.com/hook."
        let url = section.mandatory("url", hint)
            .flatMap { webAddress($0, address, instead: "The secret signs each request.") }
        let secret = section.mandatory("secret", hint).flatMap(signingSecret)
        guard let url, let secret else { return nil }
        return WebhookSettings(url: url.text, secret: secret)
    }

    /// `{ops: {url: https://…, secret: {env: NAME}}}`: what steps and teams tell, by name.
    private func webhooks(_ field: Field) -> [String: WebhookSettings] {
        let hint = "Write it like webhooks: {ops: {url: \"https://example.com/hook\", secret: {env: OPS_SECRET}}}."
        let entries = wellNamed(field.entries(hint) ?? [])
        webhookNames = entries.map(\.name)
        return entries.reduce(into: [:]) { $0[$1.name] = webhook($1.value) }
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

    /// `{url: https://ntfy.example.com, token: {env: NAME}}`.
    private func ntfy(_ field: Field) -> NtfySettings? {
        let hint = "Write it like {url: \"https://ntfy.example.com\", token: {env: NTFY_TOKEN}}."
        guard let section = field.section(["url", "token"], hint) else { return nil }
        let address = "Write it like https://ntfy.example.com."
        let url = section.mandatory("url", hint).flatMap { field -> String? in
            guard let url = webAddress(field, address, instead: "Write token: {env: NTFY_TOKEN}.") else { return nil }
            guard ["", "/"].contains(url.path), url.query == nil else {
                field.error("has a path", "\(address) Each person's topic goes into the contacts file, or to /me.")
                return nil
            }
            if url.scheme == "http", !url.isLocal {
                field.warn("is not https, so pages can be read on the way", "Use https if the network is not yours.")
            }
            return url.withoutSlash
        }
        let tokenHint = "Make one with: ntfy token add USER. It begins with tk_."
        let token = section.optional("token") { vendorToken($0, beginning: "tk_", tokenHint) }
        guard let url, token.isGood else { return nil }
        return NtfySettings(url: url, token: token.value)
    }

    /// A vendor's token: `prefix` and more, in characters that can stand in a header. Nil when it is not, and that is
    /// said.
    func vendorToken(_ field: Field, beginning prefix: String, _ hint: String) -> String? {
        guard let found = secrets.read(field) else { return nil }
        guard case .secret(let text) = found else { return "" }
        guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else {
            secrets.missing(field, "the secret does not begin with \(prefix)", hint)
            return nil
        }
        guard text.utf8.count <= 1000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            secrets.missing(field, "the secret has spaces or other characters that no token has", hint)
            return nil
        }
        return text
    }

    /// An address of the web that is fit to be called.
    struct WebAddress {
        let text: String
        let scheme: String
        let host: String
        let path: String
        let query: String?

        var isLocal: Bool { ConfigurationBuilder.isLocal(host) }
        var withoutSlash: String { text.hasSuffix("/") ? String(text.dropLast()) : text }
    }

    /// Not shown when it is wrong: people put credentials into addresses.
    ///
    /// - Parameter instead: where credentials belong.
    func webAddress(_ field: Field, _ hint: String, instead: String) -> WebAddress? {
        guard let text = field.text(hint) else { return nil }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty, text.utf8.count <= 2000,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            (1...65535).contains(parts.port ?? 1)
        else {
            field.error("is not an http or https address", hint)
            return nil
        }
        guard parts.user == nil, parts.password == nil, parts.fragment == nil else {
            field.error("has a user, a password or a fragment", "\(hint) \(instead)")
            return nil
        }
        return WebAddress(text: text, scheme: scheme, host: host, path: parts.path, query: parts.query)
    }

    /// What goes there does not leave this machine.
    static func isLocal(_ host: String) -> Bool { ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) }
}
