import Timekeeping

/// A change to one schedule made by a person, in `[from, until)`. It counts before time off and layers; where two
/// overlap, the one created later decides.
public struct Override: Hashable, Sendable {
    /// Grows in order of creation.
    public let id: Int
    public let schedule: ScheduleID
    public let from: Instant
    public let until: Instant
    public let kind: Kind
    public let createdAt: Instant
    /// Who made it, if a person did.
    public let by: UserID?
    /// The agreement between two people that it follows from; nil when somebody simply made it.
    public let origin: Origin?

    /// A request for cover that was accepted.
    public struct Origin: Hashable, Sendable, Codable {
        public let coverRequest: Int
        /// The two took over time of each other's.
        public let isSwap: Bool

        public init(coverRequest: Int, isSwap: Bool) {
            self.coverRequest = coverRequest
            self.isSwap = isSwap
        }
    }

    public enum Kind: Hashable, Sendable {
        /// This person instead of whoever would be on call, also where nobody would.
        case cover(UserID)
        /// The second person wherever the first would be on call, and nowhere else.
        case replace(UserID, with: UserID)
        /// Not this person: whoever the plan puts below answers.
        case remove(UserID)
        /// This person besides whoever is on call, also where nobody is.
        case add(UserID)
    }

    public init(
        id: Int, schedule: ScheduleID, from: Instant, until: Instant, kind: Kind, createdAt: Instant, by: UserID? = nil,
        origin: Origin? = nil
    ) {
        self.id = id
        self.schedule = schedule
        self.from = from
        self.until = until
        self.kind = kind
        self.createdAt = createdAt
        self.by = by
        self.origin = origin
    }

    func concerns(_ present: UserID) -> Bool {
        switch kind {
        case .cover: true
        case .replace(let replaced, _): replaced == present
        case .remove(let removed): removed == present
        case .add: false
        }
    }
}

/// Written field by field, because overrides are kept in the log for as long as it exists: `kind` is "cover",
/// "replace", "remove" or "add", `user` the person it concerns, `with` the replacement; instants are milliseconds.
extension Override: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, schedule, from, until, kind, user, with, createdAt, by, origin
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let user = try values.decode(UserID.self, forKey: .user)
        let name = try values.decode(String.self, forKey: .kind)
        let kind: Kind
        switch name {
        case "cover": kind = .cover(user)
        case "replace": kind = .replace(user, with: try values.decode(UserID.self, forKey: .with))
        case "remove": kind = .remove(user)
        case "add": kind = .add(user)
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: values, debugDescription: "\"\(name)\" is not a kind of override.")
        }
        self.init(
            id: try values.decode(Int.self, forKey: .id),
            schedule: try values.decode(ScheduleID.self, forKey: .schedule),
            from: try values.decode(Instant.self, forKey: .from),
            until: try values.decode(Instant.self, forKey: .until),
            kind: kind,
            createdAt: try values.decode(Instant.self, forKey: .createdAt),
            by: try values.decodeIfPresent(UserID.self, forKey: .by),
            origin: try values.decodeIfPresent(Origin.self, forKey: .origin))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(schedule, forKey: .schedule)
        try values.encode(from, forKey: .from)
        try values.encode(until, forKey: .until)
        switch kind {
        case .cover(let user):
            try values.encode("cover", forKey: .kind)
            try values.encode(user, forKey: .user)
        case .replace(let user, let replacement):
            try values.encode("replace", forKey: .kind)
            try values.encode(user, forKey: .user)
            try values.encode(replacement, forKey: .with)
        case .remove(let user):
            try values.encode("remove", forKey: .kind)
            try values.encode(user, forKey: .user)
        case .add(let user):
            try values.encode("add", forKey: .kind)
            try values.encode(user, forKey: .user)
        }
        try values.encode(createdAt, forKey: .createdAt)
        try values.encodeIfPresent(by, forKey: .by)
        try values.encodeIfPresent(origin, forKey: .origin)
    }
}
