import Incidents
import OnCall
import Timekeeping

/// Holes, their causes and what to do about them, in plain sentences.
public struct HoleWords: Sendable {
    private let directory: Directory
    /// Why a person is not reached, if that is known; one clause with the way out.
    private let obstacles: @Sendable (UserID) -> String?

    public init(_ directory: Directory, obstacles: @escaping @Sendable (UserID) -> String? = { _ in nil }) {
        self.directory = directory
        self.obstacles = obstacles
    }

    /// "sat 2026-11-28 18:00 to sun 2026-11-29 08:00 (Europe/Berlin)".
    public static func span(_ from: Instant, _ until: Instant, _ zone: ZoneRules) -> String {
        "\(moment(from, zone)) to \(moment(until, zone)) (\(zone.id))"
    }

    /// "sat 2026-11-28 18:00".
    public static func moment(_ instant: Instant, _ zone: ZoneRules) -> String {
        let civil = zone.civil(at: instant)
        return "\(civil.date.weekday.abbreviation) \(civil)"
    }

    /// "every sat and sun, 1044 times", "once".
    public static func rhythm(_ repeated: RepeatedHole) -> String {
        let times = "\(repeated.holes.count) times"
        switch repeated.rhythm {
        case .once: return "once"
        case .daily: return "every day, \(times)"
        case .weekly(let days): return "every \(list(days.map(\.abbreviation))), \(times)"
        case .every(let days) where days % 7 == 0: return "every \(days / 7) weeks, \(times)"
        case .every(let days): return "every \(days) days, \(times)"
        case .irregular(let days) where days.count == 7: return "\(times), not every day"
        case .irregular(let days): return "on \(list(days.map(\.abbreviation))) but not on all, \(times)"
        }
    }

    // MARK: Causes

    /// One clause each: "ana, who has the turn in layer week, is off and so is ben".
    public func why(_ hole: CoverageHole) -> String {
        let causes = hole.causes.map(clause).joined(separator: ", then ")
        guard let change = hole.clockChange else { return causes }
        let direction = change.bySeconds > 0 ? "forward" : "back"
        let minutes = abs(change.bySeconds) / 60
        let amount = minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes) min"
        let zone = directory.roster.zones[change.zone] ?? .utc
        return "\(causes). It is there only because the clocks of \(change.zone) went \(direction) by \(amount), to "
            + Self.moment(change.at, zone)
    }

    /// The same in a few words, for a warning.
    public func summary(_ hole: CoverageHole) -> String {
        let causes = hole.causes.map { cause in
            guard case .noLayerAnswers = cause.root else { return clause(cause) }
            return HoleReason.noLayerCovers.explanation
        }
        let change = hole.clockChange.map { ", since the clocks of \($0.zone) changed" } ?? ""
        return causes.joined(separator: ", then ") + change
    }

    func clause(_ cause: HoleCause) -> String {
        switch cause {
        case .noLayerAnswers(let layers): silence(layers)
        case .everyoneAway(let away): self.away(away)
        case .nobodyReachable(let posts): Self.list(posts.map(post))
        case .nobodyElse(let primary): "the rotation of schedule \(primary) has nobody further who is there"
        case .nobodyInFront(let primary, let cause):
            "nobody is on call in schedule \(primary), which it stands behind: \(clause(cause))"
        case .unknownSchedule(let id): "schedule \(id), one it stands behind, or its time zone is not known"
        }
    }

    private func silence(_ layers: [HoleCause.SilentLayer]) -> String {
        if layers.isEmpty { return "the schedule has no layers" }
        let ending = layers.filter { if case .closed(true, _) = $0.silence { true } else { false } }.map(\.name)
        let beginning = layers.filter { if case .closed(_, true) = $0.silence { true } else { false } }.map(\.name)
        let closed = layers.filter { $0.silence == .closed(ends: false, begins: false) }.map(\.name)
        var clauses: [String] = []
        if !ending.isEmpty, ending == beginning {
            clauses.append("the hours of layer \(Self.list(ending)) end where it begins and begin again where it ends")
        } else {
            if !ending.isEmpty { clauses.append("the hours of layer \(Self.list(ending)) end where it begins") }
            if !beginning.isEmpty { clauses.append("the hours of layer \(Self.list(beginning)) begin where it ends") }
        }
        if !closed.isEmpty { clauses.append("it is outside the hours of layer \(Self.list(closed))") }
        for layer in layers {
            switch layer.silence {
            case .closed: break
            case .notBegun(let date): clauses.append("layer \(layer.name) has its first turn only from \(date) on")
            case .hasNobody: clauses.append("layer \(layer.name) has nobody then")
            }
        }
        return "no layer covers this time: \(Self.list(clauses))"
    }

    private func away(_ away: [HoleCause.Away]) -> String {
        if away.isEmpty { return "everyone who would be on call has been removed or is off" }
        return Self.list(
            away.map { person in
                let layer = person.layer.map { " (layer \($0))" } ?? ""
                switch person.why {
                case .override(let id): return "\(person.user)\(layer) was taken out by override \(id)"
                case .timeOff(.configuration), .timeOff(.entered): return "\(person.user)\(layer) is off"
                case .timeOff(.holiday(let calendar, let name)):
                    return "\(person.user)\(layer) has a holiday (\(name), calendar \(calendar))"
                }
            })
    }

    private func post(_ post: HoleCause.Post) -> String {
        let place =
            switch post.by {
            case .turn(let layer): "has the turn in layer \(layer)"
            case .cover(let absent, let layer): "covers for \(absent) in layer \(layer)"
            case .override(let id): "is on call by override \(id)"
            case .behind(let primary): "comes next in schedule \(primary)"
            }
        let reason = obstacles(post.user) ?? "nothing but the inbox reaches them, and it wakes nobody"
        return "\(post.user) \(place) and cannot be reached: \(reason)"
    }

    // MARK: What to do

    /// Whole sentences.
    public func wayOut(_ hole: CoverageHole, in schedule: ScheduleID) -> String {
        var sentences: [String] = []
        if hole.clockChange != nil {
            sentences.append("Let the hours of two zones overlap by as much as clocks change.")
        }
        for cause in hole.causes {
            let sentence = wayOut(cause, schedule)
            if !sentences.contains(sentence) { sentences.append(sentence) }
        }
        return sentences.joined(separator: " ")
    }

    private func wayOut(_ cause: HoleCause, _ schedule: ScheduleID) -> String {
        switch cause {
        case .noLayerAnswers(let layers) where layers.contains { if case .closed = $0.silence { true } else { false } }:
            return "Widen the hours of a layer of \(schedule), or add a first layer without hours."
        case .noLayerAnswers: return "Give a layer of \(schedule) people from an earlier date on."
        case .everyoneAway(let away):
            let overrides = away.compactMap { person -> Int? in
                if case .override(let id) = person.why { id } else { nil }
            }
            let cover = "Put somebody in: tocsin override add \(schedule) --cover WHO --from … --until …"
            guard let id = overrides.first else { return cover + "." }
            return "Take the override back: tocsin override remove \(id). Or put somebody in with tocsin override add."
        case .nobodyReachable:
            return "Give them a method that works, or put somebody in who has one. tocsin check lists who has which."
        case .nobodyElse(let primary): return "Add a person to the rotation of \(primary)."
        case .nobodyInFront(let primary, let cause): return wayOut(cause, primary)
        case .unknownSchedule: return "Correct the name. tocsin check says where it stands."
        }
    }

    /// "a", "a and b", "a, b and c".
    static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }
}
