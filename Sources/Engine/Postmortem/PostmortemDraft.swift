import Incidents
import OnCall
import Timekeeping

/// The draft of a post-mortem in words, ready for a template: plain text without markup, in the order it is shown.
///
/// A function of the incident's events, the names in the directory and the zone, and of nothing else. What somebody
/// wrote is in it as it was written: whoever renders it makes it harmless.
///
/// **Numbers.** Every number in it stands in the incident's records, or is one of these: an instant of theirs written
/// as a date and a clock in UTC or the zone; the time between two of them, or a time in milliseconds of theirs, in
/// units; how many of their events are alike; the sum of repeats; a position counted from one where the record counts
/// from zero. A test holds every draft to that.
public struct PostmortemDraft: Sendable, Hashable, Codable {
    public var incident: String
    public var number: Int
    /// "(erased)" when it was.
    public var title: String
    public var service: String
    public var severity: String
    /// Where the log stood when this was drafted: the incident's last event.
    public var through: Citation
    /// The place whose clock is shown beside UTC, such as "Berlin".
    public var zone: String?
    /// Sentences.
    public var summary: [Sentence]
    public var milestones: [Milestone]
    public var times: [Figure]
    public var people: [Person]
    public var pages: [Page]
    public var alerts: [Alert]
    /// How often they repeated without news; empty when they did not.
    public var repeats: [Sentence]
    public var runbooks: [Sentence]
    public var rollbacks: [Rollback]
    public var days: [Day]
    /// What the log does not say.
    public var questions: [Sentence]
    public var actions: [Sentence]

    /// A sentence, and the records it rests on.
    public struct Sentence: Sendable, Hashable, Codable {
        public var text: String
        public var cites: [Citation]

        public init(_ text: String, _ cites: [Citation]) {
            self.text = text
            self.cites = cites
        }
    }

    public struct Milestone: Sendable, Hashable, Codable {
        public var what: String
        /// "2026-11-23 09:34:00".
        public var utc: String
        public var local: String?
        /// Since the opening: "4 min 12 s". Empty for the opening itself.
        public var after: String
        public var cites: [Citation]
    }

    /// A time that teams are asked for: from the opening until then.
    public struct Figure: Sendable, Hashable, Codable {
        public var name: String
        /// Nil when the log does not say.
        public var value: String?
        public var cites: [Citation]
    }

    public struct Person: Sendable, Hashable, Codable {
        public var name: String
        public var methods: String
        public var pages: String
        public var firstPaged: String
        /// "after 4 min 12 s", or empty.
        public var acknowledged: String
        public var cites: [Citation]
    }

    public struct Page: Sendable, Hashable, Codable {
        public var person: String
        public var method: String
        public var utc: String
        public var why: String
        public var attempts: String
        public var end: String
        public var evidence: String
        public var cites: [Citation]
    }

    public struct Alert: Sendable, Hashable, Codable {
        public var title: String
        public var integration: String
        public var severity: String
        public var firstFired: String
        public var fired: String
        public var over: String
        public var links: [Link]
        public var cites: [Citation]
    }

    public struct Link: Sendable, Hashable, Codable {
        /// With the host behind it.
        public var name: String
        public var url: String
    }

    /// One rollback, step by step.
    public struct Rollback: Sendable, Hashable, Codable {
        public var title: String
        public var steps: [Step]
    }

    public struct Step: Sendable, Hashable, Codable {
        /// "Plan", "Before", "Approval", "Change", "After", "End".
        public var name: String
        public var text: String
        public var cites: [Citation]
    }

    public struct Day: Sendable, Hashable, Codable {
        /// "2026-11-23", in UTC.
        public var date: String
        public var lines: [Line]
    }

    /// One event of the timeline.
    public struct Line: Sendable, Hashable, Codable {
        public var utc: String
        public var local: String?
        public var sentence: String
        /// What somebody wrote, line by line; empty when nothing was.
        public var body: [String]
        public var cite: Citation
    }
}
