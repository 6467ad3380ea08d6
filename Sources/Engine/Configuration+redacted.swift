/// Settings that hold secrets show none of them, however they are printed.
extension IntegrationSettings: CustomStringConvertible, CustomReflectable {
    public var description: String { "\(id) (\(type))" }
    public var customMirror: Mirror { Mirror(self, children: ["id": id, "type": type, "key": "…"]) }
}

extension WebhookSettings: CustomStringConvertible, CustomReflectable {
    /// Neither the secret nor the address, which may hold one.
    public var description: String { "a webhook" }
    public var customMirror: Mirror { Mirror(self, children: ["url": "…", "secret": "…"]) }
}

extension SMTPSettings: CustomStringConvertible, CustomReflectable {
    /// Without the login.
    public var description: String { "\(host):\(port) (\(security.rawValue))" }
    public var customMirror: Mirror {
        Mirror(self, children: ["host": host, "port": port, "security": security.rawValue, "from": from])
    }
}

extension NtfySettings: CustomStringConvertible, CustomReflectable {
    public var description: String { "an ntfy server" }
    public var customMirror: Mirror { Mirror(self, children: ["url": url, "token": "…"]) }
}

extension HeartbeatSettings: CustomStringConvertible, CustomReflectable {
    public var description: String { "a heartbeat every \(every)" }
    public var customMirror: Mirror { Mirror(self, children: ["url": "…", "every": every]) }
}

extension SlackSettings: CustomStringConvertible, CustomReflectable {
    public var description: String { "a Slack app" }
    public var customMirror: Mirror {
        Mirror(self, children: ["api": api, "bot": "…", "signingSecret": "…", "app": "…"])
    }
}

extension ContactDetails: CustomStringConvertible, CustomReflectable {
    /// What there is, and no address (S20).
    public var description: String { "contact by \(known.isEmpty ? "nothing" : known.joined(separator: ", "))" }
    public var customMirror: Mirror { Mirror(self, children: known.map { ($0, "…") }) }

    private var known: [String] {
        [
            ("webhook", webhook != nil), ("mail", mail != nil), ("push", push != nil), ("slack", slack != nil),
            ("phone", phone != nil),
        ]
        .filter(\.1).map(\.0)
    }
}
