import Incidents

extension Sentence {
    /// Understands the arguments. Throws `Unclear`.
    mutating func read() throws -> Reading {
        switch verb {
        case .declare: try readDeclare()
        case .page: try readPage()
        case .ack: try readAcknowledge()
        case .assign: try readAssign()
        case .resolve: try readResolve()
        case .take: done(.take(try oneIncident(among: \.isOpen, orElse: "Nothing is open.")))
        case .reopen: done(.reopen(try oneIncident(among: { !$0.isOpen }, orElse: "Nothing was resolved recently.")))
        case .escalate: done(.escalate(try oneIncident(among: \.isOpen, orElse: "Nothing is open.")))
        case .runbook: done(.runbook(try oneIncident(among: \.isOpen, orElse: "Nothing is open.")))
        case .postmortem:
            done(.postmortem(try oneIncident(among: { !$0.isOpen }, orElse: "Nothing was resolved recently.")))
        case .rollback: try readRollback()
        case .snooze: try readSnooze()
        case .note: try readNote()
        case .severity: try readSeverity()
        case .who: try readWho()
        case .override: try readOverride()
        case .accept: try readCoverAnswer(accept: true)
        case .decline: try readCoverAnswer(accept: false)
        case .off: try readTimeOff()
        case .silence: try readSilence()
        case .list:
            try readNothing(but: ["incidents", "incident", "open", "list", "the", "all"], meaning: .list)
        case .contacts:
            try readNothing(but: ["contacts", "contact", "link", "me", "my", "personal", "the"], meaning: .contacts)
        case .help: try readHelp()
        }
    }

    private func readNothing(but fillers: Set<String>, meaning order: Order) throws -> Reading {
        if let word = arguments.first(where: { !$0.says(oneOf: fillers) }) { throw notUnderstood(word) }
        return done(order)
    }

    private func readHelp() throws -> Reading {
        let topics = arguments.filter { !$0.says(oneOf: ["me", "with", "on", "about", "for"]) }
        guard let first = topics.first else { return done(.help(topic: nil)) }
        if topics.count == 1, first.says("times") { return done(.help(topic: "times")) }
        let topic = topics.map(\.lowered).joined(separator: " ")
        if let verb = Verb.table[topic] { return done(.help(topic: verb.rawValue)) }
        let nearest = NearestName.find(topic, in: Verb.spellings)
        throw Unclear.wrong(
            "There is no command '\(topic.shown())'.",
            hint: nearest.map { "Did you mean \($0)? Say: help \($0)" } ?? "Say help for all of them.")
    }

    private mutating func readAcknowledge() throws -> Reading {
        if arguments.count == 1, arguments[0].says(oneOf: ["all", "everything"]) {
            let triggered = newestFirst { $0.state == .triggered }
            guard !triggered.isEmpty else { throw Unclear.wrong("Nothing waits for an acknowledgement.") }
            return done(
                .acknowledge(triggered.map(\.id)),
                confirmation: triggered.map { named($0, among: triggered) }.joined(separator: ", "))
        }
        return done(
            .acknowledge(
                try incidents(
                    among: { $0.state == .triggered }, orElse: "Nothing waits for an acknowledgement.")))
    }

    /// By its title too, unless there are many.
    private func named(_ incident: KnownIncident, among all: [KnownIncident]) -> String {
        all.count <= Self.mostOffered ? incident.label : "\(incident.id)"
    }

    private mutating func readResolve() throws -> Reading {
        if arguments.count == 1, arguments[0].says(oneOf: ["all", "everything"]) {
            let open = newestFirst(\.isOpen)
            guard !open.isEmpty else { throw Unclear.wrong("Nothing is open.") }
            let named = open.map { "\($0.id)" }.joined(separator: " ")
            throw Unclear.choose(
                "Resolve all that is open? Name them to do it.",
                [Choice(label: "Resolve \(named)", line: "\(spelling) \(named)")])
        }
        return done(.resolve(try incidents(among: \.isOpen, orElse: "Nothing is open.")))
    }
}
