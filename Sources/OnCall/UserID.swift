/// The name by which a configuration knows a person, such as "ana". Nothing here says that such a person exists.
public struct UserID: RawRepresentable, Codable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
}

extension UserID: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(rawValue: value) }
}

extension UserID: Comparable {
    public static func < (a: UserID, b: UserID) -> Bool { a.rawValue < b.rawValue }
}

extension UserID: CustomStringConvertible {
    public var description: String { rawValue }
}
