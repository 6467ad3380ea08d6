import Commands

extension Order {
    /// Whether an SMS is enough to order it: the number it says it comes from can be forged. What an acknowledgement or
    /// a page could do anyway may be; nothing that changes a serving layer, who is on call, or where somebody is reached.
    var mayBeSentBySMS: Bool {
        switch self {
        case .acknowledge, .take, .assign, .resolve, .reopen, .snooze, .escalate, .note, .severity, .page, .who,
            .list, .help, .runbook, .postmortem, .silences:
            true
        case .rollback, .declareGood, .override, .requestCover, .answerCover, .timeOff, .silence, .endSilence,
            .contacts, .declare:
            false
        }
    }
}
