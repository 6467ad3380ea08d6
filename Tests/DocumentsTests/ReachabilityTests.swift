import Documents
import Engine
import Incidents
import OnCall
import Testing

private let mailServer = SMTPSettings(host: "m.example.com", from: "t@example.com")
private let pushServer = NtfySettings(url: "https://ntfy.example.com")
private let workspace = SlackSettings(bot: "xoxb-1", app: "xapp-1")
private let gateway = WebhookSettings(url: "https://example.com", secret: [])

@Test("Nothing but the inbox works without a channel, and each says what is missing")
func nothingConfigured() {
    let everything = ContactDetails(mail: "a@example.com", push: "a", slack: "U01")
    let reachability = Reachability(channels: ChannelSettings(), contacts: ["ana": everything])
    #expect(reachability.methods("ana") == [.inbox])
    #expect(reachability.isInboxOnly)
    #expect(reachability.obstacle("ana", to: .inbox) == nil)
    #expect(reachability.obstacle("ana", to: .mail) == "there is no channels.smtp")
    #expect(reachability.obstacle("ana", to: .push) == "there is no channels.ntfy")
    #expect(reachability.obstacle("ana", to: .chat) == "there is no channels.slack")
    #expect(
        reachability.obstacle("ana", to: .webhook)
            == "there is no channels.webhook, and no webhook of their own in the contacts file")
    #expect(reachability.obstacle("ana", to: .sms) == "there is no channels.sms")
    #expect(
        reachability.obstacle("ana", to: .call)
            == "there is no channels.call, and nobody in channels.sms who can call")
    #expect(reachability.obstacles("ana").allSatisfy { $0.lacksChannel })
}

@Test("Each method needs its channel and its address")
func eachMethod() {
    let channels = ChannelSettings(smtp: mailServer, ntfy: pushServer, slack: workspace)
    let reachability = Reachability(
        channels: channels,
        contacts: [
            "ana": ContactDetails(mail: "a@example.com"), "ben": ContactDetails(push: "b"),
            "chi": ContactDetails(slack: "U01"), "dia": ContactDetails(webhook: gateway),
        ])
    #expect(reachability.methods("ana") == [.inbox, .mail])
    #expect(reachability.methods("ben") == [.inbox, .push])
    #expect(reachability.methods("chi") == [.inbox, .chat])
    #expect(reachability.methods("dia") == [.inbox, .webhook])
    #expect(!reachability.isInboxOnly)
    #expect(
        reachability.obstacle("ben", to: .mail)
            == "no mail address is known: enter one at /me, or in the contacts file")
    #expect(
        reachability.obstacle("ana", to: .push) == "no ntfy topic is known: enter one at /me, or in the contacts file")
    #expect(
        reachability.obstacle("ana", to: .chat)
            == "no Slack id is known: write slack: U... under users.ana in the configuration")
    #expect(
        Reachability(channels: ChannelSettings(webhook: gateway), contacts: [:]).methods("eve") == [.inbox, .webhook])
}

@Test("Equipping a directory sets what works for everybody, and nothing else")
func equip() throws {
    let directory = try Reading().configuration().directory
    let equipped = Reachability(
        channels: ChannelSettings(smtp: mailServer), contacts: ["ana": ContactDetails(mail: "a@b.c")]
    )
    .equip(directory)
    #expect(equipped.users["ana"]?.reachableBy == [.inbox, .mail])
    #expect(equipped.users["ben"]?.reachableBy == [.inbox])
    #expect(Reachability(channels: ChannelSettings(webhook: gateway), contacts: [:]).equip(equipped) == directory)
}

@Test("Without any channel there is one warning, not one for each person")
func oneWarning() throws {
    let reading = Reading().replacing("channels:\n  webhook:", "# ")
        .replacing("    high: [webhook now, inbox 1m]\n", "")
    #expect(
        try reading.configuration().warnings == [
            "tocsin.yaml:1:1: channels: none is configured, so pages stand in the console's inbox and wake nobody. Add "
                + "smtp, ntfy, slack, sms or webhook."
        ])
}

