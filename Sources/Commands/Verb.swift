/// What can be said. The first word of a line is one of these or a synonym from the closed table below.
package enum Verb: String, CaseIterable, Hashable, Sendable {
    case declare, page, ack, take, assign, resolve, reopen, snooze, escalate, who, override, accept, decline, off, note,
        severity, runbook, rollback
    case postmortem, silence, list, contacts, help

    /// Whether its orders change anything.
    package var changesSomething: Bool {
        switch self {
        case .who, .list, .runbook, .postmortem, .contacts, .help: false
        case .declare, .page, .ack, .take, .assign, .resolve, .reopen, .snooze, .escalate, .override, .accept,
            .decline, .off, .note, .severity, .rollback, .silence:
            true
        }
    }

    /// Whether what follows holds text of the speaker's own, in which a question mark is only a question mark.
    var hasFreeText: Bool { self == .note || self == .declare || self == .silence }

    /// Other words for it. Only words that can hardly mean anything else at the start of a line: "done" and "fixed"
    /// are said of many things.
    package var synonyms: [String] {
        switch self {
        case .declare: ["raise"]
        case .page: ["ping"]
        case .ack: ["acknowledge", "acked", "acknowledged"]
        case .take: ["own", "claim"]
        case .assign: ["reassign", "hand", "hand over"]
        case .resolve: ["resolved", "close", "closed"]
        case .reopen: ["re-open", "unresolve"]
        case .who: ["whos", "who's", "oncall", "on-call", "on call"]
        case .override: ["cover"]
        case .note: ["comment"]
        case .severity: ["sev"]
        case .runbook: ["runbooks", "playbook"]
        case .rollback: ["roll-back", "roll back", "revert"]
        case .postmortem: ["post-mortem", "post mortem"]
        case .silence: ["mute", "maintenance", "silences", "unsilence"]
        case .list: ["incidents", "status", "ls"]
        case .contacts: ["contact", "link", "me"]
        case .help: ["?", "commands", "usage"]
        case .snooze, .escalate, .accept, .decline, .off: []
        }
    }

    /// Every word or pair of words a line may begin with.
    package static let table: [String: Verb] = {
        var table: [String: Verb] = [:]
        for verb in allCases {
            for name in [verb.rawValue] + verb.synonyms {
                precondition(table.updateValue(verb, forKey: name) == nil, "\(name) means two things.")
            }
        }
        return table
    }()

    /// All of them, in the order of the manual.
    static let spellings = allCases.flatMap { [$0.rawValue] + $0.synonyms }

    /// "sev1" is an order of its own: the severity verb with its severity. The digits as typed, even if there is no
    /// such severity.
    static func severityDigits(of lowered: String) -> Substring? {
        guard lowered.hasPrefix("sev") else { return nil }
        let digits = lowered.dropFirst(3)
        return !digits.isEmpty && digits.utf8.allSatisfy(\.isASCIIDigit) ? digits : nil
    }
}
