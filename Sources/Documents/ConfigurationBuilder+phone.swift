import Engine

/// Who sends SMS and makes calls, in order of preference.
extension ConfigurationBuilder {
    /// `[{twilio: {…}}, {signalwire: {…}}]`.
    func phones(_ field: Field) -> [PhoneSettings] {
        let hint = "Write it like [{twilio: {account: AC..., token: {env: TWILIO_TOKEN}, from: \"+1...\"}}]."
        var found: [PhoneSettings] = []
        for item in field.someItems(hint) ?? [] {
            guard let section = item.section(["twilio", "signalwire"], hint) else { continue }
            let settings: PhoneSettings?
            switch (section["twilio"], section["signalwire"]) {
            case (let field?, nil): settings = twilio(field)
            case (nil, let field?): settings = signalwire(field)
            case (_?, _?):
                item.error("names two providers", "Give each an item of its own: they are tried in order.")
                continue
            case (nil, nil):
                // A name nobody knows has been told of.
                if item.entries()?.isEmpty == true {
                    item.error("names no provider", "There are twilio and signalwire. \(hint)")
                }
                continue
            }
            guard let settings else { continue }
            if found.contains(where: { ($0.vendor, $0.account) == (settings.vendor, settings.account) }),
                !settings.account.isEmpty
            {
                item.error("is the same account again", "Name each account once.")
                continue
            }
            found.append(settings)
        }
        return found
    }

    /// `channels.call`: a list of its own, `off`, or left out: then whoever sends SMS and can call.
    func callers(_ field: Field?, sms: [PhoneSettings]) -> [PhoneSettings] {
        guard let field, !field.isEmpty else { return sms.filter(\.canCall) }
        if let word = field.scalar {
            if word == "off" { return [] }
            field.error(
                "\(quoted(word)) is not off", "Write off, a list of providers, or leave it out: then those of sms call."
            )
            return []
        }
        let callers = phones(field)
        for settings in callers where !settings.canCall {
            field.error(
                "has an account with a messaging_service and no number", "A call needs from: \"+1...\".")
            break
        }
        return callers.filter(\.canCall)
    }

    private func twilio(_ field: Field) -> PhoneSettings? {
        let hint = "Write it like {account: AC..., token: {env: TWILIO_TOKEN}, from: \"+1...\"}."
        let keys = ["account", "token", "from", "messaging_service", "api_key", "api_secret", "url"]
        guard let section = field.section(keys, hint) else { return nil }
        let account = section.mandatory("account", hint).flatMap {
            phoneID($0, beginning: "AC", "Take the Account SID from the console, which begins with AC.")
        }
        let token = section.mandatory("token", "Take the Auth Token from the console: token: {env: TWILIO_TOKEN}.")
            .flatMap { vendorToken($0, beginning: "", "Take the Auth Token from the console.") }
        let key = section.optional("api_key") {
            phoneID($0, beginning: "SK", "Take the SID of an API key, which begins with SK.")
        }
        let secret = section.optional("api_secret") {
            vendorToken($0, beginning: "", "Take the secret of the API key.")
        }
        if section["api_key"] != nil, section["api_secret"] == nil {
            field.error("has an api_key without its api_secret", "Write api_secret: {env: TWILIO_API_SECRET}.")
            return nil
        }
        if section["api_secret"] != nil, section["api_key"] == nil {
            field.error("has an api_secret without its api_key", "Write api_key: SK....")
            return nil
        }
        let from = section.optional("from") { phoneNumber($0, "Write it like \"+15551230000\", with the quotes.") }
        let service = section.optional("messaging_service") {
            phoneID($0, beginning: "MG", "Take the SID of a Messaging Service, which begins with MG.")
        }
        if from.value != nil, service.value != nil {
            field.error("has both from and messaging_service", "Write one of them.")
            return nil
        }
        let url = section.optional("url") {
            phoneAddress($0, "Leave it out, or write it like \(PhoneSettings.twilioBase).")
        }
        guard let account, let token, key.isGood, secret.isGood, from.isGood, service.isGood, url.isGood else {
            return nil
        }
        let sender: PhoneSettings.Sender =
            from.value.map { .number($0) } ?? service.value.map { .service($0) } ?? .account
        return PhoneSettings(
            vendor: .twilio, account: account, user: key.value, password: secret.value ?? token, signingKey: token,
            sender: sender, base: url.value ?? PhoneSettings.twilioBase)
    }

