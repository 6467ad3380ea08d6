import OnCall

/// Whose shifts a calendar feed shows.
public enum CalendarScope: Hashable, Sendable, CustomStringConvertible {
    case person(UserID)
    case schedule(ScheduleID)
    case team(TeamID)

    public var description: String {
        switch self {
        case .person(let id): "person \(id)"
        case .schedule(let id): "schedule \(id)"
        case .team(let id): "team \(id)"
        }
    }
}

/// Written field by field: `kind` is "person", "schedule" or "team", and `id` its name.
extension CalendarScope: Codable {
    private enum CodingKeys: String, CodingKey { case kind, id }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try values.decode(String.self, forKey: .kind)
        switch kind {
        case "person": self = .person(try values.decode(UserID.self, forKey: .id))
        case "schedule": self = .schedule(try values.decode(ScheduleID.self, forKey: .id))
        case "team": self = .team(try values.decode(TeamID.self, forKey: .id))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: values, debugDescription: "\"\(kind)\" has no calendar.")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .person(let id):
            try values.encode("person", forKey: .kind)
            try values.encode(id, forKey: .id)
        case .schedule(let id):
            try values.encode("schedule", forKey: .kind)
            try values.encode(id, forKey: .id)
        case .team(let id):
            try values.encode("team", forKey: .kind)
            try values.encode(id, forKey: .id)
        }
    }
}
