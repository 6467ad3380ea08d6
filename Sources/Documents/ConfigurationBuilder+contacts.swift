import Engine
import Incidents
import OnCall

/// The contacts file: where people are reached. It is never recorded, so no message shows what stands in it.
extension ConfigurationBuilder {
    func readContacts(_ root: Field) {
        var topics: [String: String] = [:]
        var phones: [String: String] = [:]
        let hint = "Write it like ana: {mail: \"ana@example.com\", push: ana-3f9c2e}."
        for entry in root.entries(hint) ?? [] {
            guard check(entry.name, entry.key, noun: "user", in: userNames) else { continue }
            guard let section = entry.value.section(["webhook", "mail", "push", "phone"], hint) else { continue }
            let details = ContactDetails(
                webhook: section["webhook"].flatMap(webhook),
                mail: section["mail"].flatMap { mailAddress($0, "Write it like ana@example.com, without a name.") },
                push: section["push"].flatMap { topic($0, of: entry.name, among: &topics) },
                phone: section["phone"].flatMap { phone($0, of: entry.name, among: &phones) })
            if details != ContactDetails() { contacts[UserID(rawValue: entry.name)] = details }
        }
    }

    /// `local@domain`. Not shown when it is wrong.
    func mailAddress(_ field: Field, _ hint: String) -> String? {
        guard let text = field.text(hint) else { return nil }
        if MailAddress(text) != nil { return text }
        field.error("is not a mail address", hint)
        return nil
    }

    /// In E.164, and nobody else's: a reply must say whose it is.
    private func phone(_ field: Field, of user: String, among others: inout [String: String]) -> String? {
        let hint = "Write it like \"+4915123456789\", with the quotes."
        guard let number = phoneNumber(field, hint) else { return nil }
        if let other = others[number.text] {
            field.error("is also the number of \(other), so nobody could tell who replies", "Give each their own.")
            return nil
        }
        others[number.text] = user
        return number.text
    }

    /// A topic of ntfy, and nobody else's: whoever subscribes to it gets its pages.
    private func topic(_ field: Field, of user: String, among others: inout [String: String]) -> String? {
        let hint = "Make one that nobody guesses: echo \(user)-$(openssl rand -hex 8)"
        guard let text = field.text(hint) else { return nil }
        guard PushTopic(text) != nil else {
            field.error("is not an ntfy topic: up to \(PushTopic.longest) letters a-z, digits, - and _", hint)
            return nil
        }
        if let other = others[text] {
            field.error("is also the topic of \(other), so each would get the other's pages", hint)
            return nil
        }
        others[text] = user
        return text
    }
}
