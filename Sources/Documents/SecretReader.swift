import Foundation

/// Looks up what the configuration only refers to. No message ever holds what was found, nor what stands where a
/// reference should.
struct SecretReader {
    enum Mode {
        /// What is missing is an error.
        case strict
        /// What is missing is a warning: the last good configuration must run even when a secret has gone.
        case lenient
        /// Nothing is looked up: a check where the secrets are not.
        case none
    }

    let environment: [String: String]
    /// Relative paths start here.
    let folder: String?
    let mode: Mode

    static let longestBytes = 64 * 1024
    /// Some times what a whole system trusts.
    static let longestCertificates = 4 * 1024 * 1024
    static let howTo = "Write {env: NAME} or {file: PATH}, and keep the secret there."

    /// What a reference leads to.
    enum Found {
        case secret(String)
        /// The mode is `none`.
        case notLookedUp
    }

    /// The secret that `field` refers to; else nil, and that is said.
    func read(_ field: Field) -> Found? {
        guard let reference = Self.reference(field) else { return nil }
        if mode == .none { return .notLookedUp }
        let found: String
        switch reference {
        case .env(let name, let field):
            guard let value = environment[name] else {
                return missing(field, "the environment variable \(name) is not set", "Set it, or name another.")
            }
            found = value
        case .file(let path, let field):
            let place = path.hasPrefix("/") ? path : "\(folder ?? ".")/\(path)"
            guard let data = Self.contents(of: place) else {
                return missing(field, "the file \(path) cannot be read", "Create it, or name another.")
            }
            guard data.count <= Self.longestBytes, let text = String(validating: data, as: UTF8.self) else {
                return missing(field, "the file \(path) does not hold a secret", "Put the secret there as text.")
            }
            found = text
        }
        let secret = found.trimmingCharacters(in: .whitespacesAndNewlines)
        if secret.isEmpty { return missing(field, "the secret is empty", "") }
        return .secret(secret)
    }

    /// The absolute path of the PEM file that `field` names; else nil, and that is said. It is handed on by its path,
    /// so that it may change while we run.
    func certificates(_ field: Field) -> String? {
        let hint = "Name a PEM file of certificates, such as /etc/ssl/certs/our-ca.pem."
        guard let path = field.text(hint) else { return nil }
        let place = URL(fileURLWithPath: path.hasPrefix("/") ? path : "\(folder ?? ".")/\(path)").path
        if mode == .none { return place }
        guard let data = Self.contents(of: place, upTo: Self.longestCertificates) else {
            missing(field, "the file \(printable(path)) cannot be read", hint)
            return nil
        }
        guard data.count <= Self.longestCertificates,
            String(decoding: data, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----")
        else {
            missing(field, "the file \(printable(path)) holds no certificate in PEM form", hint)
            return nil
        }
        return place
    }

    /// Says so when `field` is not a reference; does not look it up.
    static func requireReference(_ field: Field) { _ = reference(field) }

    private enum Reference {
        case env(String, Field)
        case file(String, Field)
    }

    private static func reference(_ field: Field) -> Reference? {
        guard case .mapping = field.node.value else {
            field.error("a secret must not stand in the configuration", howTo)
            return nil
        }
        guard let section = field.section(["env", "file"], howTo) else { return nil }
        switch (section["env"], section["file"]) {
        case (let env?, nil):
            guard let name = env.text(howTo) else { return nil }
            let isName =
                name.utf8.count <= 128 && name.first?.isNumber == false
                && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            guard isName else {
                env.error("is not the name of an environment variable", howTo)
                return nil
            }
            return .env(name, env)
        case (nil, let file?):
            return file.text(howTo).map { .file($0, file) }
        case (nil, nil), (_?, _?):
            field.error("must be one reference", howTo)
            return nil
        }
    }

    /// Says what keeps a secret from being used, and returns nil.
    @discardableResult
    func missing(_ field: Field, _ message: String, _ hint: String) -> Found? {
        switch mode {
        case .strict, .none: field.error(message, hint)
        case .lenient: field.warn("\(message), so what needs it does not work", hint)
        }
        return nil
    }

    private static func contents(of path: String, upTo limit: Int = longestBytes) -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        do {
            return Array(try file.read(upToCount: limit + 1) ?? Data())
        } catch {
            return nil
        }
    }
}
