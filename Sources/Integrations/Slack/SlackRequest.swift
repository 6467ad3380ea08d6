import Engine
import EngineCore
import Incidents

/// What Slack asks of us, by HTTP or by socket, read and not yet believed: whose workspace it is, is checked later.
enum SlackRequest: Hashable, Sendable {
    case command(SlackCommand)
    case press(SlackPress)
    case said(SlackSaying)
    /// The address is being proved; the answer is the challenge.
    case challenge(String)
    /// Nothing to be done, for that reason.
    case ignored(String)
    /// Slack holds events back, because there were too many.
    case rateLimited
}

/// A slash command.
struct SlackCommand: Hashable, Sendable {
    var user: String
    var team: String
    var channel: String
    /// What follows the command's name.
    var text: String
    /// Where to answer later: five times within 30 minutes.
    var responseURL: String?
    var trigger: String
}

/// Somebody pressed a button of ours.
struct SlackPress: Hashable, Sendable {
    var user: String
    /// The workspace that it happened in, and the person's own.
    var team: String
    var userTeam: String?
    var channel: String?
    /// The message with the button.
    var message: PostedMessage?
    /// What that message says, as Slack gives it back: escaped.
    var text: String
    var blocks: [JSONValue]
    /// The message is seen by the person alone.
    var isEphemeral: Bool
    var action: String
    var value: String
    var responseURL: String?
    var trigger: String
    var actionTime: String

    /// In a direct message between us and the person, as a page is.
    var isDirect: Bool { channel?.hasPrefix("D") ?? false }
}

/// Somebody said something to us: a mention, or a direct message.
struct SlackSaying: Hashable, Sendable {
    var user: String
    var team: String
    var userTeam: String?
    var channel: String
    var isDirect: Bool
    var text: String
    /// The message's own timestamp: its name within the channel.
    var message: String
    /// The first message of the thread it was said in.
    var thread: String?
    var event: String
}

/// A request that nobody could act on. Nothing was done.
struct SlackRequestProblem: Error, Hashable, Sendable {
    var what: String

    init(_ what: String) { self.what = what }
}
