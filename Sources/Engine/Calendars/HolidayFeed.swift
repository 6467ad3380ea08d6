import OnCall

/// A calendar of holidays at an address, and who is off on its days.
public struct HolidayFeed: Sendable, Hashable {
    /// Its name in the configuration.
    public var name: String
    /// `http` or `https`.
    public var url: String
    /// In order of the configuration.
    public var users: [UserID]

    public init(name: String, url: String, users: [UserID]) {
        self.name = name
        self.url = url
        self.users = users
    }

    /// Where the calendars that files hold stand among the sources of a configuration, whole, so that the recorded
    /// configuration says the same days: `holidays/germany.ics`.
    public static let sourceFolder = "holidays/"
}
