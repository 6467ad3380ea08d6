import Documents
import Engine
import Incidents
import OnCall
import Testing

/// Everything that is wrong with a contacts file beside a valid configuration.
private func errors(_ contacts: String) throws -> [String] {
    var reading = Reading()
    reading.files["contacts.yaml"] = contacts + "\n"
    return try reading.errors()
}

@Test("Mail addresses and topics are read from the contacts file, beside what the configuration says")
func contactDetails() throws {
    var reading = Reading().replacing("zone: Europe/Berlin}", "zone: Europe/Berlin, slack: U01ANA}")
    reading.files["contacts.yaml"] = "ana: {mail: Ana.L+pager@example.com, push: ana_3f-9}\nben: {}\n"
    let configuration = try reading.configuration()
    #expect(
        configuration.contacts == [
            "ana": ContactDetails(mail: "Ana.L+pager@example.com", push: "ana_3f-9", slack: "U01ANA")
        ])
    #expect(configuration.sources.allSatisfy { !$0.text.contains("pager@") })
}

@Test(
    "A mistake in a contact is told and shows no address",
    arguments: [
        (
            "ana: {mail: ana.hunter2}",
            "1:13: ana.mail: is not a mail address. Write it like ana@example.com, without a name."
        ),
        (
            "ana: {mail: \"Hunter2 <ana@example.com>\"}",
            "1:13: ana.mail: is not a mail address. Write it like ana@example.com, without a name."
        ),
        (
            "ana: {mail: \"hunter2@example.com\\r\\nBcc: x@example.com\"}",
            "1:13: ana.mail: is not a mail address. Write it like ana@example.com, without a name."
        ),
        (
            "ana: {push: hunter2/a}",
            "1:13: ana.push: is not an ntfy topic: up to 64 letters a-z, digits, - and _. Make one that nobody "
                + "guesses: echo ana-$(openssl rand -hex 8)"
        ),
        (
            "ana: {push: hunter2}\nben: {push: hunter2}",
            "2:13: ben.push: is also the topic of ana, so each would get the other's pages. Make one that nobody "
                + "guesses: echo ben-$(openssl rand -hex 8)"
        ),
        (
            "ana: {mail: [hunter2@example.com]}",
            "1:13: ana.mail: is a list, but must be one value. Write it like ana@example.com, without a name."
        ),
        (
            "ana: hunter2@example.com",
            "1:6: ana: is one value, but must be a mapping. Write it like ana: {mail: \"ana@example.com\", push: "
                + "ana-3f9c2e}."
        ),
    ])
func contactMistakes(_ text: String, _ says: String) throws {
    let errors = try errors(text)
    #expect(errors == ["contacts.yaml:" + says])
    #expect(!errors.joined().contains("hunter2") && !errors.joined().contains("Hunter2"))
}

@Test("With the last good configuration a mistake in one contact takes away that one alone")
func contactMistakesAreLenient() throws {
    let original = try Reading().configuration()
    let reading = Reading(folder: ["contacts.yaml": "ana: {mail: nonsense, push: topic-1}\nben: {push: topic-1}\n"])
    let restored = try reading.restored(original)
    #expect(restored.contacts == ["ana": ContactDetails(push: "topic-1")])
    #expect(restored.warnings.contains { $0.contains("ana.mail: is not a mail address") })
    #expect(restored.warnings.contains { $0.contains("ben.push: is also the topic of ana") })
}

@Test("What people entered themselves stands in the place of what was written for them")
func enteredContacts() throws {
    let entered: [UserID: ContactDetails] = [
        "ana": ContactDetails(mail: "ana@home.example"), "ben": ContactDetails(push: "ben-1"),
    ]
    let written: [UserID: ContactDetails] = ["ana": ContactDetails(mail: "ana@example.com", slack: "U01ANA")]
    #expect(
        written.entering(entered) == [
            "ana": ContactDetails(mail: "ana@home.example", slack: "U01ANA"), "ben": ContactDetails(push: "ben-1"),
        ])
}
