extension Mistake {
    /// Policies, and how durations and numbers are written.
    static let policies: [Mistake] = [
        Mistake(
            "a duration with a unit nobody has",
            "wait: 5m", "wait: 5x",
            #"22:42: policies.ml.steps[0].wait: "5x" is not a duration. Write it like 30s, 5m or 1h30m."#),
        Mistake(
            "a bare number",
            "wait: 5m", "wait: 5",
            #"22:42: policies.ml.steps[0].wait: "5" is not a duration. Write it like 30s, 5m or 1h30m."#),
        Mistake(
            "a wait longer than S1 allows",
            "wait: 5m", "wait: 45m",
            #"22:42: policies.ml.steps[0].wait: "45m" is too long. Write a duration from 10s to 30m. While nobody "#
                + "has answered, a page must be due within 30 minutes."),
        Mistake(
            "a wait nobody could answer in",
            "wait: 5m", "wait: 5s",
            #"22:42: policies.ml.steps[0].wait: "5s" is too short. Write a duration from 10s to 30m."#),
        Mistake(
            "a clock time, which YAML 1.1 would read as 960",
            "wait: 5m", "wait: 16:00",
            #"22:42: policies.ml.steps[0].wait: "16:00" is not a duration. Write it like 30s, 5m or 1h30m."#),
        Mistake(
            "a number in scientific notation",
            "wait: 5m", "wait: 1e3",
            #"22:42: policies.ml.steps[0].wait: "1e3" is not a duration. Write it like 30s, 5m or 1h30m."#),
        Mistake(
            "a YAML 1.1 truth value",
            "wait: 5m", "wait: no",
            #"22:42: policies.ml.steps[0].wait: "no" is not a duration. Write it like 30s, 5m or 1h30m."#),
        Mistake(
            "units in the wrong order",
            "wait: 5m", "wait: 30s5m",
            #"22:42: policies.ml.steps[0].wait: "30s5m" is not a duration. Write it like 30s, 5m or 1h30m."#),
        Mistake(
            "a list where one value belongs",
            "wait: 5m", "wait: [5m]",
            "22:42: policies.ml.steps[0].wait: is a list, but must be one value. Write it like 30s, 5m or 1h30m."),
        Mistake(
            "a value left empty",
            "    wait: 10m", "    wait:",
            "24:14: policies.ml.steps[1].wait: is mandatory and missing. Say how long to wait for an answer: wait: "
                + "5m."),
        Mistake(
            "a mandatory key left out",
            ", wait: 5m", "",
            "22:9: policies.ml.steps[0].wait: is mandatory and missing. Say how long to wait for an answer: wait: "
                + "5m."),
        Mistake(
            "a misspelt mandatory key, told once",
            "wait: 5m", "wiat: 5m",
            "22:36: policies.ml.steps[0].wiat: is not a key known here. Did you mean wait?"),
        Mistake(
            "a misspelt schedule",
            "page: [schedule primary]", "page: [schedule primry]",
            #"22:17: policies.ml.steps[0].page[0]: there is no schedule "primry". Did you mean primary?"#),
        Mistake(
            "a team to page that there is not",
            "page: [schedule primary]", "page: [team mll]",
            #"22:17: policies.ml.steps[0].page[0]: there is no team "mll". Did you mean ml?"#),
        Mistake(
            "somebody next in a schedule that there is not",
            "page: [schedule primary]", "page: [next primry]",
            #"22:17: policies.ml.steps[0].page[0]: there is no schedule "primry". Did you mean primary?"#),
        Mistake(
            "a channel and nobody",
            "page: [schedule primary]", ##"page: ["channel slack #ml"]"##,
            "22:16: policies.ml.steps[0].page: pages nobody: a channel or a webhook does not wake anybody. Page "
                + "somebody in this step, or name the channel in the step that does."),
        Mistake(
            "a webhook that there is not",
            "page: [schedule primary]", "page: [schedule primary, webhook opps]",
            #"22:35: policies.ml.steps[0].page[1]: there is no webhook "opps". No webhook is configured."#),
        Mistake(
            "two conditions on the severity",
            "when: severity >= sev2", "when: [severity >= sev2, severity <= sev3]",
            "25:34: policies.ml.steps[1].when[1]: is a second condition on the severity. Write one step for each."),
        Mistake(
            "hours of the recipient that are none",
            "when: severity >= sev2", "when: recipient day",
            #"25:15: policies.ml.steps[1].when: "day" is not a span of hours: "day" is not two clock times. Write it "#
                + #"like "08:00-16:00", "mon-fri 09:00-17:00" or "sat,sun 10:00-22:00"."#),
        Mistake(
            "nobody to page",
            "page: [schedule primary]", "page: []",
            "22:16: policies.ml.steps[0].page: is an empty list. Write it like [user ana, schedule sun, "
                + #"team ml, "channel slack #ml", webhook ops]."#),
        Mistake(
            "one target without brackets",
            "page: [schedule primary]", "page: user ana",
            "22:16: policies.ml.steps[0].page: is one value, but must be a list. Write it like [user ana, schedule "
                + #"sun, team ml, "channel slack #ml", webhook ops]."#),
        Mistake(
            "a target without its kind",
            "page: [schedule primary]", "page: [ana]",
            #"22:17: policies.ml.steps[0].page[0]: "ana" is not somebody to page. Write it like [user ana, "#
                + #"schedule sun, team ml, "channel slack #ml", webhook ops]."#),
        Mistake(
            "a misspelt user",
            "secondary, user ana]", "secondary, user anna]",
            #"23:36: policies.ml.steps[1].page[1]: there is no user "anna". Did you mean ana?"#),
        Mistake(
            "a policy without steps",
            "    steps:\n      - {page: [schedule primary], wait: 5m}\n      - page: [schedule secondary, user "
                + "ana]\n        wait: 10m\n        when: severity >= sev2\n",
            "",
            "21:5: policies.ml.steps: is mandatory and missing. Write a list of steps: steps: [{page: [schedule "
                + "primary], wait: 5m}]."),
        Mistake(
            "a comparison there is not",
            "when: severity >= sev2", "when: severity > sev2",
            #"25:15: policies.ml.steps[1].when: "severity > sev2" is not a condition. Write it like severity >= "#
                + #"sev2, service hours, outside service hours or "recipient 08:00-20:00"."#),
        Mistake(
            "a severity there is not",
            "when: severity >= sev2", "when: severity >= sev9",
            #"25:15: policies.ml.steps[1].when: "severity >= sev9" is not a condition: "sev9" is not a severity. "#
                + "There are sev1, sev2, sev3 and sev4."),
        Mistake(
            "a repeat in scientific notation",
            "repeat: 1", "repeat: 1e3",
            #"26:13: policies.ml.repeat: "1e3" is not a number that can be used here. Write a whole number from 0 "#
                + "to 100."),
        Mistake(
            "a negative repeat",
            "repeat: 1", "repeat: -1",
            #"26:13: policies.ml.repeat: "-1" is not a number that can be used here. Write a whole number from 0 "#
                + "to 100."),
        Mistake(
            "a hexadecimal repeat",
            "repeat: 1", "repeat: 0x10",
            #"26:13: policies.ml.repeat: "0x10" is not a number that can be used here. Write a whole number from "#
                + "0 to 100."),
        Mistake(
            "a timeout for a severity that has none",
            "ack_timeout: {sev1: 30m}", "ack_timeout: {sev3: 30m}",
            "27:19: policies.ml.ack_timeout.sev3: is not a key known here. Did you mean sev1?"),
        Mistake(
            "one timeout for all",
            "ack_timeout: {sev1: 30m}", "ack_timeout: 30m",
            "27:18: policies.ml.ack_timeout: is one value, but must be a mapping. Write it like {sev1: 30m, sev2: "
                + "60m}, or never."),
        Mistake(
            "a timeout too short to work in",
            "{sev1: 30m}", "{sev1: 10s}",
            #"27:25: policies.ml.ack_timeout.sev1: "10s" is too short. Write a duration from 1m to 7d."#),
        Mistake(
            "a team to tell that is not there",
            "services:\n", "  low: {steps: [{page: [user ana], wait: 5m, tell: [team lm]}]}\nservices:\n",
            #"28:53: policies.low.steps[0].tell[0]: there is no team "lm". Did you mean ml?"#),
    ]
}
