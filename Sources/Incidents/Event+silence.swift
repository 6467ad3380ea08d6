import OnCall
import Timekeeping

/// Certain alerts are not to page anybody for a while. Why is in the text.
public struct SilenceAdded: Hashable, Sendable, Codable {
    public let silence: Silence

    public init(silence: Silence) {
        self.silence = silence
    }
}

/// A silence is over; what it held back and still fires is decided in the same batch.
public struct SilenceEnded: Hashable, Sendable, Codable {
    public let id: Int
    /// Who took it back; nil when its time was over.
    public let by: Actor?

    public init(id: Int, by: Actor?) {
        self.id = id
        self.by = by
    }
}

/// An alert fired that a silence keeps from paging. Again for the same alert when it got worse or fired anew; and when
/// another silence took it over, after it was released by the one before. Title, summary and links are in the text.
public struct AlertSuppressed: Hashable, Sendable, Codable {
    public let silence: Int
    public let alert: AlertKey
    public let episode: String?
    /// The sender's grouping.
    public let group: String?
    /// What the sender said; a route may say otherwise when it is decided.
    public let severity: Severity?
    public let service: ServiceID
    /// Facts and not text: routes and silences look at them when the alert is decided.
    public let labels: [String: String]
    /// Since when it is held back, by whichever silence.
    public let since: Instant

    public init(
        silence: Int, alert: AlertKey, episode: String? = nil, group: String? = nil, severity: Severity? = nil,
        service: ServiceID, labels: [String: String], since: Instant
    ) {
        self.silence = silence
        self.alert = alert
        self.episode = episode
        self.group = group
        self.severity = severity
        self.service = service
        self.labels = labels
        self.since = since
    }
}

/// An alert is held back no more.
public struct SuppressionEnded: Hashable, Sendable, Codable {
    public let silence: Int
    public let alert: AlertKey
    public let reason: SuppressionEnd

    public init(silence: Int, alert: AlertKey, reason: SuppressionEnd) {
        self.silence = silence
        self.alert = alert
        self.reason = reason
    }
}

/// Why an alert is held back no more.
public enum SuppressionEnd: String, Sendable, Codable, CaseIterable {
    /// Its sender resolved it.
    case resolved
    /// It is decided now, for the silence is over or does not fit it any more; or another silence takes it over.
    case released
}
