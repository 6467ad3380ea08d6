/// Parts of a configuration that a later version will act on. They are accepted, never silently, so that a
/// configuration can be written once.
enum LaterFeature {
    /// Says that nothing is done about `field`. What would be a secret must be a reference even so: the text of the
    /// configuration is recorded.
    static func accept(_ field: Field, _ message: String) {
        field.warn(message)
        refuseLiteralSecrets(in: field)
    }

    private static func refuseLiteralSecrets(in field: Field) {
        switch field.node.value {
        case .scalar: break
        case .list: field.items()?.forEach(refuseLiteralSecrets)
        case .mapping:
            for entry in field.entries() ?? [] {
                if isSecret(entry.name), !entry.value.isEmpty {
                    SecretReader.requireReference(entry.value)
                } else {
                    refuseLiteralSecrets(in: entry.value)
                }
            }
        }
    }

    private static func isSecret(_ key: String) -> Bool {
        let word = key.lowercased()
        return ["password", "passphrase", "secret", "token", "bot", "key", "account", "credentials"].contains {
            word == $0 || word.hasSuffix("_\($0)")
        }
    }
}
