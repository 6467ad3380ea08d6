/// The name by which a configuration knows a schedule, such as "primary". Nothing here says that such a schedule
/// exists.
public struct ScheduleID: RawRepresentable, Codable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
}

extension ScheduleID: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(rawValue: value) }
}

extension ScheduleID: Comparable {
    public static func < (a: ScheduleID, b: ScheduleID) -> Bool { a.rawValue < b.rawValue }
}

extension ScheduleID: CustomStringConvertible {
    public var description: String { rawValue }
}
