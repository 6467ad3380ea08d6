extension Mistake {
    /// ntfy and Slack.
    static let messengers: [Mistake] = [
        Mistake(
            "ntfy without an address",
            "channels:\n",
            "channels:\n  ntfy: {token: {env: NTFY_TOKEN}}\n",
            "39:9: channels.ntfy.url: is mandatory and missing. Write it like {url: "
                + #""https://ntfy.example.com", token: {env: NTFY_TOKEN}}."#),
        Mistake(
            "ntfy with a topic",
            "channels:\n",
            #"channels:\#n  ntfy: {url: "https://ntfy.example.com/hunter2"}\#n"#,
            "39:15: channels.ntfy.url: has a path. Write it like https://ntfy.example.com. Each "
                + "person's topic goes into the contacts file, or to /me."),
        Mistake(
            "ntfy with a login in its address",
            "channels:\n",
            #"channels:\#n  ntfy: {url: "https://me:hunter2@ntfy.example.com"}\#n"#,
            "39:15: channels.ntfy.url: has a user, a password or a fragment. Write it like "
                + "https://ntfy.example.com. Write token: {env: NTFY_TOKEN}."),
        Mistake(
            "a token written out",
            "channels:\n",
            #"channels:\#n  ntfy: {url: "https://ntfy.example.com", token: tk_hunter2}\#n"#,
            "39:50: channels.ntfy.token: a secret must not stand in the configuration. Write {env: "
                + "NAME} or {file: PATH}, and keep the secret there."),
        Mistake(
            "a token of something else",
            "channels:\n",
            #"channels:\#n  ntfy: {url: "https://ntfy.example.com", token: {env: SLACK_BOT}}\#n"#,
            "39:50: channels.ntfy.token: the secret does not begin with tk_. Make one with: ntfy "
                + "token add USER. It begins with tk_."),
        Mistake(
            "a token with a space",
            "channels:\n",
            #"channels:\#n  ntfy: {url: "https://ntfy.example.com", token: {env: SPACED_TOKEN}}\#n"#,
            "39:50: channels.ntfy.token: the secret has spaces or other characters that no token "
                + "has. Make one with: ntfy token add USER. It begins with tk_."),
        Mistake(
            "a bot token written out",
            "channels:\n",
            "channels:\n  slack: {bot: xoxb-hunter2, signing_secret: {env: SLACK_SECRET}}\n",
            "39:16: channels.slack.bot: a secret must not stand in the configuration. Write {env: "
                + "NAME} or {file: PATH}, and keep the secret there."),
        Mistake(
            "Slack without a bot",
            "channels:\n",
            "channels:\n  slack: {signing_secret: {env: SLACK_SECRET}}\n",
            "39:10: channels.slack.bot: is mandatory and missing. Write it like {bot: {env: "
                + "SLACK_BOT_TOKEN}, signing_secret: {env: SLACK_SIGNING_SECRET}}."),
        Mistake(
            "Slack without a way in",
            "channels:\n",
            "channels:\n  slack: {bot: {env: SLACK_BOT}}\n",
            "39:10: channels.slack.signing_secret: is mandatory and missing. Without it and without "
                + "app, nothing that people press or type in Slack would arrive. Write signing_secret: "
                + "{env: SLACK_SIGNING_SECRET} when Slack can reach this server, else app: {env: "
                + "SLACK_APP_TOKEN} for Socket Mode."),
        Mistake(
            "a misspelt way in, told once",
            "channels:\n",
            "channels:\n  slack: {bot: {env: SLACK_BOT}, apps: {env: SLACK_APP}}\n",
            "39:34: channels.slack.apps: is not a key known here. Did you mean app?"),
        Mistake(
            "the tokens of Slack the wrong way round",
            "channels:\n",
            "channels:\n  slack: {bot: {env: SLACK_APP}, app: {env: SLACK_BOT}}\n",
            "39:16: channels.slack.bot: the secret does not begin with xoxb-. Take the app's Bot "
                + "User OAuth Token, which begins with xoxb-.",
            "39:39: channels.slack.app: the secret does not begin with xapp-. Take an app-level "
                + "token with connections:write, which begins with xapp-."),
        Mistake(
            "a signing secret that is too short",
            "channels:\n",
            "channels:\n  slack: {bot: {env: SLACK_BOT}, signing_secret: {env: KEY_SHORT}}\n",
            "39:50: channels.slack.signing_secret: the secret is not 16 to 200 characters without "
                + "spaces. Take the Signing Secret from the app's Basic Information."),
        Mistake(
            "an address of Slack's without TLS",
            "channels:\n",
            #"channels:\#n  slack: {bot: {env: SLACK_BOT}, app: {env: SLACK_APP}, "#
                + "api: \"http://slack.example.com/api\"}\n",
            "39:62: channels.slack.api: is not https, so the bot token could be read on the way. "
                + "Write an https address."),
        Mistake(
            "an address of Slack's with a query",
            "channels:\n",
            #"channels:\#n  slack: {bot: {env: SLACK_BOT}, app: {env: SLACK_APP}, "#
                + "api: \"https://slack.example.com/api?a=hunter2\"}\n",
            "39:62: channels.slack.api: has a query. Leave it out, or write it like "
                + "https://slack.com/api."),
        Mistake(
            "a Slack user who is a name",
            "zone: Europe/Berlin}", "zone: Europe/Berlin, slack: ana}",
            #"3:54: users.ana.slack: "ana" is not the id of a Slack user, such as U01ABC. In Slack it is under the "#
                + "person's profile, Copy member ID."),
        Mistake(
            "a channel's id for a Slack user",
            "zone: Europe/Berlin}", "zone: Europe/Berlin, slack: C01ANA}",
            #"3:54: users.ana.slack: "C01ANA" is not the id of a Slack user, such as U01ABC. In Slack it is under "#
                + "the person's profile, Copy member ID."),
        Mistake(
            "two people with one Slack id",
            "  ben:\n",
            "  dia: {zone: UTC, slack: U01ANA}\n  chi: {zone: UTC, slack: U01ANA}\n  ben:\n",
            "5:27: users.chi.slack: is also the id of dia, so one could act as the other. In Slack it is under the "
                + "person's profile, Copy member ID."),
        Mistake(
            "a room without quotes",
            "members: [ana, ben]}", "members: [ana, ben], chat: slack\n    #ml-incidents\n    }",
            #"9:35: teams.ml.chat: "slack" is not a room in a chat. Write it like "slack #ml-incidents", with the "#
                + "quotes: a # outside of them begins a comment."),
        Mistake(
            "a room of another chat",
            "members: [ana, ben]}", #"members: [ana, ben], chat: "zulip #ml"}"#,
            #"9:35: teams.ml.chat: "zulip" is not a chat that is known here. There are slack and webhook. Write it like "slack "#
                + #"#ml-incidents", with the quotes: a # outside of them begins a comment."#),
        Mistake(
            "a room in capitals",
            "members: [ana, ben]}", ##"members: [ana, ben], chat: "slack #ML"}"##,
            ##"9:35: teams.ml.chat: "#ML" is not a Slack channel. Write its name like #ml-incidents, in lower case, "##
                + "or its id like C0123ABC."),
    ]
}
