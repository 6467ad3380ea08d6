import EngineCore
import Incidents

extension ContactMethod {
    var title: String {
        switch self {
        case .inbox: "Inbox in the console"
        case .webhook: "Webhook"
        case .push: "ntfy app"
        case .chat: "Chat"
        case .sms: "SMS"
        case .call: "Phone call"
        case .mail: "Mail"
        }
    }

    /// What it is for, in one sentence.
    var purpose: String {
        switch self {
        case .inbox: "A page is shown in the console, where it wakes nobody."
        case .webhook: "A program of yours or your team's is told of every page."
        case .push: "The ntfy app on your phone rings for a page, also at night if you let it."
        case .chat: "Tocsin writes to you in the chat."
        case .sms: "A text message to your phone."
        case .call: "Your phone rings until you answer."
        case .mail: "Mail keeps every page where you can find it again, but it seldom wakes anybody."
        }
    }
}

extension AttemptOutcome.Result {
    /// What became of a practice page, for the person who asked for it.
    var fate: String {
        switch self {
        case .sent: "The practice page is on its way. If nothing comes within a minute, look at the app's settings."
        case .delivered: "The practice page was delivered."
        case .failedForNow: "It did not get through just now. A real page would be tried again."
        case .failedForGood: "It did not get through, and trying again would not help."
        case .inDoubt: "It may or may not have arrived."
        case .notSent: "It was not sent."
        }
    }

    var isGood: Bool {
        switch self {
        case .sent, .delivered: true
        case .failedForNow, .failedForGood, .inDoubt, .notSent: false
        }
    }
}
