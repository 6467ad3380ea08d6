import OnCall
import Timekeeping

/// Somebody is told in the morning which low-urgency incidents nobody has (S1). Recorded first, so that nobody is told
/// twice a day.
public struct DigestTold: Hashable, Sendable, Codable {
    public let user: UserID
    /// Of the person's own calendar.
    public let day: CivilDate
    public let incidents: [Incident.ID]

    public init(user: UserID, day: CivilDate, incidents: [Incident.ID]) {
        self.user = user
        self.day = day
        self.incidents = incidents
    }
}
