/// The methods of Slack's Web API that Tocsin calls, and how each wants to be called.
enum SlackMethod: String, Sendable {
    case authTest = "auth.test"
    case openConnection = "apps.connections.open"
    case postMessage = "chat.postMessage"
    case update = "chat.update"
    case postEphemeral = "chat.postEphemeral"
    case history = "conversations.history"
    case replies = "conversations.replies"
    case list = "conversations.list"
    case openDirect = "conversations.open"
    case userInfo = "users.info"
    case lookupByEmail = "users.lookupByEmail"

    /// These read no JSON.
    var takesForm: Bool {
        switch self {
        case .history, .replies, .list, .userInfo, .lookupByEmail: true
        case .authTest, .openConnection, .postMessage, .update, .postEphemeral, .openDirect: false
        }
    }

    /// Doing it twice shows: a lost answer leaves a doubt.
    var isSeenTwice: Bool { self == .postMessage || self == .postEphemeral }

    /// Bytes of an answer: a page of messages with their blocks is large.
    var responseLimit: Int { takesForm ? 4_194_304 : 262_144 }
}
