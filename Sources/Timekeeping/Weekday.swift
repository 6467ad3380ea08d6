/// A day of the week, numbered as ISO 8601 does: Monday is 1, Sunday is 7. Encoded as that number.
public enum Weekday: Int, Codable, CaseIterable, Comparable, Hashable, Sendable {
    case monday = 1, tuesday, wednesday, thursday, friday, saturday, sunday

    /// "mon" or "monday", upper or lower case.
    public init?(abbreviation: String) {
        let wanted = abbreviation.lowercased()
        guard let day = Self.allCases.first(where: { $0.abbreviation == wanted || $0.name == wanted }) else {
            return nil
        }
        self = day
    }

    /// Three lower-case letters: "mon".
    public var abbreviation: String { String(name.prefix(3)) }

    public static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }

    private var name: String {
        switch self {
        case .monday: "monday"
        case .tuesday: "tuesday"
        case .wednesday: "wednesday"
        case .thursday: "thursday"
        case .friday: "friday"
        case .saturday: "saturday"
        case .sunday: "sunday"
        }
    }
}
