extension Mistake {
    /// Users, teams and schedules.
    static let people: [Mistake] = [
        Mistake(
            "a misspelt zone",
            "zone: Europe/Berlin}", "zone: Europe/Berln}",
            #"3:32: users.ana.zone: "Europe/Berln" is not a time zone. Did you mean Europe/Berlin?"#),
        Mistake(
            "a city alone",
            "zone: Europe/Berlin}", "zone: Berlin}",
            #"3:32: users.ana.zone: "Berlin" is not a time zone. Did you mean Europe/Berlin?"#),
        Mistake(
            "a zone in lower case",
            "zone: Europe/Berlin}", "zone: europe/berlin}",
            #"3:32: users.ana.zone: "europe/berlin" is not a time zone. Did you mean Europe/Berlin?"#),
        Mistake(
            "a path as a zone",
            "zone: Europe/Berlin}", "zone: ../../../etc/passwd}",
            #"3:32: users.ana.zone: "../../../etc/passwd" is not a time zone. Use a name of the tz database such "#
                + "as Europe/Berlin."),
        Mistake(
            "a user without a zone",
            ", zone: Europe/Berlin}", "}",
            "3:8: users.ana.zone: is mandatory and missing. Say where ana lives, such as zone: Europe/Berlin."),
        Mistake(
            "a key nobody knows",
            "zone: Europe/Berlin}", "zone: Europe/Berlin, colour: red}",
            "3:47: users.ana.colour: is not a key known here. Known: digest, high, holidays, low, name, quiet, role, slack, "
                + "time_off, zone."),
        Mistake(
            "a digest without a time",
            "zone: Europe/Berlin}", "zone: Europe/Berlin, digest: morning}",
            #"3:55: users.ana.digest: "morning" is not a clock time. Write it like "09:00", or never."#),
        Mistake(
            "a misspelt contact method",
            "high: [webhook now, inbox 1m]", "high: [webhook now, inbx 1m]",
            #"7:25: users.ben.high[1]: "inbx 1m" does not begin with a contact method. Did you mean inbox?"#),
        Mistake(
            "a rule without a time",
            "high: [webhook now, inbox 1m]", "high: [webhook]",
            #"7:12: users.ben.high[0]: "webhook" does not say when. Write it like webhook now or webhook 1m."#),
        Mistake(
            "a rule that rings too late",
            "high: [webhook now, inbox 1m]", "high: [webhook 2h]",
            #"7:12: users.ben.high[0]: "2h" is not a time after which a rule can ring. Write now, or a duration "#
                + "of up to 1h such as 30s or 1m."),
        Mistake(
            "no rules at all",
            "high: [webhook now, inbox 1m]", "high: []",
            "7:11: users.ben.high: is an empty list. Write it like [webhook now, inbox 1m]."),
        Mistake(
            "quiet hours without an end",
            "high: [webhook now, inbox 1m]", "quiet: 22:00",
            #"7:12: users.ben.quiet: "22:00" is not a span of hours: "22:00" is not two clock times. Write it like "#
                + #""08:00-16:00", "mon-fri 09:00-17:00" or "sat,sun 10:00-22:00"."#),
        Mistake(
            "quiet hours all day",
            "high: [webhook now, inbox 1m]", #"quiet: "00:00-00:00""#,
            "7:12: users.ben.quiet: is the whole day. Low urgency would never page this person. Leave some hours."),
        Mistake(
            "an absence that ends where it begins",
            "high: [webhook now, inbox 1m]", "time_off: [{from: 2026-12-24, until: 2026-12-24}]",
            "7:42: users.ben.time_off[0].until: is not after from. It is the first moment back: a day off ends "
                + "when the next day begins."),
        Mistake(
            "an absence from a word",
            "high: [webhook now, inbox 1m]", "time_off: [{from: christmas, until: 2026-12-24}]",
            #"7:23: users.ben.time_off[0].from: "christmas" is not a point in time. Write it like 2026-12-24, "#
                + "2026-12-24 09:00 or 2026-12-24T09:00:00Z."),
        Mistake(
            "a name with a space",
            "  ana: {", "  ana lindt: {zone: UTC}\n  ana: {",
            #"3:3: users.ana lindt: "ana lindt" cannot be a name. Take up to 64 letters a-z, digits, -, _ or ., "#
                + "and begin with a letter or digit."),
        Mistake(
            "a misspelt member",
            "members: [ana, ben]", "members: [ana, bne]",
            #"9:23: teams.ml.members[1]: there is no user "bne". Did you mean ben?"#),
        Mistake(
            "a rotation without people",
            "people: [ana, ben]", "people: []",
            "15:17: schedules.primary.layers[0].people: is an empty list. Write it like [ana, ben]."),
        Mistake(
            "a name in another case",
            "people: [ana, ben]", "people: [ana, Ben]",
            #"15:23: schedules.primary.layers[0].people[1]: there is no user "Ben". Did you mean ben?"#),
        Mistake(
            "people and eras",
            "people: [ana, ben]", "people: [ana, ben]\n        eras: []",
            "16:15: schedules.primary.layers[0].eras: stands beside people. Keep one: people alone are one era "
                + "that has always been."),
        Mistake(
            "neither people nor eras",
            "        people: [ana, ben]\n", "",
            "14:9: schedules.primary.layers[0].people: is mandatory and missing. Write people: [ana, ben], or "
                + "dated eras."),
        Mistake(
            "a month there is not",
            "people: [ana, ben]", "eras: [{from: 2026-13-01, people: [ana, ben]}]",
            #"15:23: schedules.primary.layers[0].eras[0].from: "2026-13-01" is not a date. Write it like "#
                + "2026-11-02."),
        Mistake(
            "two eras from one date",
            "people: [ana, ben]",
            "eras: [{from: 2026-11-02, people: [ana]}, {from: 2026-11-02, people: [ben]}]",
            "15:58: schedules.primary.layers[0].eras[1].from: begins at the same handoff, on 2026-11-02, as the era "
                + "from 2026-11-02. Give it a later date, or keep one of the two."),
        Mistake(
            "two eras that wait for the same Monday",
            "people: [ana, ben]",
            "eras: [{from: 2026-11-03, people: [ana]}, {from: 2026-11-06, people: [ben]}]",
            "15:58: schedules.primary.layers[0].eras[1].from: begins at the same handoff, on 2026-11-09, as the era "
                + "from 2026-11-03. Give it a later date, or keep one of the two."),
        Mistake(
            "somebody misspelt among people who have one turn together",
            "people: [ana, ben]", "people: [ana, [ana, bne]]",
            #"15:29: schedules.primary.layers[0].people[1][1]: there is no user "bne". Did you mean ben?"#),
        Mistake(
            "somebody twice in one turn",
            "people: [ana, ben]", "people: [[ana, ben, ana]]",
            "15:29: schedules.primary.layers[0].people[0][2]: names ana twice in one turn. Keep one."),
        Mistake(
            "somebody misspelt in an era",
            "people: [ana, ben]", "eras: [{from: 2026-11-02, people: [ana, bne]}]",
            #"15:49: schedules.primary.layers[0].eras[0].people[1]: there is no user "bne". Did you mean ben?"#),
        Mistake(
            "somebody misspelt who is off",
            "    layers:", "    time_off: [{user: bne, from: 2026-12-01, until: 2026-12-02}]\n    layers:",
            #"13:23: schedules.primary.time_off[0].user: there is no user "bne". Did you mean ben?"#),
        Mistake(
            "a person called no who is not there: not read as false",
            "people: [ana, ben]", "people: [ana, no]",
            #"15:23: schedules.primary.layers[0].people[1]: there is no user "no". Known: ana, ben."#),
        Mistake(
            "no for a zone",
            "zone: Europe/Berlin}", "zone: no}",
            #"3:32: users.ana.zone: "no" is not a time zone. Without quotes YAML takes it for a truth value. "#
                + "Use a name of the tz database such as Europe/Berlin."),
        Mistake(
            "on for a zone",
            "zone: Europe/Berlin}", "zone: On}",
            #"3:32: users.ana.zone: "On" is not a time zone. Without quotes YAML takes it for a truth value. "#
                + "Use a name of the tz database such as Europe/Berlin."),
        Mistake(
            "no for false",
            "handoff: mon 10:00", "handoff: mon 10:00\n        also: no",
            #"18:15: schedules.primary.layers[0].also: "no" is not one of true, false."#),
        Mistake(
            "off for false",
            "handoff: mon 10:00", "handoff: mon 10:00\n        also: off",
            #"18:15: schedules.primary.layers[0].also: "off" is not one of true, false."#),
        Mistake(
            "a time as minutes, as YAML 1.1 reads 16:00",
            "handoff: mon 10:00", "handoff: 960",
            #"17:18: schedules.primary.layers[0].handoff: "960" is not a handoff: "960" is not a clock time. Write "#
                + "it like mon 10:00, 10:00 or day 31 09:00."),
        Mistake(
            "a turn of nobody",
            "people: [ana, ben]", "people: [ana, []]",
            "15:23: schedules.primary.layers[0].people[1]: is an empty list. Write it like [ben, chi], for people "
                + "who have one turn together."),
        Mistake(
            "a layer in no zone",
            "people: [ana, ben]", "people: [ana, ben]\n        zone: Europe/Berln",
            #"16:15: schedules.primary.layers[0].zone: "Europe/Berln" is not a time zone. Did you mean Europe/Berlin?"#),
        Mistake(
            "pieces that make no whole days",
            "turn: 1 week", "turn: [5 days, 3 hours]",
            "16:15: schedules.primary.layers[0].turn: does not add up to 1 to 366 whole days. Write pieces that make "
                + "whole days together, such as [5 days, 2 days]."),
        Mistake(
            "a month among pieces",
            "turn: 1 week", "turn: [1 month, 2 days]",
            "16:16: schedules.primary.layers[0].turn[0]: is a month, whose length differs. Write hours, days or weeks."),
        Mistake(
            "no pieces",
            "turn: 1 week", "turn: []",
            "16:15: schedules.primary.layers[0].turn: is an empty list. Write pieces that make whole days together, "
                + "such as [5 days, 2 days]."),
        Mistake(
            "a turn as a word",
            "turn: 1 week", "turn: weekly",
            #"16:15: schedules.primary.layers[0].turn: "weekly" is not the length of a turn. Write it like 1 "#
                + "week, 2 days, 8 hours or 1 month."),
        Mistake(
            "a turn of no length",
            "turn: 1 week", "turn: 0 weeks",
            #"16:15: schedules.primary.layers[0].turn: "0 weeks" is not the length of a turn. Write it like 1 "#
                + "week, 2 days, 8 hours or 1 month."),
        Mistake(
            "a turn for two people left out",
            "        turn: 1 week\n", "",
            "14:9: schedules.primary.layers[0].turn: is mandatory and missing. Say how long one person's go lasts, "
                + "such as turn: 1 week."),
        Mistake(
            "a weekday of two letters",
            "handoff: mon 10:00", "handoff: mo 10:00",
            #"17:18: schedules.primary.layers[0].handoff: "mo 10:00" is not a handoff: "mo" is not a weekday. Did "#
                + "you mean mon?"),
        Mistake(
            "an hour of one digit",
            "handoff: mon 10:00", "handoff: mon 9:00",
            #"17:18: schedules.primary.layers[0].handoff: "mon 9:00" is not a handoff: "9:00" is not a clock "#
                + "time. Write it like mon 10:00, 10:00 or day 31 09:00."),
        Mistake(
            "a handoff at the end of a day",
            "handoff: mon 10:00", "handoff: 24:00",
            #"17:18: schedules.primary.layers[0].handoff: "24:00" is not a handoff: 24:00 ends a day. Write "#
                + "00:00, of the day after if need be."),
        Mistake(
            "a day no month has",
            "handoff: mon 10:00", "handoff: day 32 09:00",
            #"17:18: schedules.primary.layers[0].handoff: "day 32 09:00" is not a handoff: no month has a day 32. "#
                + "Write it like mon 10:00, 10:00 or day 31 09:00."),
        Mistake(
            "a day of the month for weekly turns",
            "handoff: mon 10:00", "handoff: day 1 09:00",
            "17:18: schedules.primary.layers[0].handoff: names a day of the month, but turns are not months. Write "
                + "it like mon 10:00 or 10:00."),
        Mistake(
            "a weekday for monthly turns",
            "turn: 1 week", "turn: 1 month",
            "17:18: schedules.primary.layers[0].handoff: names a weekday, but turns are months. Write it like day "
                + "1 10:00."),
        Mistake(
            "a handoff for two people left out",
            "        handoff: mon 10:00\n", "",
            "14:9: schedules.primary.layers[0].handoff: is mandatory and missing. Say when turns change hands, "
                + "such as handoff: mon 10:00."),
        Mistake(
            "hours without minutes",
            "handoff: mon 10:00", "handoff: mon 10:00\n        hours: 8-16",
            #"18:16: schedules.primary.layers[0].hours: "8-16" is not a span of hours: "8-16" is not two clock "#
                + #"times. Write it like "08:00-16:00", "mon-fri 09:00-17:00" or "sat,sun 10:00-22:00"."#),
        Mistake(
            "days that are not",
            "handoff: mon 10:00", "handoff: mon 10:00\n        hours: mon-fr 08:00-16:00",
            #"18:16: schedules.primary.layers[0].hours: "mon-fr 08:00-16:00" is not a span of hours: "mon-fr" is "#
                + #"not days of the week. Write it like "08:00-16:00", "mon-fri 09:00-17:00" or "sat,sun 10:00-22:00"."#
        ),
        Mistake(
            "yes for true",
            "handoff: mon 10:00", "handoff: mon 10:00\n        also: yes",
            #"18:15: schedules.primary.layers[0].also: "yes" is not one of true, false."#),
        Mistake(
            "a misspelt choice",
            "handoff: mon 10:00", "handoff: mon 10:00\n        outside_hours: skipp",
            #"18:24: schedules.primary.layers[0].outside_hours: "skipp" is not one of skip, consume. Did you mean "#
                + "skip?"),
        Mistake(
            "a schedule behind one that is not there",
            "behind: primary", "behind: primry",
            #"18:23: schedules.secondary.behind: there is no schedule "primry". Did you mean primary?"#),
        Mistake(
            "no places behind",
            "by: 1", "by: 0",
            #"18:36: schedules.secondary.by: "0" is not a number that can be used here. Write a whole number from "#
                + "1 to 100."),
        Mistake(
            "a schedule behind itself",
            "behind: primary", "behind: secondary",
            "18:23: schedules.secondary.behind: goes in circles: secondary would stand behind itself. Stand behind "
                + "a schedule that has layers."),
        Mistake(
            "a zone where it is inherited",
            "secondary: {behind: primary, by: 1}", "secondary: {behind: primary, zone: UTC}",
            "18:32: schedules.secondary.zone: is not a key known here. Known: behind, by, handoff_notice, time_off."),
    ]
}
