/// The manual, which is also what `help` answers.
public enum CommandHelp {
    /// One line for each verb, with an example. With a topic, more about that verb, or about "times".
    public static func text(topic: String?) -> String {
        guard let topic else { return manual }
        if topic.lowercased() == "times" { return times }
        guard let verb = Verb.table[topic.lowercased()] else {
            return "There is no command '\(topic.shown())'.\n\n\(manual)"
        }
        let synonyms = verb.synonyms.isEmpty ? "" : "\nAlso: \(verb.synonyms.joined(separator: ", "))"
        return line(of: verb) + synonyms + (verb.more.map { "\n\($0)" } ?? "")
    }

    private static let manual =
        (["The first word is the command. What is unclear is asked, never guessed."]
        + Verb.allCases.map(line) + ["Times are read in your own zone. Say help times for how to write them."])
        .joined(separator: "\n")

    private static func line(of verb: Verb) -> String { "\(verb.rawValue): \(verb.promise) Example: \(verb.example)" }

    private static let times = """
        Times are read in your own zone and repeated in UTC or in the schedule's zone.
        Lengths: 90m, 2h, 1h30m, 30 min, for 2 hours
        Ends: until 18:00, until tomorrow 9am, until 2026-11-24 18:00
        Spans: 18:00-22:00, from mon 10:00 to tue 10:00, tomorrow 9:00-17:00, from 18:00 for 2h
        With an offset: 2026-11-24T18:00:00+01:00
        A clock time without a date is the next one. A bare 6 is asked about, and so is 3/4.
        """
}

extension Verb {
    /// What it does, in a sentence.
    var promise: String {
        switch self {
        case .declare: "Opens an incident."
        case .page: "Pages people or schedules about an incident."
        case .ack: "Says you have it. The paging stops."
        case .take: "Makes you the owner."
        case .assign: "Hands it to somebody. They are paged, and own it once they acknowledge."
        case .resolve: "Closes incidents."
        case .reopen: "Opens a resolved incident again."
        case .snooze: "Acknowledges until an alarm, at most 24 hours ahead."
        case .escalate: "Goes to the next step now."
        case .who: "Tells who is on call."
        case .override: "Changes who is on call for a while. Say cover when it is you who covers."
        case .accept: "Takes the time on call that somebody wants to give away. The schedule changes at once."
        case .decline: "Says that you cannot take it."
        case .off: "Says that you are away. Who comes next covers."
        case .note: "Adds your words to the timeline."
        case .severity: "Changes how bad it is."
        case .runbook: "Names the runbooks for it."
        case .rollback: "Plans a return to the last good version. Nothing changes before somebody approves."
        case .postmortem: "Drafts the post-mortem from the log."
        case .silence: "Keeps matching alerts from paging for a while. What still fires at its end is paged then."
        case .list: "Lists what is open."
        case .contacts: "Gives you your personal link, where you say how you are reached."
        case .help: "Explains a command, or all of them."
        }
    }

    /// Its other forms, one a line; nil when the example says it all.
    var more: String? {
        if self == .override {
            return """
                cover primary tomorrow 9:00-17:00: you are on call then.
                cover primary for ana 2h: you stand in for ana.
                cover me tomorrow 9:00-17:00: asks everybody of your rotation to take it.
                cover me on primary tomorrow 9:00-17:00 by ben and chi: asks those two.
                """
        }
        if self == .silence {
            return """
                silence checkout 2h deploying: of a service, with the reason behind the time.
                silence checkout model="ranker" 2h: only alerts with that label.
                maintenance checkout tomorrow 9:00-11:00 upgrade: begins later.
                silence list: what is silenced, and how much each holds back.
                silence remove 3: ends it now.
                """
        }
        guard self == .rollback else { return nil }
        return """
            rollback INC-42 to 1: plans a return to that version.
            rollback approve INC-42: says yes to the plan. Then it is changed, checked, and taken back if it is no better.
            rollback break-glass INC-42 nobody else answers: says yes alone, with the reason. A manager is told.
            rollback status INC-42: tells how far it is, with the evidence before and after.
            rollback cancel INC-42: calls it off before it has begun.
            rollback undo INC-42: plans the way back from the last one.
            rollback good ranker 1: says that a version is known to be good.
            """
    }

    /// A line that is one, given those names.
    package var example: String {
        switch self {
        case .declare: "declare sev1 ranker: p99 is high"
        case .page: "page ben about INC-42"
        case .ack: "ack INC-42"
        case .take: "take INC-42"
        case .assign: "assign INC-42 to ben"
        case .resolve: "resolve INC-42"
        case .reopen: "reopen INC-42"
        case .snooze: "snooze INC-42 for 2h"
        case .escalate: "escalate INC-42"
        case .who: "who is on call for primary at 18:00"
        case .override: "override primary ben for ana tomorrow 9:00-17:00"
        case .accept: "accept cover 3"
        case .decline: "decline cover 3"
        case .off: "off tomorrow 9:00-17:00"
        case .note: "note INC-42 restarted the ranker"
        case .severity: "severity INC-42 sev1"
        case .runbook: "runbook INC-42"
        case .rollback: "rollback INC-42"
        case .postmortem: "postmortem INC-42"
        case .silence: "silence model=\"ranker\" for 2h deploying"
        case .list: "list"
        case .contacts: "contacts"
        case .help: "help ack"
        }
    }
}
