import Timekeeping

/// Where a time zone that somebody named is looked up.
public struct ZoneFinder: Sendable {
    private let find: @Sendable (String) -> ZoneRules?
    private let nearest: @Sendable (String) -> String?

    /// - Parameters:
    ///   - find: the rules of that exact name of the tz database.
    ///   - nearest: the name that somebody probably meant.
    public init(
        find: @escaping @Sendable (String) -> ZoneRules?, nearest: @escaping @Sendable (String) -> String?
    ) {
        self.find = find
        self.nearest = nearest
    }

    /// - Throws: `UnknownZone`.
    public func zone(_ name: String) throws -> ZoneRules {
        guard let found = find(name) else { throw UnknownZone(name: name, nearest: nearest(name)) }
        return found
    }
}

/// There is no time zone of that name.
public struct UnknownZone: Error, Hashable, CustomStringConvertible {
    public let name: String
    public let nearest: String?

    public var description: String {
        let hint = nearest.map { "Did you mean \($0)?" } ?? "Use a name of the tz database such as Europe/Berlin."
        return "'\(PlainText.printable(name))' is not a time zone. \(hint)"
    }
}
