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
