import Documents
import Engine
import Incidents
import OnCall
import Testing

/// The valid configuration with one more line under `channels`.
private func channels(_ line: String) throws -> Configuration {
    try Reading().replacing("channels:\n", "channels:\n  \(line)\n").configuration()
}

@Test(
    "A mail server's security and port follow from each other",
    arguments: [
        ("", 587, SMTPSettings.Security.startTLS), (", port: 465", 465, .tls), (", port: 25", 25, .startTLS),
        (", security: tls", 465, .tls), (", security: starttls", 587, .startTLS),
        (", security: tls, port: 2465", 2465, .tls),
    ])
func mailPorts(_ more: String, _ port: Int, _ security: SMTPSettings.Security) throws {
    let smtp = try channels("smtp: {host: m.example.com, from: t@example.com\(more)}").channels.smtp
    #expect(smtp == SMTPSettings(host: "m.example.com", port: port, security: security, from: "t@example.com"))
}

@Test("Only a server on this machine may do without TLS", arguments: ["localhost", "127.0.0.1", "\"::1\""])
func mailInPlain(_ host: String) throws {
    let smtp = try channels("smtp: {host: \(host), security: none, from: t@example.com, helo: pager.example.com}")
        .channels.smtp
    #expect(smtp?.security == SMTPSettings.Security.none)
    #expect(smtp?.port == 25)
    #expect(smtp?.helo == "pager.example.com")
}

@Test("A port that is for the other security is a warning")
func mailPortMismatch() throws {
    let smtp = "smtp: {host: m.example.com, from: t@example.com"
    #expect(
        try channels("\(smtp), port: 465, security: starttls}").warnings == [
            "tocsin.yaml:39:73: channels.smtp.security: is starttls, but port 465 is for TLS from the first byte. "
                + "Write tls, or leave it out."
        ])
    #expect(
        try channels("\(smtp), port: 587, security: tls}").warnings == [
            "tocsin.yaml:39:73: channels.smtp.security: is tls, but port 587 is for starttls. Write starttls, or leave "
                + "it out."
        ])
}

@Test("A mail server's certificates are found beside the configuration and handed on by an absolute path")
func mailCertificates() throws {
    var reading = Reading()
        .replacing("channels:\n", "channels:\n  smtp: {host: m, from: t@example.com, ca_file: tls/ca.pem}\n")
    reading.files["tls/ca.pem"] = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    let path = try #require(try reading.configuration().channels.smtp?.caFile)
    #expect(path.hasPrefix("/") && path.hasSuffix("/tls/ca.pem"))
}

@Test("ntfy without a token is for open servers; what can be read on the way is a warning")
func ntfy() throws {
    #expect(
        try channels("ntfy: {url: \"https://ntfy.example.com/\"}").channels.ntfy
            == NtfySettings(url: "https://ntfy.example.com"))
    #expect(try channels("ntfy: {url: \"http://127.0.0.1:8080\"}").warnings.isEmpty)
    let open = try channels("ntfy: {url: \"http://ntfy:80\", token: {env: NTFY_TOKEN}}")
    #expect(open.channels.ntfy == NtfySettings(url: "http://ntfy:80", token: "tk_hunter2"))
    #expect(
        open.warnings == [
            "tocsin.yaml:39:15: channels.ntfy.url: is not https, so pages can be read on the way. Use https if the "
                + "network is not yours."
        ])
}

@Test("Slack is heard by signed requests, by Socket Mode, or by both")
func slack() throws {
    let signed = try channels("slack: {bot: {env: SLACK_BOT}, signing_secret: {env: SLACK_SECRET}}").channels.slack
    #expect(signed == SlackSettings(bot: "xoxb-hunter2", signingSecret: "slack-hunter2-0123"))
    let socket = try channels(
        "slack: {bot: {env: SLACK_BOT}, app: {env: SLACK_APP}, api: \"http://127.0.0.1:9/api/\"}"
    ).channels.slack
    #expect(socket == SlackSettings(bot: "xoxb-hunter2", app: "xapp-hunter2", api: "http://127.0.0.1:9/api"))
}

