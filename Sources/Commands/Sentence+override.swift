import Incidents
import OnCall
import Timekeeping

extension Sentence {
    /// `override sun ben for ana tomorrow 9:00-17:00`, `cover sun 2h`
    func readOverride() throws -> Reading {
        if asksForCover { return try readCoverRequest() }
        guard !arguments.isEmpty, let found = try name(at: 0, [.schedule]), case .schedule(let schedule) = found.named
        else {
            throw Unclear.wrong("Say which schedule. Nothing was done.", hint: "For example: \(verb.example)")
        }
        let (kind, next) = try kind(at: found.count)
        let span = try overrideSpan(arguments[next...])
        if case .replace(let away, let present) = kind, away == present {
            throw Unclear.wrong("'\(away)' cannot stand in for themselves. Nothing was done.")
        }
        let zone =
            scene.directory.roster.schedules[schedule]
            .flatMap { scene.directory.roster.zones[$0.zone] } ?? .utc
        let other = SpokenTime.place(of: zone) == SpokenTime.place(of: scene.zone) ? ZoneRules.utc : zone
        let spoken = SpokenTime(now: scene.now, zones: [scene.zone, other])
        return done(
            .override(schedule, from: span.from, until: span.until, kind: kind),
            confirmation: spoken.span(span.from, span.until))
    }

    private var isCover: Bool { spelling == "cover" }

    /// Who does what, and where the time begins.
    private func kind(at index: Int) throws -> (Override.Kind, Int) {
        guard index < arguments.count else {
            throw Unclear.wrong("Say who, and from when until when.", hint: "For example: \(verb.example)")
        }
        let word = arguments[index]
        if word.says("remove") {
            let (user, next) = try person(at: index + 1)
            return (.remove(user), next)
        }
        if word.says("replace") {
            let (away, between) = try person(at: index + 1)
            guard between < arguments.count, arguments[between].says(oneOf: ["with", "by"]) else {
                throw Unclear.wrong(
                    "Say who stands in. Nothing was done.", hint: "For example: override sun ben for ana 2h")
            }
            let (present, next) = try person(at: between + 1)
            return (.replace(away, with: present), next)
        }
        if isCover, let speaker = scene.speaker, let (away, next) = try personAway(at: index) {
            return (.replace(away, with: speaker), next)
        }
        if TimeReader.beginsTime(word) {
            if let found = try name(at: index, [.user], isRequired: false) {
                try refuseNameAndTime(found.named, at: index, before: isCover ? "" : "me ")
            } else {
                guard isCover, let speaker = scene.speaker else {
                    throw Unclear.wrong(
                        "Say who covers. Nothing was done.",
                        hint: "'me' is you."
                            + suggestion(replacing: word.range.lowerBound..<word.range.lowerBound, with: "me "))
                }
                return (.cover(speaker), index)
            }
        }
        let (user, next) = try person(at: index)
        if let (away, afterwards) = try personAway(at: next) { return (.replace(away, with: user), afterwards) }
        if isCover, user != scene.speaker { throw whoCovers(user, at: index) }
        return (.cover(user), next)
    }

    private func person(at index: Int) throws -> (UserID, Int) {
        guard let (named, count) = try name(at: index, [.user]), case .user(let user) = named else {
            throw Unclear.wrong("Say who. Nothing was done.", hint: "For example: \(verb.example)")
        }
        return (user, index + count)
    }

    /// "for ana", which is not the beginning of "for 2h".
    private func personAway(at index: Int) throws -> (UserID, Int)? {
        guard index + 1 < arguments.count, arguments[index].says("for"), !TimeReader.isLength(arguments[index + 1])
        else { return nil }
        return try person(at: index + 1)
    }

    /// "cover sun ben 2h": does ben cover, or is he covered?
    private func whoCovers(_ user: UserID, at index: Int) -> Unclear {
        let range = arguments[index].range
        let byUser =
            words.string(0..<verbRange.lowerBound) + "override"
            + words.string(verbRange.upperBound..<words.scalars.count)
        return .choose(
            "Who covers?",
            [
                Choice(label: "\(user) covers", line: byUser),
                Choice(
                    label: "You stand in for \(user)",
                    line: line(replacing: range.lowerBound..<range.lowerBound, with: "for ")),
            ])
    }
}
