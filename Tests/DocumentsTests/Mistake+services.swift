extension Mistake {
    /// Services, routes and integrations.
    static let services: [Mistake] = [
        Mistake(
            "a misspelt policy",
            "policy: ml", "policy: lm",
            #"29:20: services.ranker.policy: there is no policy "lm". Did you mean ml?"#),
        Mistake(
            "a service without a policy",
            "policy: ml, ", "",
            "29:11: services.ranker.policy: is mandatory and missing. Say who is paged for it: policy: ml."),
        Mistake(
            "a misspelt team",
            "team: ml", "team: mll",
            #"29:30: services.ranker.team: there is no team "mll". Did you mean ml?"#),
        Mistake(
            "a group by nothing",
            "team: ml", "group: {by: [], refire: 15m}",
            "29:36: services.ranker.group.by: is an empty list. Write it like [alertname, model]."),
        Mistake(
            "a refire window of more than a day",
            "team: ml", "group: {refire: 25h}",
            #"29:40: services.ranker.group.refire: "25h" is too long. Write a duration from 0s to 1d."#),
        Mistake(
            "a pattern in a route",
            #"'model="ranker"'"#, #"'model=~"rank.*"'"#,
            "31:13: routes[0].match: compares model with =~, and there are no patterns. Compare with = or !=, and "
                + "write one route for each value."),
        Mistake(
            "a double equals sign",
            #"'model="ranker"'"#, #"'model=="ranker"'"#,
            "31:13: routes[0].match: compares model with ==. Write a single =."),
        Mistake(
            "a value without quotes",
            #"'model="ranker"'"#, "'model=ranker'",
            #"31:13: routes[0].match: has no quoted value for model. Write it like 'model="ranker", env!="dev"'."#),
        Mistake(
            "quotes left open",
            #"'model="ranker"'"#, #"'model="ranker'"#,
            #"31:13: routes[0].match: does not close the quotes of model's value. Write it like 'model="ranker", "#
                + #"env!="dev"'."#),
        Mistake(
            "matchers without a comma",
            #"'model="ranker"'"#, #"'model="ranker" env="dev"'"#,
            #"31:13: routes[0].match: has "env="dev"" after a value. Separate matchers by commas."#),
        Mistake(
            "a comma at the end",
            #"'model="ranker"'"#, #"'model="ranker",'"#,
            #"31:13: routes[0].match: ends where a label should be. Write it like 'model="ranker", env!="dev"'."#),
        Mistake(
            "a route that matches nothing",
            #"match: 'model="ranker"', "#, "",
            #"31:5: routes[0].match: is mandatory and missing. Write it like {match: 'model="ranker"', service: "#
                + "ranker}."),
        Mistake(
            "a route to nowhere, and two mistakes told",
            #"'model="ranker"', service: ranker"#, #"'model="ranker"', service: rank, severity: critical"#,
            #"31:40: routes[0].service: there is no service "rank". Known: ranker."#,
            #"31:56: routes[0].severity: "critical" is not a severity. There are sev1, sev2, sev3 and sev4."#),
        Mistake(
            "a misspelt type",
            "type: alertmanager", "type: alertmanger",
            #"33:16: integrations.prod.type: "alertmanger" is not one of alertmanager, generic, heartbeat. Did "#
                + "you mean alertmanager?"),
        Mistake(
            "a key written out",
            "key: {env: KEY_PROD}", "key: hunter2-hunter2-hunter2",
            "33:35: integrations.prod.key: a secret must not stand in the configuration. Write {env: NAME} or "
                + "{file: PATH}, and keep the secret there."),
        Mistake(
            "a variable that is not set",
            "{env: KEY_PROD}", "{env: KEY_PRD}",
            "33:41: integrations.prod.key.env: the environment variable KEY_PRD is not set. Set it, or name "
                + "another."),
        Mistake(
            "the key of another integration",
            "{env: KEY_PROD}", "{env: KEY_OTHER}",
            "36:10: integrations.other.key: the key is the same as that of prod, so senders could not be told "
                + "apart. Make one with: openssl rand -hex 16"),
        Mistake(
            "a key that is too short",
            "{env: KEY_PROD}", "{env: KEY_SHORT}",
            "33:35: integrations.prod.key: the key is shorter than 16 characters. Make one with: openssl rand -hex "
                + "16"),
        Mistake(
            "a key that cannot stand in a path",
            "{env: KEY_PROD}", "{env: KEY_SLASHED}",
            "33:35: integrations.prod.key: the key has characters other than letters, digits and -._~, or more "
                + "than 200 of them. Make one with: openssl rand -hex 16"),
        Mistake(
            "a secret file that is not there",
            "{env: KEY_PROD}", "{file: /nowhere/key}",
            "33:42: integrations.prod.key.file: the file /nowhere/key cannot be read. Create it, or name another."),
        Mistake(
            "a secret where a variable's name belongs",
            "{env: KEY_PROD}", "{env: hunter2-hunter2-hunter2}",
            "33:41: integrations.prod.key.env: is not the name of an environment variable. Write {env: NAME} or "
                + "{file: PATH}, and keep the secret there."),
        Mistake(
            "a reference to nothing",
            "{env: KEY_PROD}", "{}",
            "33:35: integrations.prod.key: must be one reference. Write {env: NAME} or {file: PATH}, and keep the "
                + "secret there."),
        Mistake(
            "a sender expected every second",
            "expect_every: 10m", "expect_every: 1s",
            #"33:66: integrations.prod.expect_every: "1s" is too short. Write a duration from 30s to 31d."#),
        Mistake(
            "a map where none is read",
            "expect_every: 10m", "map: {key: id}",
            "33:57: integrations.prod.map: is only for type: generic. Remove it."),
        Mistake(
            "a map without a title",
            "map: {key: id, title: name}", "map: {key: id}",
            "37:10: integrations.other.map.title: is mandatory and missing. Say where the alert's title is: title: "
                + "name."),
        Mistake(
            "a generic integration without a map",
            "    map: {key: id, title: name}\n", "",
            "35:5: integrations.other.map: is mandatory and missing. Say where the sender's JSON keeps things: "
                + "map: {key: id, title: name}."),
        Mistake(
            "a path with a hole",
            "{key: id, title: name}", "{key: id, title: name, alerts: a..b}",
            #"37:41: integrations.other.map.alerts: "a..b" is not a path. Write names and indices with dots "#
                + "between: data.monitor.id or alerts.0.name."),
        Mistake(
            "a severity for the sender's word that is not",
            "{key: id, title: name}", "{key: id, title: name, severities: {P1: bad}}",
            #"37:50: integrations.other.map.severities.P1: "bad" is not a severity. There are sev1, sev2, sev3 "#
                + "and sev4."),
        Mistake(
            "the name of Tocsin's own alerts",
            "  prod:", "  tocsin:",
            "33:3: integrations.tocsin: is the name of Tocsin's own alerts. Choose another."),
    ]
}
