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

    /// `walkers` of all zones that the layers have, all from the same instant on.
    init(_ world: World, walkers: [ZoneID: Walker]) {
        start = walkers[world.zone.id]!.start
        layers = world.layers.map { ($0.also, walkers[$0.zone ?? world.zone.id]!.walk($0)) }
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
        var people: [UserID] = []
        if let stand {
            let named = mine.compactMap(\.kind.named)
            var order = (stand.following + stand.people).filter { !taken.contains($0) }
            order.removeAll { isOff($0, now) && !named.contains($0) }
            // Those sent away in front queue up last.
            let ahead = overrides(of: primary, now)
            let sentAway = order.filter { end(of: [$0], ahead) != $0 }
            order = order.filter { !sentAway.contains($0) } + sentAway
            for user in order.dropFirst(second.places - 1) where people.isEmpty {
                switch fate(of: user, mine) {
                case .stays: people = [user]
                case .becomes(let other): people = [other]
                case .goes: break
                }
            }
        }
        return complete(people, mine)
    }

    private func answer(_ minute: Int) -> (people: [UserID], stand: RotationStand?) {
        let now = start + .minutes(Int64(minute))
        let mine = overrides(of: primary, now)
        var people: [UserID] = []
        var stand: RotationStand?
        for layer in layers.reversed() where !layer.also && people.isEmpty {
            guard let here = layer.stands[minute] else { continue }
            let found = settle(here, mine, now)
            if !found.isEmpty { (people, stand) = (found, here) }
        }
        for layer in layers where layer.also {
            guard let here = layer.stands[minute] else { continue }
            let found = settle(here, mine, now)
            people += found
            if !found.isEmpty { stand = stand ?? here }
        }
        return (complete(people.onceEach, mine), stand)
    }

    /// A seat for each person of the turn. Whoever is off leaves theirs empty; then the line behind moves up, from the
    /// last empty seat's point of view as from the first's: one after the other, nobody twice. Whoever was sent away
    /// steps out of the line.
    private func settle(_ stand: RotationStand, _ mine: [Override], _ now: Instant) -> [UserID] {
        var seats: [UserID?] = []
        var empty: [Int] = []
        for user in stand.people {
            switch fate(of: user, mine) {
            case .goes: seats.append(nil)
            case .becomes(let other): seats.append(other)
            case .stays where isOff(user, now):
                empty.append(seats.count)
                seats.append(nil)
            case .stays: seats.append(user)
            }
        }
        var line = stand.following[...]
        for seat in empty {
            while let next = line.popFirst() {
                if isOff(next, now) || seats.contains(next) { continue }
                guard let present = end(of: [next], mine) else { continue }
                seats[seat] = present
                break
            }
        }
        return seats.compactMap { $0 }.onceEach
    }

    private func complete(_ people: [UserID], _ mine: [Override]) -> [UserID] {
        var people = people
        if people.isEmpty, let found = cover(mine) { people = [found] }
        for override in mine {
            guard case .add(let user) = override.kind else { continue }
            switch fate(of: user, mine.filter { $0.id > override.id }) {
            case .stays: people.append(user)
            case .becomes(let other): people.append(other)
            case .goes: break
            }
        }
        return people.onceEach
    }

    private func overrides(of schedule: ScheduleID, _ now: Instant) -> [Override] {
        overrides.filter { $0.schedule == schedule && (now >= $0.from && now < $0.until) }
    }

    private func isOff(_ user: UserID, _ now: Instant) -> Bool {
        timeOff.contains { $0.user == user && now >= $0.from && now < $0.until }
    }

    private enum Fate {
        case stays, goes
        case becomes(UserID)
    }

    /// What overrides make of a person who would be on call.
    private func fate(of user: UserID, _ mine: [Override]) -> Fate {
        var line: [UserID?] = [user]
        var decidingCover: Int?
        for override in mine {
            let (named, successor): (UserID, UserID?)
            switch override.kind {
            case .add: continue
            case .cover(let cover):
                line = [user, cover]
                decidingCover = override.id
                continue
            case .replace(let replaced, let replacement): (named, successor) = (replaced, replacement)
            case .remove(let removed): (named, successor) = (removed, nil)
            }
            guard let place = line.firstIndex(of: named) else { continue }
            line = line[...place] + [successor]
            if place == 0 { decidingCover = nil }
        }
        if line.count == 1 { return .stays }
        if let last = line[line.count - 1] { return .becomes(last) }
        guard let decidingCover else { return .goes }
        return fate(of: user, mine.filter { $0.id != decidingCover })
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
