import Engine
import EngineCore
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// The fields of the forms about one's own shifts.
enum CoverForm {
    enum Deed: String {
        case ask, accept, decline, withdraw, away, comeBack, subscribe, unsubscribe
    }

    /// "1792800000-1792828800": seconds since 1970. Of a shift that runs the beginning stands, though it is over: what
    /// begins only after it was asked for lapses at its beginning.
    static func write(_ from: Instant, _ until: Instant) -> String {
        "\(from.milliseconds / 1000)-\(until.milliseconds / 1000)"
    }

    static func read(_ text: some StringProtocol) -> CoverRequest.Stretch? {
        let parts = text.split(separator: "-").compactMap { Int64($0) }
        guard parts.count == 2, parts.allSatisfy({ (0..<4_102_444_800).contains($0) }) else { return nil }
        return .init(from: Instant(seconds: parts[0]), until: Instant(seconds: parts[1]))
    }
}

/// What somebody does about their own shifts, or somebody at the console for them.
extension ScheduleRoutes {
    func mine(_ form: Form, _ guest: Guest) async throws -> Response {
        let directory = guest.viewer.directory
        let person = form["user"].map { UserID(rawValue: $0) }
        if let own = guest.own, person != own {
            throw Problem(
                .forbidden, "You are here as \(directory.name(of: own)), and may see to that person only.")
        }
        guard let person, directory.users[person] != nil else {
            throw Problem(.unprocessableContent, "Go back and choose whose shifts these are.")
        }
        guard let deed = form["do"].flatMap(CoverForm.Deed.init) else {
            throw Problem(.unprocessableContent, "There is no such button.")
        }
        let by = Actor(user: guest.own ?? guest.viewer.acting ?? person, via: .console)
        let (command, news) = try command(deed, form, person, by)
        let reply = await engine.submit(.command(command, request: console.request(form, "mine/\(deed.rawValue)")))
        if case .refused(let refusal) = reply { throw Self.problem(refusal, guest) }
        if case .unavailable(let wait) = reply { throw Problem.unavailable(retryAfter: wait) }
        let whose = guest.own == nil ? "&user=\(Form.encode(person.rawValue))" : ""
        return .seeOther("/me?done=\(news.rawValue)\(whose)#shifts")
    }

    private func command(
        _ deed: CoverForm.Deed, _ form: Form, _ person: UserID, _ by: Actor
    ) throws -> (Command, MePage.News) {
        switch deed {
        case .ask: return (try ask(form, person, by), .asked)
        case .accept: return (.answerCover(try Self.number(form), accept: true, by: person, via: .console), .accepted)
        case .decline: return (.answerCover(try Self.number(form), accept: false, by: person, via: .console), .declined)
        case .withdraw:
            let id = try Self.number(form)
            guard engine.read({ $0.book.coverRequests[id] }).map({ $0.user == person }) ?? true else {
                throw Problem(.forbidden, "This request is somebody else's.")
            }
            return (.withdrawCover(id, by: by), .withdrawn)
        case .away:
            guard let zone = form["zone"].flatMap(zone) else {
                throw Problem(.unprocessableContent, "The form names no time zone. Reload the page, and try again.")
            }
            // Of a time shown twice the longer stretch is meant: an hour more off than less.
            var doubts: [String] = []
            let from = try OverrideWish.instant(form["from"], "From", zone, isEnd: false, &doubts)
            let until = try OverrideWish.instant(form["until"], "Until", zone, isEnd: true, &doubts)
            let leaveHole = form["leave_hole"] == "yes"
            return (.addTimeOff(person, from: from, until: until, leaveHole: leaveHole, by: by), .away)
        case .comeBack:
            let id = try Self.number(form)
            guard engine.read({ $0.book.timeOff(entered: id) }).map({ $0.user == person }) ?? true else {
                throw Problem(.forbidden, "This time off is somebody else's.")
            }
            return (.removeTimeOff(id, by: by), .back)
        case .subscribe: return (.issueCalendar(.person(person), by: by), .subscribed)
        case .unsubscribe:
            let id = try Self.number(form)
            guard engine.read({ $0.book.calendars[id] }).map({ $0 == .person(person) }) ?? true else {
                throw Problem(.forbidden, "This calendar is not of this person's shifts.")
            }
            return (.revokeCalendar(id, by: by), .unsubscribed)
        }
    }

    private func ask(_ form: Form, _ person: UserID, _ by: Actor) throws -> Command {
        guard let schedule = form["schedule"].map({ ScheduleID(rawValue: $0) }),
            let hours = form["hours"].flatMap({ CoverForm.read($0) })
        else { throw Problem(.unprocessableContent, "Go back and choose the shift.") }
        var asked = form["asked"].map { [UserID(rawValue: String($0.dropFirst("user ".count)))] } ?? []
        var inReturn: CoverRequest.Stretch?
        if let offer = form["return"] {
            let parts = offer.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let stretch = CoverForm.read(parts[0]) else {
                throw Problem(.unprocessableContent, "Go back and choose what you take in return.")
            }
            let owner = UserID(rawValue: String(parts[1]))
            guard asked.isEmpty || asked == [owner] else {
                throw Problem(
                    .unprocessableContent, "Go back and ask whoever has the shift that you take in return.")
            }
            (asked, inReturn) = ([owner], stretch)
        }
        return .requestCover(
            schedule, person, from: hours.from, until: hours.until, inReturn: inReturn, asked: asked, by: by)
    }

    private static func number(_ form: Form) throws -> Int {
        guard let id = form["id"].flatMap({ Int($0) }) else {
            throw Problem(.unprocessableContent, "There is no such button.")
        }
        return id
    }

    private static func problem(_ refusal: Refusal, _ guest: Guest) -> Problem {
        guard case .leavesHole(let schedule, let at) = refusal else { return refusal.problem }
        return Problem(
            .conflict,
            "Nobody would be on call in \(schedule.rawValue) from \(DutyWords.moment(at, guest.viewer.clock)) on, so "
                + "nothing was changed. Go back, and find somebody first. For time off you can also say that it may "
                + "leave nobody on call.",
            code: "leaves_hole")
    }
}
