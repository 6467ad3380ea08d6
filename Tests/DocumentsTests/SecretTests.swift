import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Testing

@Test("Secrets appear in no warning, no recorded source and no description of the configuration")
func secretsStayHidden() throws {
    var reading = Reading()
    reading.files["contacts.yaml"] = "ana: {webhook: {url: \"https://example.com/ana\", secret: {env: HOOK_SECRET}}}\n"
    let configuration = try reading.configuration()
    #expect(configuration.integrations[0].key == "prod-key-0123456789")
    #expect(configuration.channels.webhook?.secret == Array(repeating: 0x5A, count: 32))

    let shown = [
        "\(configuration.integrations)", String(reflecting: configuration.integrations),
        "\(configuration.channels)", String(reflecting: configuration.channels), "\(configuration.contacts)",
        configuration.warnings.joined(), configuration.sources.map(\.text).joined(), dumped(configuration.channels),
        dumped(configuration.integrations),
    ].joined(separator: "\n")
    for secret in ["prod-key-0123456789", "other-key-0123456789", Reading.signingKey, "90, 90, 90"] {
        #expect(!shown.contains(secret))
    }
    #expect(configuration.sources.allSatisfy { !$0.text.contains("example.com/ana") })
}

private func dumped(_ value: some Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
}

@Test("Neither a channel's secrets nor anybody's address is shown, however settings are printed")
func channelsStayHidden() throws {
    let lines = """
        channels:
          smtp: {host: m.example.com, from: t@example.com, user: hunter2, password: {env: SMTP_PASSWORD}}
          ntfy: {url: "https://ntfy.example.com", token: {env: NTFY_TOKEN}}
          slack: {bot: {env: SLACK_BOT}, signing_secret: {env: SLACK_SECRET}, app: {env: SLACK_APP}}

        """
    var reading = Reading().replacing("channels:\n", lines)
    reading.files["contacts.yaml"] = "ana: {mail: ana-hunter2@example.com, push: ana-hunter2}\n"
    let configuration = try reading.configuration()
    #expect(configuration.channels.smtp?.password == "mail-hunter2")
    #expect(configuration.contacts["ana"]?.push == "ana-hunter2")
    let channels = configuration.channels
    let shown = [
        "\(channels)", String(reflecting: channels), dumped(channels), "\(configuration.contacts)",
        String(reflecting: configuration.contacts), dumped(configuration.contacts),
        configuration.warnings.joined(),
    ]
    #expect(!shown.joined().contains("hunter2"))
}

@Test("A secret may be a file, beside the configuration or elsewhere; a newline at its end does not count")
func secretFiles() throws {
    var reading = Reading().replacing("{env: KEY_PROD}", "{file: secrets/prod}")
    reading.files["secrets/prod"] = "file-key-0123456789\n"
    #expect(try reading.configuration().integrations[0].key == "file-key-0123456789")
    reading.files["secrets/prod"] = "\n"
    #expect(try reading.errors() == ["tocsin.yaml:33:35: integrations.prod.key: the secret is empty."])
    reading.files["secrets/prod"] = ""
    #expect(try reading.errors() == ["tocsin.yaml:33:35: integrations.prod.key: the secret is empty."])
}

@Test(
    "Signing secrets are 24 to 64 bytes in base64 after whsec_",
    arguments: [
        (String?.some("whsec_"), 23, false), ("whsec_", 24, true), ("whsec_", 64, true), ("whsec_", 65, false),
        ("", 32, false), ("WHSEC_", 32, false), (nil, 32, false),
    ])
func signingSecrets(_ prefix: String?, _ count: Int, _ isGood: Bool) throws {
    var reading = Reading()
    let base64 = Data((0..<count).map { UInt8($0) }).base64EncodedString()
    reading.environment["HOOK_SECRET"] = prefix.map { $0 + base64 } ?? "whsec_\(base64.dropLast(2))!!"
    let errors = try reading.errors()
    #expect(errors.isEmpty == isGood)
    if isGood { #expect(try reading.configuration().channels.webhook?.secret == (0..<count).map { UInt8($0) }) }
    #expect(!errors.joined().contains(base64))
}

@Test("A check without secrets needs none, and still wants references")
func withoutSecrets() throws {
    var reading = Reading()
    reading.environment = [:]
    #expect(try reading.errors().count == 3)
    reading.readSecrets = false
    let configuration = try reading.configuration()
    #expect(configuration.integrations.map(\.key) == ["", ""])
    #expect(configuration.directory.users["ana"]?.reachableBy == [.inbox, .webhook])
    #expect(try reading.replacing("{env: KEY_PROD}", "hunter2-hunter2-hunter2").errors().count == 1)
}
