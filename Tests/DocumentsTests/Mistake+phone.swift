extension Mistake {
    private static func sms(_ name: String, _ text: String, _ says: String...) -> Mistake {
        Mistake(name, "channels:\n", "channels:\n  sms: \(text)\n", says: says.map { "39:\($0)" })
    }

    private static let account = "AC00000000000000000000000000000001"
    private static let twilioHint = #"Write it like {account: AC..., token: {env: TWILIO_TOKEN}, from: "+1..."}."#
    private static let listHint =
        #"Write it like [{twilio: {account: AC..., token: {env: TWILIO_TOKEN}, from: "+1..."}}]."#

    /// Who sends SMS and calls.
    static let phones: [Mistake] = [
        sms("no list of providers", "{twilio: {}}", "8: channels.sms: is a mapping, but must be a list. \(listHint)"),
        sms(
            "a provider nobody knows", "[{nexmo: {}}]",
            "10: channels.sms[0].nexmo: is not a key known here. Known: signalwire, twilio."),
        sms(
            "an item without a provider", "[{}]",
            "9: channels.sms[0]: names no provider. There are twilio and signalwire. \(listHint)"),
        sms(
            "two providers in one item", "[{twilio: {}, signalwire: {}}]",
            "9: channels.sms[0]: names two providers. Give each an item of its own: they are tried in order."),
        sms(
            "an account without a token", "[{twilio: {account: \(account)}}]",
            "18: channels.sms[0].twilio.token: is mandatory and missing. Take the Auth Token from the console: token: "
                + "{env: TWILIO_TOKEN}."),
        sms(
            "a token written out", "[{twilio: {account: \(account), token: hunter2}}]",
            "71: channels.sms[0].twilio.token: a secret must not stand in the configuration. Write {env: NAME} or "
                + "{file: PATH}, and keep the secret there."),
        sms(
            "a token as the account", "[{twilio: {account: hunter2hunter2, token: {env: TW_TOKEN}}}]",
            "28: channels.sms[0].twilio.account: is not an id that begins with AC. Take the Account SID from the "
                + "console, which begins with AC."),
        sms(
            "a reference to what is no account", "[{twilio: {account: {env: TW_SID}, token: {env: TW_TOKEN}}}]",
            "28: channels.sms[0].twilio.account: what it refers to is not an id that begins with AC. Take the Account "
                + "SID from the console, which begins with AC."),
        sms(
            "a number without its country",
            #"[{twilio: {account: \#(account), token: {env: TW_TOKEN}, from: "0151 hunter2"}}]"#,
            "94: channels.sms[0].twilio.from: is not a phone number in E.164: + and 8 to 15 digits. Write it like "
                + #""+15551230000", with the quotes."#),
        sms(
            "a number and a service",
            #"[{twilio: {account: \#(account), token: {env: TW_TOKEN}, from: "+15551230000", messaging_service: "#
                + "MG00000000000000000000000000000001}}]",
            "18: channels.sms[0].twilio: has both from and messaging_service. Write one of them."),
        sms(
            "an API key without its secret",
            "[{twilio: {account: \(account), token: {env: TW_TOKEN}, api_key: SK00000000000000000000000000000001}}]",
            "18: channels.sms[0].twilio: has an api_key without its api_secret. Write api_secret: {env: "
                + "TWILIO_API_SECRET}."),
        sms(
            "an address that is not https",
            #"[{twilio: {account: \#(account), token: {env: TW_TOKEN}, url: "http://twilio.example.com"}}]"#,
            "93: channels.sms[0].twilio.url: is not https, so the token could be read on the way. Write an https "
                + "address."),
        sms(
            "the same account twice",
            "[{twilio: {account: \(account), token: {env: TW_TOKEN}}}, "
                + "{twilio: {account: \(account), token: {env: TW_TOKEN}}}]",
            "90: channels.sms[1]: is the same account again. Name each account once."),
        Mistake(
            "calls neither off nor by somebody", "channels:\n", "channels:\n  call: never\n",
            #"39:9: channels.call: "never" is not off. Write off, a list of providers, or leave it out: then those of "#
                + "sms call."),
    ]
}
