import Incidents
import OnCall
import Timekeeping

extension Sentence {
    /// A snooze is an acknowledgement with an alarm (S14): a day is more than anybody should be trusted to sleep.
    private static let longestSnooze = Duration.hours(24)
    static let longestSpan = Duration.days(366)

    var times: TimeReader { TimeReader(zone: scene.zone, now: scene.now, words: words) }

    mutating func readSnooze() throws -> Reading {
        let incident = try takeIncident()
        guard !arguments.isEmpty else {
            throw Unclear.wrong("Say for how long. Nothing was done.", hint: "For example: \(verb.example)")
        }
        let until = try times.end(arguments)
        guard until - scene.now <= Self.longestSnooze else {
            throw Unclear.wrong(
                "A snooze lasts at most 24 hours. Nothing was done.", hint: "For example: \(verb.example)")
        }
        return done(.snooze(incident, until: until), confirmation: confirmation(until: until))
    }

    func confirmation(until: Instant) -> String {
        let spoken = SpokenTime(now: scene.now, zones: [scene.zone, .utc])
        return "until \(spoken.moment(until))"
    }

    /// `who is on call for sun at 18:00`
    func readWho() throws -> Reading {
        let fillers: Set<String> = [
            "is", "are", "was", "will", "be", "on", "call", "on-call", "oncall", "duty", "for", "in", "the", "right",
            "currently", "there",
        ]
        var schedules: [ScheduleID] = []
        var index = 0
        while index < arguments.count {
            let word = arguments[index]
            let isTime = TimeReader.beginsTime(word)
            if let found = try name(at: index, [.schedule], isRequired: false), case .schedule(let id) = found.named {
                if isTime, found.count == 1, index + 1 < arguments.count, TimeReader.beginsTime(arguments[index + 1]) {
                    try refuseNameAndTime(.schedule(id), at: index)
                }
                if !schedules.contains(id) { schedules.append(id) }
                index += found.count
            } else if word.says(oneOf: fillers) || word.says("and") {
                index += 1
            } else if isTime {
                break
            } else {
                throw notKnown(at: index, [.schedule])
            }
        }
        let rest = Array(arguments[index...])
        if rest.isEmpty || rest.count == 1 && rest[0].says("now") { return done(.who(schedules, at: nil)) }
        let at = try times.moment(rest)
        let spoken = SpokenTime(now: scene.now, zones: [scene.zone, .utc])
        return done(.who(schedules, at: at), confirmation: spoken.moment(at))
    }

    /// "sun" is a schedule in some places and a day in all of them. With a clock time behind it, it may be either.
    func refuseNameAndTime(_ named: Named, at index: Int, before: String = "") throws {
        let word = arguments[index]
        guard let day = TimeReader.day(word, today: scene.zone.civil(at: scene.now).date) else { return }
        throw Unclear.choose(
            "Is '\(word.text.shown())' the \(named.kind.rawValue) or the day?",
            [
                Choice(label: named.spelling, line: line(replacing: word.range, with: named.spelling)),
                Choice(label: "on \(day)", line: line(replacing: word.range, with: "\(before)\(day)")),
            ])
    }

    /// The span at the end of an override, checked.
    func overrideSpan(_ rest: ArraySlice<Word>) throws -> (from: Instant, until: Instant) {
        guard !rest.isEmpty else {
            throw Unclear.wrong("Say from when until when. Nothing was done.", hint: "For example: \(verb.example)")
        }
        let span = try times.span(Array(rest))
        guard span.until - span.from <= Self.longestSpan else {
            throw Unclear.wrong(
                "An override lasts at most 366 days. Nothing was done.",
                hint: "Change the schedule in the configuration instead.")
        }
        return span
    }
}
