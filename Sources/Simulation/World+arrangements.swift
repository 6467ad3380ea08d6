import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What people arrange with each other about being on call.
extension World {
    func arrangeSomething() {
        let people = directory.users.keys.sorted()
        let user = random.pick(people)
        let actor = Actor(user: user, via: .console)
        switch random.number(0...99) {
        case ..<35:
            let from = wallNow + random.time(.seconds(1), .hours(3)) - .minutes(random.pick([0, 30]))
            ask(
                .addTimeOff(
                    user, from: from, until: from + random.time(.minutes(10), .hours(12)),
                    leaveHole: random.chance(600), by: actor), after: .zero)
        case ..<45:
            ask(.removeTimeOff(random.number(1...2), by: actor), after: .zero)
        case ..<52:
            let from = wallNow + random.time(.seconds(1), .hours(3))
            let days = people.filter { _ in random.chance(400) }.map { user in
                TimeOff(
                    user: user, from: from, until: from + .hours(3),
                    source: .holiday(calendar: "land", name: "Day of rest"))
            }
            ask(.readHolidays(calendar: "land", digest: "d\(random.number(1...9))", days), after: .zero)
        case ..<56: ask(.issueCalendar(random.pick([.person(user), .schedule("sun")]), by: actor), after: .zero)
        case ..<58: ask(.revokeCalendar(random.number(1...3), by: actor), after: .zero)
        case ..<62:
            let hour = Instant(milliseconds: wallNow.milliseconds / 3_600_000 * 3_600_000) + .hours(1)
            ask(.tellHandoff("short", at: hour, incoming: [user], outgoing: []), after: .zero)
        default: wantCover()
        }
    }

    private func wantCover() {
        let schedule = random.pick(["sun", "week", "short"] as [ScheduleID])
        let from = wallNow + random.time(.seconds(1), .hours(3)) - .minutes(random.pick([0, 0, 30]))
        let onCall = directory.roster.onCall(schedule, at: from, amendments: chronicle.amendments).duties.map(\.user)
        let people = directory.users.keys.sorted()
        let user = onCall.first ?? random.pick(people)
        let until = from + random.time(.minutes(10), .hours(4))
        var inReturn: CoverRequest.Stretch?
        if random.chance(400) {
            let begin = until + random.time(.zero, .hours(4))
            inReturn = CoverRequest.Stretch(from: begin, until: begin + random.time(.hours(1), .hours(12)))
        }
        let others = people.filter { $0 != user && random.chance(400) }
        ask(
            .requestCover(
                schedule, user, from: from, until: until, inReturn: inReturn,
                asked: random.chance(400) ? [] : others, by: Actor(user: user, via: .slack)), after: .zero)
    }

    /// Several people read the request, and not all of them were meant.
    func goOn(afterRequesting id: Int, _ command: Command) {
        guard case .requestCover(_, let user, _, _, _, _, _) = command else { return }
        let asked = chronicle.covers[id].map { directory.people(askedBy: $0.request) } ?? []
        for _ in 0..<random.number(0...3) {
            let other = asked.isEmpty || random.chance(100) ? random.pick(RandomDirectory.users) : random.pick(asked)
            ask(
                .answerCover(id, accept: random.chance(600), by: other, via: .slack),
                after: random.time(.seconds(5), .hours(2)))
        }
        if random.chance(120) {
            ask(.withdrawCover(id, by: Actor(user: user, via: .cli)), after: random.time(.seconds(5), .hours(1)))
        }
    }

    func noteArrangement(_ command: Command) {
        switch command {
        case .addTimeOff: faults.met(.timeOffAdded)
        case .removeTimeOff: faults.met(.timeOffRemoved)
        case .readHolidays: faults.met(.holidaysRead)
        case .answerCover(let id, let accept, _, _):
            faults.met(accept ? .coverAccepted : .coverDeclined)
            if accept, chronicle.covers[id]?.request.isSwap == true { faults.met(.swapAccepted) }
        default: break
        }
    }

    // MARK: A scenario's

    /// `away ben in 1h for 8h by ana`, `wants sun ana in 1h for 2h asked=ben,cai return=5h/2h`, `accept 1 by ben`
    /// (decline and withdraw likewise), `holidays land d1 ben in 1h for 8h`, `join sun dee in 1h for 2h`.
    func arranging(_ words: [String], _ options: [String: String], _ line: Scenario.Line) throws -> Command {
        let user = words.firstIndex(of: "by").map { UserID(rawValue: words[$0 + 1]) }
        let actor = Actor(user: user, via: .api)
        let wait = try words.firstIndex(of: "in").map { try SmallDirectory.duration(words[$0 + 1], line) } ?? .zero
        let length = try words.firstIndex(of: "for").map { try SmallDirectory.duration(words[$0 + 1], line) }
        let (from, until) = (wallNow + wait, wallNow + wait + (length ?? .hours(1)))
        guard words.count > 1 else { throw ScenarioProblem(line, "who, or which?") }
        switch words[0] {
        case "away":
            return .addTimeOff(
                UserID(rawValue: words[1]), from: from, until: until, leaveHole: words.contains("anyway"), by: actor)
        case "holidays":
            guard words.count > 3 else { throw ScenarioProblem(line, "whose?") }
            let day = TimeOff(
                user: UserID(rawValue: words[3]), from: from, until: until,
                source: .holiday(calendar: words[1], name: "Day of rest"))
            return .readHolidays(calendar: words[1], digest: words[2], [day])
        case "join":
            guard words.count > 2 else { throw ScenarioProblem(line, "who?") }
            return .addOverride(
                ScheduleID(rawValue: words[1]), from: from, until: until, kind: .add(UserID(rawValue: words[2])),
                leaveHole: false, by: actor)
        case "wants":
            guard words.count > 2 else { throw ScenarioProblem(line, "who?") }
            let asked = (options["asked"] ?? "").split(separator: ",").map { UserID(rawValue: String($0)) }
            let inReturn = try options["return"].map { text in
                let parts = text.split(separator: "/").map(String.init)
                guard parts.count == 2 else { throw ScenarioProblem(line, "return=5h/2h is in 5 h for 2 h") }
                let begin = wallNow + (try SmallDirectory.duration(parts[0], line))
                return CoverRequest.Stretch(
                    from: begin, until: begin + (try SmallDirectory.duration(parts[1], line)))
            }
            let wanting = UserID(rawValue: words[2])
            return .requestCover(
                ScheduleID(rawValue: words[1]), wanting, from: from, until: until, inReturn: inReturn, asked: asked,
                by: Actor(user: user ?? wanting, via: .slack))
        default:
            guard let id = Int(words[1]) else { throw ScenarioProblem(line, "which request?") }
            return words[0] == "withdraw"
                ? .withdrawCover(id, by: actor)
                : .answerCover(id, accept: words[0] == "accept", by: user ?? "nobody", via: .slack)
        }
    }
}
