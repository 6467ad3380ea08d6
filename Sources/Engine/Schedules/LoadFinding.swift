import Incidents
import OnCall
import Timekeeping

/// More was asked of somebody than is good for anybody.
public struct LoadFinding: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// After a page at night less than `LoadFinding.restNeeded` passed, from the interruption's last page, until
        /// what `end` says.
        case shortRest(Duration, end: RestEnd)
        /// More than `LoadFinding.incidentsAllowed` incidents paged the person within `LoadFinding.incidentWindow` of
        /// one shift.
        case manyIncidents([Incident.ID], schedule: ScheduleID)
    }

    public enum RestEnd: Hashable, Sendable {
        case page(Incident.ID)
        case shift(ScheduleID)
    }

    public let user: UserID
    /// When the interruption, or the window of incidents, began.
    public let at: Instant
    public let kind: Kind

    public init(user: UserID, at: Instant, kind: Kind) {
        self.user = user
        self.at = at
        self.kind = kind
    }

    /// Eleven consecutive hours in each period of 24: Directive 2003/88/EC of the European Parliament and of the Council
    /// concerning certain aspects of the organisation of working time, article 3 ("Daily rest").
    public static let restNeeded = Duration.hours(11)

    /// Two incidents in a shift of twelve hours are what a person can handle and follow up: Beyer and others, *Site
    /// Reliability Engineering* (O'Reilly 2016), chapter 11, "Balanced in Quantity". A longer shift is held to the
    /// same measure in any twelve hours of it.
    public static let incidentsAllowed = 2
    public static let incidentWindow = Duration.hours(12)
}
