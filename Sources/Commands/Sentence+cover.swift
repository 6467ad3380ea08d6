import Incidents
import OnCall
import Timekeeping

/// Time on call given away: asked for, taken, refused; and time off.
extension Sentence {
    /// Whether "cover" is followed by "me": then somebody else is wanted.
    var asksForCover: Bool { spelling == "cover" && arguments.first?.says("me") == true }

    /// `cover me on primary tomorrow 9:00-17:00 by ben and chi`
    func readCoverRequest() throws -> Reading {
        guard let speaker = scene.speaker else { throw Unclear.wrong("You are not known here. Nothing was done.") }
        var rest = arguments[1...]
        let asked = try peopleAsked(&rest)
        if asked.contains(speaker) {
            throw Unclear.wrong("You cannot cover for yourself. Nothing was done.", hint: "Name somebody else.")
        }
        let named = try scheduleNamed(&rest)
        let span = try overrideSpan(rest)
        let schedule = try named ?? scheduleToCover(speaker, from: span.from, until: span.until)
        return done(
            .requestCover(schedule, from: span.from, until: span.until, asked: asked),
            confirmation: spoken(span, also: schedule))
    }

    /// `accept cover 3`, `decline 3`
    func readCoverAnswer(accept: Bool) throws -> Reading {
        let said = arguments.filter { !$0.says(oneOf: ["cover", "request", "swap", "the"]) }
        guard said.count == 1 else {
            throw Unclear.wrong(
                "Say which cover request, by its number. Nothing was done.", hint: "For example: \(verb.example)")
        }
        let digits = said[0].text.hasPrefix("#") ? said[0].text.dropFirst() : said[0].text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isASCIIDigit), let number = Int(digits), number > 0 else {
            throw Unclear.wrong(
                "'\(said[0].text.shown())' is not a cover request's number. Nothing was done.",
                hint: "For example: \(verb.example)")
        }
        return done(.answerCover(number, accept: accept))
    }

    /// `off tomorrow 9:00-17:00`
    func readTimeOff() throws -> Reading {
        let span = try overrideSpan(arguments[...])
        return done(.timeOff(from: span.from, until: span.until), confirmation: spoken(span, also: nil))
    }

    private func spoken(_ span: (from: Instant, until: Instant), also schedule: ScheduleID?) -> String {
        let zone = schedule.flatMap { scene.directory.roster.schedules[$0] }
            .flatMap { scene.directory.roster.zones[$0.zone] }
        let other =
            zone.map { SpokenTime.place(of: $0) == SpokenTime.place(of: scene.zone) ? .utc : $0 } ?? ZoneRules.utc
        return SpokenTime(now: scene.now, zones: [scene.zone, other]).span(span.from, span.until)
    }

    /// "by ben and chi" at the end, taken off.
    private func peopleAsked(_ rest: inout ArraySlice<Word>) throws -> [UserID] {
        guard let by = rest.lastIndex(where: { $0.says("by") }) else { return [] }
        var users: [UserID] = []
        var index = by + 1
        while index < rest.endIndex {
            if arguments[index].says(oneOf: ["and", "or"]), index > by + 1 {
                index += 1
                continue
            }
            guard let (named, count) = try name(at: index, [.user]), case .user(let user) = named else {
                throw notKnown(at: index, [.user])
            }
            if !users.contains(user) { users.append(user) }
            index += count
        }
        guard !users.isEmpty else {
            throw Unclear.wrong("Say who is asked. Nothing was done.", hint: "For example: \(Self.coverExample)")
        }
        rest = rest[..<by]
        return users
    }

    /// "on primary" at the beginning, taken off. "on" before a day is only that.
    private func scheduleNamed(_ rest: inout ArraySlice<Word>) throws -> ScheduleID? {
        guard let first = rest.first, first.says(oneOf: ["on", "in"]), rest.count > 1 else { return nil }
        let index = rest.startIndex + 1
        let isTime = TimeReader.beginsTime(arguments[index])
        guard let found = try name(at: index, [.schedule], isRequired: !isTime), case .schedule(let id) = found.named
        else {
            rest = rest.dropFirst()
            return nil
        }
        if isTime { try refuseNameAndTime(.schedule(id), at: index) }
        rest = rest[(index + found.count)...]
        return id
    }

    /// The one schedule in which the speaker would be on call then.
    private func scheduleToCover(_ speaker: UserID, from: Instant, until: Instant) throws -> ScheduleID {
        let roster = scene.directory.roster
        let found = roster.schedules.keys.sorted().filter { id in
            roster.shifts(id, from: from, until: until, amendments: scene.amendments)
                .contains { $0.duties.contains { $0.user == speaker } }
        }
        guard let first = found.first else {
            throw Unclear.wrong(
                "You are not on call then, in no schedule. Nothing was done.",
                hint: "Say who to see who is on call.")
        }
        guard found.count > 1 else { return first }
        let end = arguments[0].range.upperBound
        throw Unclear.choose(
            "You are on call in several schedules then. Which is meant?",
            found.map { Choice(label: "\($0)", line: line(replacing: end..<end, with: " on schedule \($0)")) })
    }

    private static let coverExample = "cover me on primary tomorrow 9:00-17:00 by ben"
}
