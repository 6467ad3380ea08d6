/// The name of a time zone in the tz database, such as "Europe/Berlin". Nothing here says that such a zone exists.
public struct ZoneID: RawRepresentable, Codable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
}

extension ZoneID: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(rawValue: value) }
}

extension ZoneID: Comparable {
    public static func < (a: ZoneID, b: ZoneID) -> Bool { a.rawValue < b.rawValue }
}

extension ZoneID: CustomStringConvertible {
    public var description: String { rawValue }
}
