import Engine

/// The mail server that takes our mail.
extension ConfigurationBuilder {
    /// `{host: …, from: …, user: …, password: {env: NAME}}`. Not verified here: nothing is connected to.
    func smtp(_ field: Field) -> SMTPSettings? {
        let hint =
            "Write it like {host: mail.example.com, from: \"tocsin@example.com\", user: tocsin, "
            + "password: {env: SMTP_PASSWORD}}."
        let keys = ["host", "port", "security", "from", "user", "password", "ca_file", "helo"]
        guard let section = field.section(keys, hint) else { return nil }
        let host = section.mandatory("host", hint).flatMap {
            hostName($0, "Write it like mail.example.com, without smtp:// and without a port.")
        }
        let from = section.mandatory("from", "Say whom mail comes from: from: \"tocsin@example.com\".")
            .flatMap { mailAddress($0, "Write it like tocsin@example.com, without a name.") }
        let port = section.optional("port") { $0.number(in: 1...65_535) }
        let security = mailSecurity(section["security"], port: port.value, host: host)
        let login = mailLogin(section)
        let trusted = section.optional("ca_file", secrets.certificates)
        let helo = section.optional("helo") { hostName($0, "Write it like tocsin.example.com.") }
        guard let host, let from, let security, let login, port.isGood, trusted.isGood, helo.isGood else { return nil }
        return SMTPSettings(
            host: host, port: port.value ?? Self.usualPort(security), security: security, from: from,
            user: login.user, password: login.password, caFile: trusted.value, helo: helo.value)
    }

    /// RFC 8314: submission with STARTTLS is 587, with TLS from the start 465.
    private static func usualPort(_ security: SMTPSettings.Security) -> Int {
        switch security {
        case .startTLS: 587
        case .tls: 465
        case .none: 25
        }
    }

    /// Nil when it is wrong, which is said.
    private func mailSecurity(_ field: Field?, port: Int?, host: String?) -> SMTPSettings.Security? {
        guard let field else { return port == 465 ? .tls : .startTLS }
        let security: SMTPSettings.Security? = field.choice(["starttls": .startTLS, "tls": .tls, "none": .none])
        switch security {
        case .startTLS? where port == 465:
            field.warn("is starttls, but port 465 is for TLS from the first byte", "Write tls, or leave it out.")
        case .tls? where port == 587 || port == 25:
            field.warn("is tls, but port \(port ?? 0) is for starttls", "Write starttls, or leave it out.")
        case SMTPSettings.Security.none?:
            if let host, !Self.isLocal(host) {
                field.error(
                    "is none, so pages and the password could be read on the way",
                    "Write starttls or tls: only a server on this machine (localhost, 127.0.0.1 or ::1) may do without."
                )
                return nil
            }
        case .startTLS?, .tls?, nil: break
        }
        return security
    }

    /// A user and a password, or neither. Nil when one is missing or wrong, which is said.
    private func mailLogin(_ section: Section) -> (user: String?, password: String?)? {
        guard section["user"] != nil || section["password"] != nil else { return (nil, nil) }
        let user = section.mandatory("user", "A password needs the name to log in with: user: tocsin.")
            .flatMap(plainLine)
        let password = section.mandatory(
            "password", "A user logs in with one: password: {env: SMTP_PASSWORD}. Or remove user."
        ).flatMap(mailPassword)
        guard let user, let password else { return nil }
        return (user, password)
    }

    private func mailPassword(_ field: Field) -> String? {
        guard let found = secrets.read(field) else { return nil }
        guard case .secret(let text) = found else { return "" }
        if Self.isPlainLine(text), text.utf8.count <= 1000 { return text }
        secrets.missing(
            field, "the password has control characters, or is longer than 1000 bytes", "Put it there alone.")
        return nil
    }

    private func plainLine(_ field: Field) -> String? {
        guard let text = field.text("Write the name to log in with.") else { return nil }
        if Self.isPlainLine(text), text.utf8.count <= 256 { return text }
        field.error("has control characters, or is longer than 256 bytes", "Write the name to log in with.")
        return nil
    }

    private static func isPlainLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// A name of the DNS or an IP address. Not shown when it is wrong: people put credentials into addresses.
    private func hostName(_ field: Field, _ hint: String) -> String? {
        guard let text = field.text(hint) else { return nil }
        let isName =
            text.utf8.count <= 253 && text.first != "." && text.first != "-"
            && text.allSatisfy { $0.isASCIIWordCharacter || "-.".contains($0) }
        let isIPv6 =
            text.utf8.count <= 45 && text.contains(":") && text.allSatisfy { $0.isHexDigit || ":.".contains($0) }
            && text.filter { $0 == ":" }.count >= 2
        if isName || isIPv6 { return text }
        field.error("is not the name or address of a machine", hint)
        return nil
    }
}
