/// What became of asking for a calendar.
public enum FetchedCalendar: Sendable, Hashable {
    case text(String, Name)
    /// The same as the one that was named.
    case unchanged
    /// A clause without names, addresses or secrets: "the connection was refused".
    case failed(String)

    /// How its server tells this text from a later one (RFC 9110, section 8.8).
    public struct Name: Sendable, Hashable {
        public let tag: String?
        public let date: String?

        public init(tag: String?, date: String?) {
            self.tag = tag
            self.date = date
        }
    }
}
