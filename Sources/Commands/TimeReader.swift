import Timekeeping

/// Turns what was said into instants, in the speaker's zone.
///
/// A clock time without a date is its next occurrence; an end is the first one after its start. A time that the
/// clocks skip is refused, one that they show twice is asked about. All functions throw `Unclear`.
struct TimeReader {
    let zone: ZoneRules
    let now: Instant
    let words: Words

    /// Beyond this, counting from now, nobody plans.
    private static let farthest = Duration.days(3660)

    /// What a moment is for, which decides what comes before it.
    enum Role {
        /// From `now` on.
        case start
        /// Strictly after this; `isSaid` when the start was said and is not simply now.
        case end(after: Instant, isSaid: Bool)
        /// Past or future.
        case any
    }

    static func beginsTime(_ word: Word) -> Bool {
        guard let first = TimeToken.read(word)?.first else { return false }
        switch first.meaning {
        case .unit, .meridiem, .and, .one: return false
        default: return true
        }
    }

    static func isUnit(_ word: Word?) -> Bool {
        guard let word, case .unit? = TimeToken.read(word)?.first?.meaning else { return false }
        return true
    }

    /// Whether "for" before this word begins a length of time.
    static func isLength(_ word: Word) -> Bool {
        switch TimeToken.read(word)?.first?.meaning {
        case .length, .number, .one: true
        default: false
        }
    }

    /// The next day of that name, today included; nil when it is none.
    static func day(_ word: Word, today: CivilDate) -> CivilDate? {
        switch TimeToken.read(word)?.first?.meaning {
        case .weekday(let weekday): today.next(weekday)
        case .today: today
        case .tomorrow: today.adding(days: 1)
        default: nil
        }
    }

    private func phrase(_ arguments: [Word]) throws -> TimePhrase {
        try TimePhrase(arguments, words: words, today: zone.civil(at: now).date)
    }

    /// `for 2h` or `until 18:00`, from now.
    func end(_ arguments: [Word]) throws -> Instant {
        var phrase = try phrase(arguments)
        let until: Instant
        if phrase.take(.until, .dash) {
            guard let said = try phrase.moment() else { throw noEnd }
            try phrase.finish()
            until = try resolve(said, as: .end(after: now, isSaid: false))
        } else {
            _ = phrase.take(.lasting)
            guard let length = try phrase.length() else { throw noEnd }
            try phrase.finish()
            until = try end(of: length, from: now)
        }
        try check(from: now, until: until)
        return until
    }

    /// `18:00`, `tomorrow at 9am`, `now`.
    func moment(_ arguments: [Word]) throws -> Instant {
        var phrase = try phrase(arguments)
        guard let said = try phrase.moment() else {
            try phrase.finish()
            throw noEnd
        }
        try phrase.finish()
        let at = try resolve(said, as: .any)
        guard at - now <= Self.farthest, now - at <= Self.farthest else { throw tooFar }
        return at
    }

    /// `18:00-22:00`, `from mon 10:00 to tue 10:00`, `for 2h`, `until 18:00`, `tomorrow 9:00 for 3h`.
    func span(_ arguments: [Word]) throws -> (from: Instant, until: Instant) {
        var phrase = try phrase(arguments)
        let from: Instant
        let until: Instant
        if phrase.take(.until, .dash) {
            guard let end = try phrase.moment() else { throw noSpan }
            (from, until) = (now, try resolve(end, as: .end(after: now, isSaid: false)))
        } else if phrase.take(.lasting) {
            guard let length = try phrase.length() else { throw noSpan }
            from = try start(after: &phrase)
            until = try end(of: length, from: from)
        } else if let length = try phrase.length() {
            from = try start(after: &phrase)
            until = try end(of: length, from: from)
        } else {
            _ = phrase.take(.from)
            guard let start = try phrase.moment() else {
                try phrase.finish()
                throw noSpan
            }
            from = try resolve(start, as: .start)
            if phrase.take(.until, .dash) {
                guard let end = try phrase.moment() else { throw noSpan }
                guard !end.isDayLast || start.day != nil else { throw dayLast }
                until = try resolve(end, as: .end(after: from, isSaid: !start.isNow))
            } else {
                _ = phrase.take(.lasting)
                guard let length = try phrase.length() else {
                    try phrase.finish()
                    throw noSpan
                }
                until = try end(of: length, from: from)
            }
        }
        try phrase.finish()
        guard from >= now else { throw Unclear.wrong("That begins in the past. Nothing was done.", hint: fromNow) }
        try check(from: from, until: until)
        return (from, until)
    }

    /// "2h from 18:00"; now if no start is said.
    private func start(after phrase: inout TimePhrase) throws -> Instant {
        guard phrase.take(.from) else { return now }
        guard let said = try phrase.moment() else { throw noSpan }
        return try resolve(said, as: .start)
    }

    private func check(from: Instant, until: Instant) throws {
        guard until > now else {
            throw Unclear.wrong("That is over already. Nothing was done.", hint: "Say an end in the future.")
        }
        guard until > from else {
            throw Unclear.wrong("That ends before it begins. Nothing was done.", hint: "Say the start first.")
        }
        guard until - now <= Self.farthest else { throw tooFar }
    }

    /// Hours are elapsed time. Days are too, unless the clocks change meanwhile: then it could be either.
    private func end(of length: [Amount], from start: Instant) throws -> Instant {
        var seconds: Int64 = 0
        for amount in length {
            let (sum, overflow) = seconds.addingReportingOverflow(amount.seconds)
            guard !overflow, .seconds(sum) <= Self.farthest else { throw tooFar }
            seconds = sum
        }
        guard seconds > 0 else { throw Unclear.wrong("That is no time at all. Nothing was done.") }
        let end = start + .seconds(seconds)
        if length.contains(where: { $0.unit >= .days }), zone.offsetSeconds(at: start) != zone.offsetSeconds(at: end) {
            throw Unclear.wrong(
                "The clocks in \(SpokenTime.place(of: zone)) change meanwhile, so a day could be longer or shorter. "
                    + "Nothing was done.",
                hint: "Say when it ends, or say it in hours.")
        }
        return end
    }

    private let fromNow = "Say from now, or a start in the future."
    private var noEnd: Unclear {
        .wrong("That is no time. Nothing was done.", hint: "Say how long, such as 2h, or say until 18:00.")
    }
    private var noSpan: Unclear {
        .wrong(
            "That does not say from when until when. Nothing was done.",
            hint: "Say 18:00-22:00, or from 18:00 for 2h, or until 18:00.")
    }
    private var dayLast: Unclear {
        .wrong(
            "It is unclear whether the day is that of the start too. Nothing was done.",
            hint: "Put the day before its time: tomorrow 9:00-17:00.")
    }
    private var tooFar: Unclear { .wrong("That is more than ten years away. Nothing was done.") }
}
