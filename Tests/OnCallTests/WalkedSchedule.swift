import OnCall
import Timekeeping

/// A walked schedule with what people laid over it, answered minute by minute.
///
/// Overrides are applied from the oldest to the newest, each cutting back the line of replacements to the person it
/// names: the other way round than the implementation.
struct WalkedSchedule {
    let start: Instant
    private let layers: [(also: Bool, stands: [RotationStand?])]
    private let timeOff: [TimeOff]
    private let overrides: [Override]
    private let second: (id: ScheduleID, places: Int)
    private let primary: ScheduleID

    init(_ world: World, walker: Walker) {
        start = walker.start
        layers = world.layers.map { ($0.also, walker.walk($0)) }
        timeOff = world.timeOff
        overrides = world.overrides.sorted { $0.id < $1.id }
        second = (World.second, world.places)
        primary = World.primary
    }

    func people(_ minute: Int) -> [UserID] { answer(minute).people }

    func peopleBehind(_ minute: Int) -> [UserID] {
        let now = start + .minutes(Int64(minute))
        let (taken, stand) = answer(minute)
        let mine = overrides(of: second.id, now)
        if let stand {
            let named = mine.compactMap(\.kind.named)
            var order = (stand.following + [stand.user]).filter { !taken.contains($0) }
            order.removeAll { isOff($0, now) && !named.contains($0) }
            for user in order.dropFirst(second.places - 1) {
                if let found = settle(user, [], mine, now) { return [found] }
            }
        }
        return cover(mine).map { [$0] } ?? []
    }

    private func answer(_ minute: Int) -> (people: [UserID], stand: RotationStand?) {
        let now = start + .minutes(Int64(minute))
        let mine = overrides(of: primary, now)
        var people: [UserID] = []
        var stand: RotationStand?
        for layer in layers.reversed() where !layer.also && people.isEmpty {
            guard let here = layer.stands[minute] else { continue }
            if let found = settle(here.user, here.following, mine, now) { (people, stand) = ([found], here) }
        }
        for layer in layers where layer.also {
            guard let here = layer.stands[minute] else { continue }
            guard let found = settle(here.user, here.following, mine, now) else { continue }
            if !people.contains(found) { people.append(found) }
            stand = stand ?? here
        }
        if people.isEmpty, let found = cover(mine) { people = [found] }
        return (people, stand)
    }

    private func overrides(of schedule: ScheduleID, _ now: Instant) -> [Override] {
        overrides.filter { $0.schedule == schedule && (now >= $0.from && now < $0.until) }
    }

    private func isOff(_ user: UserID, _ now: Instant) -> Bool {
        timeOff.contains { $0.user == user && now >= $0.from && now < $0.until }
    }

    private func settle(_ user: UserID, _ following: [UserID], _ mine: [Override], _ now: Instant) -> UserID? {
        var line: [UserID?] = [user]
        var decidingCover: Int?
        for override in mine {
            let (named, successor): (UserID, UserID?)
            switch override.kind {
            case .cover(let cover):
                line = [user, cover]
                decidingCover = override.id
                continue
            case .replace(let replaced, let replacement): (named, successor) = (replaced, replacement)
            case .remove(let removed): (named, successor) = (removed, nil)
            case .add: continue
            }
            guard let place = line.firstIndex(of: named) else { continue }
            line = line[...place] + [successor]
            if place == 0 { decidingCover = nil }
        }
        if line.count > 1 {
            if let last = line[line.count - 1] { return last }
            guard let decidingCover else { return nil }
            return settle(user, following, mine.filter { $0.id != decidingCover }, now)
        }
        if !isOff(user, now) { return user }
        guard let substitute = following.first(where: { !isOff($0, now) }) else { return nil }
        return end(of: [substitute], mine)
    }

    private func cover(_ mine: [Override]) -> UserID? {
        for override in mine.reversed() {
            guard case .cover(let user) = override.kind else { continue }
            if let found = end(of: [user], mine.filter { $0.id > override.id }) { return found }
        }
        return nil
    }

    private func end(of line: [UserID?], _ mine: [Override]) -> UserID? {
        var line = line
        for override in mine {
            guard let named = override.kind.named, let place = line.firstIndex(of: named) else { continue }
            if case .replace(_, let replacement) = override.kind {
                line = line[...place] + [replacement]
            } else {
                line = line[...place] + [nil]
            }
        }
        return line[line.count - 1]
    }
}

extension Override.Kind {
    fileprivate var named: UserID? {
        switch self {
        case .cover, .add: nil
        case .replace(let replaced, _): replaced
        case .remove(let removed): removed
        }
    }
}
