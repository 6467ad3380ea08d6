import Incidents
import OnCall

/// Where every face brings a line that somebody typed: it is read, carried out and answered in words.
public protocol CommandDesk: Sendable {
    /// - Parameters:
    ///   - here: the incident in whose thread or page it was said.
    ///   - request: the platform's name for this request, so that its retry is answered and not done again.
    func answer(_ line: String, from speaker: Speaker, here: Incident.ID?, request: RequestID?) async -> DeskAnswer
}

/// Somebody who types commands.
public struct Speaker: Sendable, Hashable {
    /// Nil for somebody who is not in the configuration: may look, and not act.
    public var user: UserID?
    public var via: Via

    public init(user: UserID?, via: Via) {
        self.user = user
        self.via = via
    }
}

/// An answer in plain text: lines, no markup. The face escapes it.
public struct DeskAnswer: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// It was done, or it was so already.
        case done
        /// Nothing was to be done: this is what was asked for.
        case information
        /// It could mean several things; the choices say which.
        case question
        /// It was not understood, and nothing was done.
        case mistake
        /// It was understood and not allowed or not possible.
        case refused
        /// It could not be recorded; trying again helps.
        case unavailable
    }

    /// One way to say it unambiguously.
    public struct Choice: Sendable, Hashable {
        public var label: String
        /// The whole command line.
        public var line: String

        public init(label: String, line: String) {
            self.label = label
            self.line = line
        }
    }

    public var kind: Kind
    public var text: String
    public var choices: [Choice]
    /// The incidents it is about.
    public var incidents: [Incident.ID]
    /// Holds something for the asker's eyes alone, such as a personal link.
    public var isPrivate: Bool

    public init(
        _ kind: Kind, _ text: String, choices: [Choice] = [], incidents: [Incident.ID] = [], isPrivate: Bool = false
    ) {
        self.kind = kind
        self.text = text
        self.choices = choices
        self.incidents = incidents
        self.isPrivate = isPrivate
    }
}