@Test(
    "A team's room is a channel's name or its id",
    arguments: ["#ml-incidents", "#équipe_ml", "#2", "C0123ABC", "G0123ABC"])
func rooms(_ name: String) throws {
    let configuration = try Reading().replacing("members: [ana, ben]", "members: [ana, ben], chat: \"slack \(name)\"")
        .configuration()
    #expect(configuration.directory.teams["ml"]?.chat == ChatRoom(platform: "slack", name: name))
    #expect(
        configuration.warnings == ["tocsin.yaml:9:35: teams.ml.chat: is not posted to: there is no channels.slack."])
}

@Test("A step and a team name a webhook that is configured")
func webhooks() throws {
    let configuration = try Reading().replacing("members: [ana, ben]", "members: [ana, ben], chat: webhook ops")
        .replacing("page: [schedule primary]", "page: [schedule primary, webhook audit]")
        .replacing(
            "channels:\n",
            """
            channels:
              webhooks:
                ops: {url: "https://example.com/ops", secret: {env: HOOK_SECRET}}
                audit: {url: "https://example.com/audit", secret: {env: HOOK_SECRET}}

            """
        ).configuration()
    #expect(configuration.warnings.isEmpty)
    #expect(
        configuration.channels.webhooks.mapValues(\.url) == [
            "ops": "https://example.com/ops", "audit": "https://example.com/audit",
        ])
    #expect(configuration.directory.teams["ml"]?.chat == ChatRoom(platform: "webhook", name: "ops"))
    let step = configuration.directory.policies["ml"]?.steps[0]
    #expect(step?.rooms == [ChatRoom(platform: "webhook", name: "audit")])
    #expect(step?.page == [.schedule("primary")])
}

@Test(
    "Nothing else is a room",
    arguments: [
        "ml-incidents", "#", "#a b", "#a<b", "#A", "C0123abc", "U0123ABC", "#\(String(repeating: "a", count: 81))",
    ])
func notRooms(_ name: String) throws {
    let errors = try Reading().replacing("members: [ana, ben]", "members: [ana, ben], chat: \"slack \(name)\"").errors()
    #expect(errors.map { $0.contains("teams.ml.chat: ") } == [true])
}

@Test("The last good configuration runs without a channel whose secret has gone, and says so")
func channelsWithoutSecrets() throws {
    let lines = """
        channels:
          smtp: {host: m.example.com, from: t@example.com, user: tocsin, password: {env: SMTP_PASSWORD}}
          ntfy: {url: "https://ntfy.example.com", token: {env: NTFY_TOKEN}}
          slack: {bot: {env: SLACK_BOT}, signing_secret: {env: SLACK_SECRET}}

        """
    let original = try Reading().replacing("channels:\n", lines).configuration()
    func restored(without names: String...) throws -> Configuration {
        let environment = Reading.environment.filter { !names.contains($0.key) }
        return try ConfigurationReader(environment: environment, zoneinfo: [])
            .read(sources: original.sources, zones: original.zones, now: Reading.now)
    }
    #expect(try restored().channels == original.channels)

    let mute = try restored(without: "SMTP_PASSWORD", "NTFY_TOKEN", "SLACK_BOT", "HOOK_SECRET")
    #expect(mute.channels == ChannelSettings())
    for name in ["SMTP_PASSWORD", "NTFY_TOKEN", "SLACK_BOT"] {
        #expect(mute.warnings.contains { $0.contains("\(name) is not set, so what needs it does not work") })
    }
    #expect(mute.warnings.contains { $0.contains("channels: none is configured") })
    #expect(mute.directory.users["ana"]?.reachableBy == [.inbox])

    let deaf = try restored(without: "SLACK_SECRET")
    #expect(deaf.channels.slack == SlackSettings(bot: "xoxb-hunter2"), "Pages still leave.")
    #expect(deaf.channels.smtp == original.channels.smtp)
}
