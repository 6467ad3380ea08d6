import Incidents
import OnCall

/// Something the configuration has a name for.
enum Named: Hashable, Comparable {
    case user(UserID)
    case schedule(ScheduleID)
    case service(ServiceID)
    case team(TeamID)

    enum Kind: String, CaseIterable, Hashable {
        case user, schedule, service, team
    }

    var kind: Kind {
        switch self {
        case .user: .user
        case .schedule: .schedule
        case .service: .service
        case .team: .team
        }
    }

    var id: String {
        switch self {
        case .user(let id): id.rawValue
        case .schedule(let id): id.rawValue
        case .service(let id): id.rawValue
        case .team(let id): id.rawValue
        }
    }

    /// "user ben": what nothing else can be meant by.
    var spelling: String { "\(kind.rawValue) \(id)" }
}

/// Finds who or what a name means. Exactly: an id as it is written, a display name whatever its case, a mention.
struct NameReader {
    private let ids: [String: [Named]]
    private let displayNames: [String: [Named]]
    private let mentions: [String: UserID]
    private let speaker: UserID?
    /// The most words a known name has.
    let longestName: Int

    init(_ scene: Scene) {
        let directory = scene.directory
        var ids: [String: [Named]] = [:]
        var displayNames: [String: [Named]] = [:]
        var longest = 1
        func add(_ named: Named, called name: String? = nil) {
            ids[named.id, default: []].append(named)
            guard let name = name?.withSingleBlanks.lowercased(), !name.isEmpty else { return }
            displayNames[name, default: []].append(named)
            longest = max(longest, name.utf8.count { $0 == UInt8(ascii: " ") } + 1)
        }
        for user in directory.users.values { add(.user(user.id), called: user.name) }
        for service in directory.services.values { add(.service(service.id), called: service.name) }
        for schedule in directory.roster.schedules.keys { add(.schedule(schedule)) }
        for team in directory.teams.keys { add(.team(team)) }
        self.ids = ids
        self.displayNames = displayNames
        mentions = scene.mentions
        speaker = scene.speaker
        longestName = min(longest, 8)
    }

    /// Everything this could name, sorted; one word, or several separated by single spaces.
    func meanings(of text: String, isQuoted: Bool = false) -> [Named] {
        if !isQuoted, let mentioned = Self.mention(in: text) {
            return mentions[mentioned].map { [.user($0)] } ?? []
        }
        let name = !isQuoted && text.hasPrefix("@") ? String(text.dropFirst()) : text
        var found = Set(ids[name] ?? []).union(displayNames[name.withSingleBlanks.lowercased()] ?? [])
        if !isQuoted, ["me", "myself"].contains(text.lowercased()), let speaker { found.insert(.user(speaker)) }
        return found.sorted()
    }

    /// All names of those kinds, sorted.
    func known(_ kinds: Set<Named.Kind>) -> [String] {
        Set(ids.values.joined().filter { kinds.contains($0.kind) }.map(\.id)).sorted()
    }

    /// The chat id in "<@U01ANA>" or "<@U01ANA|ana>". What follows the bar is decoration that anybody can choose.
    static func mention(in text: String) -> String? {
        guard text.hasPrefix("<@"), text.hasSuffix(">") else { return nil }
        return String(text.dropFirst(2).dropLast().prefix { $0 != "|" })
    }
}
