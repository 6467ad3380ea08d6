import Timekeeping

/// A time as it was said: the pieces that belong together, not yet an instant.
struct SaidMoment {
    enum Day {
        case date(CivilDate)
        case today, tomorrow
        case weekday(Weekday)
    }

    enum Clock {
        case time(CivilTime)
        /// "6": in the morning or in the evening.
        case hour(Int)
    }

    var instant: Instant?
    var isNow = false
    var day: Day?
    var clock: Clock?
    /// A weekday beside a date, which must then be that date's.
    var weekdayBeside: Weekday?
    /// "18:00 tomorrow": in a span it is unclear how far that reaches.
    var isDayLast = false
    /// Where the day and the clock time stand in the line.
    var range: Range<Int>
    var clockRange: Range<Int>
}

/// Cuts the words of a time into moments and lengths.
struct TimePhrase {
    private var tokens: ArraySlice<TimeToken>
    private let words: Words
    private let today: CivilDate

    /// Throws `Unclear` for a word that is no time.
    init(_ arguments: [Word], words: Words, today: CivilDate) throws {
        var tokens: [TimeToken] = []
        for word in arguments {
            if word.text.unicodeScalars.count == 1, word.text.unicodeScalars.allSatisfy(\.isDash), !word.isQuoted {
                tokens.append(TimeToken(meaning: .dash, range: word.range))
                continue
            }
            guard let read = TimeToken.read(word) else {
                throw Unclear.wrong(
                    "The time '\(word.text.shown())' is not understood. Nothing was done.",
                    hint: "Say a clock time such as 18:00, a date such as 2026-11-24, or a length such as 2h.")
            }
            tokens += read
        }
        self.tokens = tokens[...]
        self.words = words
        self.today = today
    }

    var isAtEnd: Bool { tokens.isEmpty }
    var next: TimeToken.Meaning? { tokens.first?.meaning }

    mutating func take(_ wanted: TimeToken.Meaning...) -> Bool {
        guard let next, wanted.contains(next) else { return false }
        tokens.removeFirst()
        return true
    }

    /// What is left over was not understood.
    func finish() throws {
        guard let token = tokens.first else { return }
        throw Unclear.wrong(
            "'\(words.string(token.range).shown())' is not understood there. Nothing was done.",
            hint: "Say help times for how times are written.")
    }

    /// "2h", "1h30m", "2 hours and 30 min", "an hour"; nil when something else stands there.
    mutating func length() throws -> [Amount]? {
        var found: [Amount] = []
        while true {
            let before = tokens
            if !found.isEmpty { _ = take(.and) }
            var amounts: [Amount] = []
            if case .length(let read)? = next {
                tokens.removeFirst()
                amounts = read
            } else if case .unit(let unit)? = tokens.dropFirst().first?.meaning {
                switch next {
                case .number(let count): amounts = [Amount(count: count, unit: unit)]
                case .one: amounts = [Amount(count: 1, unit: unit)]
                default: break
                }
                if !amounts.isEmpty { tokens.removeFirst(2) }
            }
            guard !amounts.isEmpty else {
                tokens = before
                return found.isEmpty ? nil : found
            }
            found += amounts
            guard zip(found, found.dropFirst()).allSatisfy({ $0.unit > $1.unit }) else {
                throw Unclear.wrong("Two lengths of time were said. Nothing was done.", hint: "Say one, such as 1h30m.")
            }
        }
    }

    /// A day, a clock time, or both in either order; nil when something else stands there.
    mutating func moment() throws -> SaidMoment? {
        let start = tokens
        while take(.at) {}
        guard let first = tokens.first else {
            tokens = start
            return nil
        }
        var said = SaidMoment(range: first.range, clockRange: first.range)
        while let token = tokens.first {
            if token.meaning == .at {
                tokens.removeFirst()
                continue
            }
            guard try add(token, to: &said) else { break }
            said.range = min(said.range.lowerBound, token.range.lowerBound)..<token.range.upperBound
        }
        if said.instant != nil || said.isNow || said.day != nil || said.clock != nil { return said }
        tokens = start
        return nil
    }

    /// Whether the token belongs to the moment; then it is taken.
    private mutating func add(_ token: TimeToken, to said: inout SaidMoment) throws -> Bool {
        let isEmpty = said.instant == nil && !said.isNow && said.day == nil && said.clock == nil
        let mayHaveDay = said.day == nil && said.instant == nil && !said.isNow
        let mayHaveClock = said.clock == nil && said.instant == nil && !said.isNow
        switch token.meaning {
        case .instant(let instant) where isEmpty: said.instant = instant
        case .now where isEmpty: said.isNow = true
        case .local(let local) where isEmpty:
            said.day = .date(local.date)
            said.clock = .time(local.time)
        case .date(let date) where mayHaveDay: setDay(.date(date), of: &said)
        case .date(let date) where said.instant == nil:
            guard case .weekday(let weekday)? = said.day, said.weekdayBeside == nil else { return false }
            said.day = .date(date)
            said.weekdayBeside = weekday
        case .today where mayHaveDay: setDay(.today, of: &said)
        case .tomorrow where mayHaveDay: setDay(.tomorrow, of: &said)
        case .weekday(let weekday) where mayHaveDay: setDay(.weekday(weekday), of: &said)
        case .weekday(let weekday):
            guard case .date? = said.day, said.weekdayBeside == nil else { return false }
            said.weekdayBeside = weekday
        case .clock(let time) where mayHaveClock: setClock(.time(time), token.range, of: &said)
        case .number(let hour) where mayHaveClock:
            var range = token.range
            if let after = tokens.dropFirst().first, case .meridiem(let isAfternoon) = after.meaning {
                guard case .clock(let time)? = TimeToken.Meaning.twelveHour(hour, 0, 0, isAfternoon ? "pm" : "am")
                else { return false }
                tokens.removeFirst()
                range = range.lowerBound..<after.range.upperBound
                setClock(.time(time), range, of: &said)
            } else {
                if case .unit? = tokens.dropFirst().first?.meaning { return false }
                setClock(.hour(hour), range, of: &said)
            }
        case .dayAndMonth(let a, let b, let year) where mayHaveDay: throw whichDay(a, b, year, token.range)
        default: return false
        }
        tokens.removeFirst()
        return true
    }

    private func setDay(_ day: SaidMoment.Day, of said: inout SaidMoment) {
        said.isDayLast = said.clock != nil
        said.day = day
    }

    private func setClock(_ clock: SaidMoment.Clock, _ range: Range<Int>, of said: inout SaidMoment) {
        said.clock = clock
        said.clockRange = range
    }

    private func whichDay(_ a: Int, _ b: Int, _ year: Int?, _ range: Range<Int>) -> Unclear {
        var choices: [Choice] = []
        for (day, month) in [(a, b), (b, a)] {
            let years = year.map { [$0] } ?? Array(today.year...today.year + 8)
            let dates = years.compactMap { CivilDate(year: $0, month: month, day: day) }
            guard let date = year == nil ? dates.first(where: { $0 >= today }) : dates.first else { continue }
            let line = words.line(replacing: range, with: "\(date)")
            if !choices.contains(where: { $0.line == line }) {
                choices.append(Choice(label: "\(date.weekday.shortName) \(date)", line: line))
            }
        }
        let shown = words.string(range).shown()
        guard !choices.isEmpty else {
            return .wrong("'\(shown)' is no date. Nothing was done.", hint: "Write dates as 2026-11-24.")
        }
        return .choose("Which day is '\(shown)'?", choices)
    }
}