    private func signalwire(_ field: Field) -> PhoneSettings? {
        let hint = "Write it like {space: example, project: ..., token: {env: SIGNALWIRE_TOKEN}, from: \"+1...\"}."
        let keys = ["space", "project", "token", "from", "signing_key", "url"]
        guard let section = field.section(keys, hint) else { return nil }
        let url = section.optional("url") { phoneAddress($0, "Leave it out: it follows from space.") }
        let space = section.mandatory("space", hint).flatMap { field -> String? in
            guard let text = field.text(hint) else { return nil }
            let name = text.hasSuffix(".signalwire.com") ? String(text.dropLast(15)) : text
            if (1...63).contains(name.utf8.count), name.first != "-",
                name.utf8.allSatisfy({ isWordByte($0) || $0 == UInt8(ascii: "-") })
            {
                return name
            }
            field.error("is not the name of a space", "Write what stands before .signalwire.com.")
            return nil
        }
        let project = section.mandatory("project", hint).flatMap {
            phoneID($0, beginning: "", "Take the Project ID from the dashboard.")
        }
        let token = section.mandatory("token", hint).flatMap {
            vendorToken($0, beginning: "", "Take an API token of the project.")
        }
        let signingKey = section.optional("signing_key") {
            vendorToken($0, beginning: "", "Take the Signing Key from the dashboard, API Credentials.")
        }
        let from = section.mandatory("from", hint).flatMap {
            phoneNumber($0, "Write it like \"+15551230000\", with the quotes.")
        }
        guard let space, let project, let token, let from, url.isGood, signingKey.isGood else { return nil }
        return PhoneSettings(
            vendor: .signalwire, account: project, password: token, signingKey: signingKey.value,
            sender: .number(from), base: url.value ?? "https://\(space).signalwire.com/api/laml")
    }

    /// In E.164. Not shown when it is wrong.
    func phoneNumber(_ field: Field, _ hint: String) -> PhoneNumber? {
        guard let text = field.text(hint) else { return nil }
        if let number = PhoneNumber(text) { return number }
        field.error("is not a phone number in E.164: + and 8 to 15 digits", hint)
        return nil
    }

    /// An id that goes into a path, as it is or by reference. Not shown when it is wrong: people mix it up with a token.
    private func phoneID(_ field: Field, beginning prefix: String, _ hint: String) -> String? {
        let text: String
        if field.scalar != nil {
            guard let written = field.text(hint) else { return nil }
            text = written
        } else {
            guard let found = secrets.read(field) else { return nil }
            guard case .secret(let secret) = found else { return "" }
            text = secret
        }
        let isID =
            text.hasPrefix(prefix) && (10...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "-") }
        if isID { return text }
        let what =
            prefix.isEmpty
            ? "is not an id of 10 to 64 letters, digits and hyphens" : "is not an id that begins with \(prefix)"
        if field.scalar == nil {
            secrets.missing(field, "what it refers to \(what)", hint)
        } else {
            field.error(what, hint)
        }
        return nil
    }

    private func phoneAddress(_ field: Field, _ hint: String) -> String? {
        guard let url = webAddress(field, hint, instead: "The token proves who calls.") else { return nil }
        guard url.query == nil else {
            field.error("has a query", hint)
            return nil
        }
        guard url.scheme == "https" || url.isLocal else {
            field.error("is not https, so the token could be read on the way", "Write an https address.")
            return nil
        }
        return url.withoutSlash
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