@Test("Somebody whom only the inbox reaches is named with the places that page them, unless nobody would")
func inboxOnly() throws {
    var reading = Reading().replacing("channels:\n  webhook:", "# ")
        .replacing("teams:", "  dia: {zone: Asia/Singapore}\nteams:")
        .replacing("    high: [webhook now, inbox 1m]\n", "")
    reading.files["contacts.yaml"] = "ana: {webhook: {url: \"https://example.com/ana\", secret: {env: HOOK_SECRET}}}\n"
    let configuration = try reading.configuration()
    #expect(
        configuration.warnings == [
            "tocsin.yaml:4:3: users.ben: is paged by step 1 of policy ml (schedule primary), step 2 of policy ml "
                + "(schedule secondary) and the last resort, but only the inbox can reach them, and it wakes nobody. "
                + "Configure channels.smtp, channels.ntfy, channels.slack, channels.sms or channels.webhook, or give them a webhook "
                + "of their own in the contacts file."
        ])
    #expect(configuration.directory.users["ana"]?.reachableBy == [.inbox, .webhook])
    #expect(configuration.directory.users["ben"]?.reachableBy == [.inbox])
}

@Test("The way out is told for each channel there is, and the warning goes when one of them has an address")
func wayOut() throws {
    let lines = """
        channels:
          ntfy: {url: "https://ntfy.example.com"}
          slack: {bot: {env: SLACK_BOT}, app: {env: SLACK_APP}}
        #
        """
    let reading = Reading().replacing("channels:\n  webhook:", lines)
        .replacing("    high: [webhook now, inbox 1m]\n", "").replacing("[user ana, user ben]", "[user ana]")
        .replacing("people: [ana, ben]", "people: [ana]")
    func unreached(entered: [UserID: ContactDetails] = [:]) throws -> [String] {
        try reading.configuration(entered: entered).warnings.filter { $0.contains("only the inbox") }
    }
    #expect(
        try unreached() == [
            "tocsin.yaml:3:3: users.ana: is paged by step 1 of policy ml (schedule primary), step 2 of policy ml "
                + "(schedule secondary), step 2 of policy ml and 1 more, but only the inbox can reach them, and it "
                + "wakes nobody. No Slack id is known: write slack: U... under users.ana in the configuration. No ntfy "
                + "topic is known: enter one at /me, or in the contacts file."
        ])
    #expect(try unreached(entered: ["ana": ContactDetails(push: "ana-1")]).isEmpty)
}

@Test("The number that SMS and calls both lack is told once")
func lackedTwice() throws {
    let lines = """
        channels:
          sms: [{twilio: {account: AC00000000000000000000000000000000, token: {env: SLACK_BOT}, from: "+15005550006"}}]
        #
        """
    let reading = Reading().replacing("channels:\n  webhook:", lines)
        .replacing("    high: [webhook now, inbox 1m]\n", "")
    let told = try reading.configuration().warnings.first { $0.contains("only the inbox") }
    #expect(told?.ranges(of: "No phone number is known").count == 1, "\(told ?? "nothing")")
}

@Test("Somebody whose era is yet to come is looked at too, and somebody whose era is over is not")
func inboxOnlyByEra() throws {
    let people = """
        eras:
                  - {from: 2026-01-05, people: [ben]}
                  - {from: 2026-06-01, people: [ana]}
                  - {from: 2027-03-01, people: [dia, ana]}
        """
    let reading = Reading().replacing("  webhook:", "  ntfy: {url: \"https://ntfy.example.com\"}\n# ")
        .replacing("people: [ana, ben]", people)
        .replacing("teams:", "  dia: {zone: Asia/Singapore}\nteams:").replacing(", user ben]", "]")
        .replacing("    high: [webhook now, inbox 1m]\n", "")
    let warned = try reading.configuration().warnings.filter { $0.contains("only the inbox") }
    #expect(warned.map { $0.prefix { $0 != " " } } == ["tocsin.yaml:3:3:", "tocsin.yaml:7:3:"])
    let directory = try reading.configuration().directory
    let always = Reachability(channels: ChannelSettings(ntfy: pushServer), contacts: [:]).report(directory)
    #expect(always.map(\.user) == ["ana", "ben", "dia"], "Without a moment, every era counts.")
}

@Test("The table is aligned, and leaves out what is the same for everybody")
func table() throws {
    let directory = try Reading().configuration().directory
    let reachability = Reachability(
        channels: ChannelSettings(smtp: mailServer, ntfy: pushServer),
        contacts: ["ana": ContactDetails(mail: "ana@example.com", push: "ana-1")])
    #expect(
        ReachabilityTable(directory, reachability).lines == [
            "who  methods            obstacles",
            "ana  inbox, mail, push  -",
            "ben  inbox              mail: no mail address is known, push: no ntfy topic is known",
        ])
}
