extension Mistake {
    /// The ways out to people.
    static let channels: [Mistake] = [
        Mistake(
            "an address that is not http",
            "https://example.com/hook", "ftp://example.com/hook",
            "39:18: channels.webhook.url: is not an http or https address. Write it like https://example.com/hook."),
        Mistake(
            "an address with a password",
            "https://example.com/hook", "https://me:hunter2@example.com/hook",
            "39:18: channels.webhook.url: has a user, a password or a fragment. Write it like "
                + "https://example.com/hook. The secret signs each request."),
        Mistake(
            "a signing secret written out",
            "secret: {env: HOOK_SECRET}", "secret: whsec_hunter2",
            "39:54: channels.webhook.secret: a secret must not stand in the configuration. Write {env: NAME} or "
                + "{file: PATH}, and keep the secret there."),
        Mistake(
            "a signing secret of another form",
            "{env: HOOK_SECRET}", "{env: KEY_PROD}",
            "39:54: channels.webhook.secret: the secret is not whsec_ and 24 to 64 bytes in base64. Make one with: "
                + "echo whsec_$(openssl rand -base64 32)"),
        Mistake(
            "a channel nobody knows",
            "channels:\n", "channels:\n  pager: {}\n",
            "39:3: channels.pager: is not a key known here. Known: call, ntfy, slack, sms, smtp, webhook, webhooks."),
        Mistake(
            "webhooks without names",
            "channels:\n", "channels:\n  webhooks: https://example.com/ops\n",
            "39:13: channels.webhooks: is one value, but must be a mapping. Write it like webhooks: {ops: {url: "
                + #""https://example.com/hook", secret: {env: OPS_SECRET}}}."#),
        Mistake(
            "a webhook that is told unsigned",
            "channels:\n", "channels:\n  webhooks: {ops: {url: \"https://example.com/ops\"}}\n",
            "39:19: channels.webhooks.ops.secret: is mandatory and missing. Write it like {url: "
                + #""https://example.com/hook", secret: {env: WEBHOOK_SECRET}}."#),
        Mistake(
            "a mail server without a host",
            "channels:\n",
            "channels:\n  smtp: {from: t@example.com}\n",
            "39:9: channels.smtp.host: is mandatory and missing. Write it like {host: "
                + #"mail.example.com, from: "tocsin@example.com", user: tocsin, password: {env: "#
                + "SMTP_PASSWORD}}."),
        Mistake(
            "a mail server without a sender",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com}\n",
            "39:9: channels.smtp.from: is mandatory and missing. Say whom mail comes from: from: "
                + #""tocsin@example.com"."#),
        Mistake(
            "a mail server as an address of the web",
            "channels:\n",
            #"channels:\#n  smtp: {host: "smtp://me:hunter2@m.example.com", from: t@example.com}\#n"#,
            "39:16: channels.smtp.host: is not the name or address of a machine. Write it like "
                + "mail.example.com, without smtp:// and without a port."),
        Mistake(
            "a mail server with its port",
            "channels:\n",
            #"channels:\#n  smtp: {host: "m.example.com:587", from: t@example.com}\#n"#,
            "39:16: channels.smtp.host: is not the name or address of a machine. Write it like "
                + "mail.example.com, without smtp:// and without a port."),
        Mistake(
            "a sender with a name",
            "channels:\n",
            #"channels:\#n  smtp: {host: m.example.com, from: "Tocsin <t@example.com>"}\#n"#,
            "39:37: channels.smtp.from: is not a mail address. Write it like tocsin@example.com, "
                + "without a name."),
        Mistake(
            "a sender with a second header",
            "channels:\n",
            #"channels:\#n  smtp: {host: m.example.com, from: "t@example.com\r\nBcc: x@example.com"}\#n"#,
            "39:37: channels.smtp.from: is not a mail address. Write it like tocsin@example.com, "
                + "without a name."),
        Mistake(
            "a port there is not",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, port: 65536}\n",
            #"39:58: channels.smtp.port: "65536" is not a number that can be used here. Write a whole "#
                + "number from 1 to 65535."),
        Mistake(
            "a misspelt security",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, security: startls}\n",
            #"39:62: channels.smtp.security: "startls" is not one of starttls, tls, none. Did you "#
                + "mean starttls?"),
        Mistake(
            "a mail server elsewhere without TLS",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, security: none}\n",
            "39:62: channels.smtp.security: is none, so pages and the password could be read on the "
                + "way. Write starttls or tls: only a server on this machine (localhost, 127.0.0.1 or ::1) "
                + "may do without."),
        Mistake(
            "a password without a user",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, password: {env: SMTP_PASSWORD}}\n",
            "39:9: channels.smtp.user: is mandatory and missing. A password needs the name to log in "
                + "with: user: tocsin."),
        Mistake(
            "a user without a password",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, user: tocsin}\n",
            "39:9: channels.smtp.password: is mandatory and missing. A user logs in with one: "
                + "password: {env: SMTP_PASSWORD}. Or remove user."),
        Mistake(
            "a password written out",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, user: tocsin, password: hunter2}\n",
            "39:76: channels.smtp.password: a secret must not stand in the configuration. Write "
                + "{env: NAME} or {file: PATH}, and keep the secret there."),
        Mistake(
            "a misspelt password, told once",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, user: tocsin, "
                + "passwort: {env: SMTP_PASSWORD}}\n",
            "39:66: channels.smtp.passwort: is not a key known here. Did you mean password?"),
        Mistake(
            "a password that is not set",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, user: tocsin, password: {env: SMTP_PASS}}\n",
            "39:82: channels.smtp.password.env: the environment variable SMTP_PASS is not set. Set "
                + "it, or name another."),
        Mistake(
            "a password of two lines",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, user: tocsin, password: {env: TWO_LINES}}\n",
            "39:76: channels.smtp.password: the password has control characters, or is longer than "
                + "1000 bytes. Put it there alone."),
        Mistake(
            "a user of two lines",
            "channels:\n",
            #"channels:\#n  smtp: {host: m.example.com, from: t@example.com, user: "a\nb", "#
                + "password: {env: SMTP_PASSWORD}}\n",
            "39:58: channels.smtp.user: has control characters, or is longer than 256 bytes. Write "
                + "the name to log in with."),
        Mistake(
            "certificates that are not there",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, ca_file: /nowhere/ca.pem}\n",
            "39:61: channels.smtp.ca_file: the file /nowhere/ca.pem cannot be read. Name a PEM file "
                + "of certificates, such as /etc/ssl/certs/our-ca.pem."),
        Mistake(
            "certificates that are none",
            "channels:\n",
            "channels:\n  smtp: {host: m.example.com, from: t@example.com, ca_file: tocsin.yaml}\n",
            "39:61: channels.smtp.ca_file: the file tocsin.yaml holds no certificate in PEM form. "
                + "Name a PEM file of certificates, such as /etc/ssl/certs/our-ca.pem."),
        Mistake(
            "a greeting that is no name",
            "channels:\n",
            #"channels:\#n  smtp: {host: m.example.com, from: t@example.com, helo: "x y"}\#n"#,
            "39:58: channels.smtp.helo: is not the name or address of a machine. Write it like "
                + "tocsin.example.com."),
    ]
}
