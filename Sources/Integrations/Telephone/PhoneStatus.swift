import Incidents

/// What a provider's word for the state of a message or a call means for its page. Nil while it may still change, and
/// for what tells nothing of whether a person has it.
enum PhoneStatus {
    static func message(_ status: String, error: String?) -> AttemptOutcome? {
        switch status {
        case "delivered", "read": AttemptOutcome(.delivered, evidence: status)
        case "undelivered", "failed", "canceled":
            AttemptOutcome(.failedForGood, evidence: "\(status)\(PhoneErrors.clause(error))")
        default: nil
        }
    }

    /// A machine that answers is nobody. What was hung up by us (`canceled`) reached whom it reached.
    /// - Parameter answeredBy: what the provider's machine detection says, if it says anything.
    static func call(_ status: String, answeredBy: String?, error: String? = nil) -> AttemptOutcome? {
        if let machine = machine(answeredBy) { return machine }
        switch status {
        case "busy": return AttemptOutcome(.failedForGood, evidence: "the line was busy")
        case "no-answer": return AttemptOutcome(.failedForGood, evidence: "nobody answered")
        case "failed":
            return AttemptOutcome(.failedForGood, evidence: "the call failed\(PhoneErrors.clause(error))")
        case "completed" where answeredBy == "human":
            return AttemptOutcome(.delivered, evidence: "a person answered")
        default: return nil
        }
    }

    static func machine(_ answeredBy: String?) -> AttemptOutcome? {
        guard let answeredBy, answeredBy.hasPrefix("machine") || answeredBy == "fax" else { return nil }
        return AttemptOutcome(.failedForGood, evidence: answeredBy == "fax" ? "a fax answered" : "voicemail answered")
    }

    /// Nothing more comes of it.
    static func isFinal(_ status: String) -> Bool {
        [
            "delivered", "read", "undelivered", "failed", "canceled", "busy", "no-answer", "completed",
        ].contains(status)
    }
}

/// The providers' numbers for what went wrong. Source: twilio.com/docs/api/errors.
enum PhoneErrors {
    /// `: error 30003, the handset cannot be reached`; empty without one. Never the provider's own words, which may hold
    /// numbers.
    static func clause(_ code: String?) -> String {
        guard let code, code != "0", (1...8).contains(code.utf8.count), code.allSatisfy(\.isNumber) else { return "" }
        return ": error \(code)" + (words[code].map { ", \($0)" } ?? "")
    }

    private static let words = [
        "20003": "the login is not accepted", "20404": "there is no such thing", "20429": "too many requests",
        "21211": "that is not a valid number", "21212": "the sender is not a valid number",
        "21214": "the number cannot be called", "21215": "calls to that country are switched off",
        "21408": "messages to that country are switched off", "21606": "the sender cannot send messages",
        "21608": "a trial account only reaches verified numbers",
        "21610": "the person has sent STOP", "21614": "the number is not a mobile one", "21617": "the text is too long",
        "30001": "the queue is full", "30003": "the handset cannot be reached", "30004": "the message was blocked",
        "30005": "the handset is unknown", "30006": "a landline cannot be reached by SMS",
        "30007": "the carrier filtered it", "30008": "nobody knows why", "30034": "the sender is not registered",
    ]
}
