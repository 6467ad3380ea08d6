extension Mistake {
    /// Defaults, sections and the files themselves.
    static let files: [Mistake] = [
        Mistake(
            "no service for what no route matches",
            "unrouted: ranker, ", "",
            "1:11: defaults.unrouted: is mandatory and missing. Name the service of alerts that no route matches, "
                + "so that none is dropped: unrouted: platform."),
        Mistake(
            "a misspelt service for it",
            "unrouted: ranker", "unrouted: rankr",
            #"1:22: defaults.unrouted: there is no service "rankr". Did you mean ranker?"#),
        Mistake(
            "no last resort",
            ", last_resort: {page: [user ana, user ben]}", "",
            "1:11: defaults.last_resort: is mandatory and missing. Name who is paged when nobody answers: "
                + "last_resort: {page: [user ana]}."),
        Mistake(
            "an empty last resort",
            "last_resort: {page: [user ana, user ben]}", "last_resort: {page: []}",
            "1:50: defaults.last_resort.page: is an empty list. Write it like [user ana, schedule sun, "
                + "team ml]."),
        Mistake(
            "a last resort that is nobody",
            "last_resort: {page: [user ana, user ben]}", "last_resort: {page: [user anna]}",
            #"1:51: defaults.last_resort.page[0]: there is no user "anna". Did you mean ana?"#),
        Mistake(
            "a misspelt section, told once",
            "users:", "user:",
            "2:1: user: is not a section. Did you mean users?"),
        Mistake(
            "a misspelt section of mandatory keys, told once",
            "defaults:", "default:",
            "1:1: default: is not a section. Did you mean defaults?"),
        Mistake(
            "a section nobody knows",
            "channels:\n", "people: {}\nchannels:\n",
            "38:1: people: is not a section. Known: channels, defaults, heartbeat, holidays, integrations, policies, "
                + "routes, runbooks, schedules, services, teams, users."),
        Mistake(
            "a section that is a list",
            "channels:\n  webhook:", "channels:\n  - webhook:",
            "39:3: channels: is a list, but must be a mapping. Write it like ntfy: {url: "
                + #""https://ntfy.example.com"}."#),
        Mistake(
            "the same name twice",
            "users:\n", "users:\n  ana: {zone: UTC}\n",
            #"3:3: "ana" is written more than once in the same mapping. Keep one."#),
        Mistake(
            "a tab",
            "users:\n", "users:\n\tx: y\n",
            "3:1: is not YAML: found character that cannot start any token. Indent with spaces; put quotes around "
                + "text that begins with @, ` or %."),
        Mistake(
            "a bracket left open",
            "users:\n", "users: [\n",
            "4:3: is not YAML: did not find expected ',' or ']'."),
        Mistake(
            "a merge key",
            "name: Ben Okoro", "<<: {name: Ben}",
            "5:5: users.ben.<<: is a merge key, which is not supported. Write the keys out."),
        Mistake(
            "a tag",
            "name: Ana Lindt", "name: !!int 5",
            "3:15: carries a tag, and tags mean nothing here. Remove the word that begins with !."),
        Mistake(
            "a second document",
            "users:\n", "---\nusers:\n",
            "2:1: holds a second document. Put it into a file of its own and drop the line with ---."),
    ]
}
