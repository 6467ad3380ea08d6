import Timekeeping

/// A person's absence, in `[from, until)`. The next member of the same rotation who is not off covers; nobody's turn
/// moves.
public struct TimeOff: Hashable, Sendable {
    public let user: UserID
    public let from: Instant
    public let until: Instant
    public let source: Source
    /// When it became known; before all time for what the configuration says.
    public let createdAt: Instant

    public enum Source: Hashable, Sendable {
        case configuration
        /// Entered by a person; numbered in order of creation.
        case entered(id: Int)
        /// A day of a calendar of holidays, by the names of both.
        case holiday(calendar: String, name: String)
    }

    public init(
        user: UserID, from: Instant, until: Instant, source: Source = .configuration,
        createdAt: Instant = .distantPast
    ) {
        self.user = user
        self.from = from
        self.until = until
        self.source = source
        self.createdAt = createdAt
    }
}

/// Written field by field, because time off is kept in the log for as long as it exists: `source` is "configuration",
/// "entered" (with `id`) or "holiday" (with `calendar` and `name`); instants are milliseconds.
extension TimeOff: Codable {
    private enum CodingKeys: String, CodingKey {
        case user, from, until, source, id, calendar, name, createdAt
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let name = try values.decode(String.self, forKey: .source)
        let source: Source
        switch name {
        case "configuration": source = .configuration
        case "entered": source = .entered(id: try values.decode(Int.self, forKey: .id))
        case "holiday":
            source = .holiday(
                calendar: try values.decode(String.self, forKey: .calendar),
                name: try values.decode(String.self, forKey: .name))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .source, in: values, debugDescription: "\"\(name)\" is not a source of time off.")
        }
        self.init(
            user: try values.decode(UserID.self, forKey: .user),
            from: try values.decode(Instant.self, forKey: .from),
            until: try values.decode(Instant.self, forKey: .until),
            source: source,
            createdAt: try values.decode(Instant.self, forKey: .createdAt))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(user, forKey: .user)
        try values.encode(from, forKey: .from)
        try values.encode(until, forKey: .until)
        switch source {
        case .configuration: try values.encode("configuration", forKey: .source)
        case .entered(let id):
            try values.encode("entered", forKey: .source)
            try values.encode(id, forKey: .id)
        case .holiday(let calendar, let name):
            try values.encode("holiday", forKey: .source)
            try values.encode(calendar, forKey: .calendar)
            try values.encode(name, forKey: .name)
        }
        try values.encode(createdAt, forKey: .createdAt)
    }
}
