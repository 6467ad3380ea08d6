import Incidents
import OnCall
import Timekeeping

extension Sentence {
    /// Longer is asked about (S16).
    private static let longestUnaskedSilence = Duration.hours(24)
    /// No time takes more words: "from monday 10:00 for 2 hours and 30 minutes".
    private static let longestTime = 12

    /// Whether it only asks what is silenced.
    var asksForSilences: Bool {
        verb == .silence && (spelling == "silences" || arguments.count == 1 && arguments[0].says("list"))
    }

    /// `silence checkout 2h deploying`, `silence checkout model="ranker" tomorrow 9:00-11:00`, `silence list`,
    /// `silence remove 3`
    func readSilence() throws -> Reading {
        if asksForSilences { return done(.silences) }
        if let id = try silenceToEnd() { return done(.endSilence(id)) }
        let (services, start) = try silencedServices()
        var grammar = MatcherReader(words.scalars, from: start)
        let matchers = try grammar.matchers(example: verb.example, areRequired: services.isEmpty)
        var rest = Words(words.scalars, from: grammar.position).list
        func dropNoise() { while let last = rest.last, Noise.follows(last) { rest.removeLast() } }
        dropNoise()
        let isConfirmed = rest.last?.says("confirm") == true
        if isConfirmed { rest.removeLast() }
        dropNoise()
        guard !rest.isEmpty else {
            throw Unclear.wrong("Say for how long. Nothing was done.", hint: "For example: \(verb.example)")
        }
        let time = try silencedTime(rest)
        try refuseQuestions(rest)
        guard time.until - time.from <= Self.longestSpan else {
            throw Unclear.wrong("A silence lasts at most 366 days. Nothing was done.")
        }
        let wanted = WantedSilence(
            matchers: matchers, services: services, from: time.from, until: time.until,
            reason: try reason(Array(rest[time.count...])))
        return try ask(wanted, isConfirmed: isConfirmed)
    }

    /// "silence remove 3", "unsilence 3".
    private func silenceToEnd() throws -> Int? {
        let isEnd = arguments.first?.says(oneOf: ["remove", "end", "delete", "stop"]) == true
        guard isEnd || spelling == "unsilence" else { return nil }
        let numbers = arguments.dropFirst(isEnd ? 1 : 0).filter { !$0.says("silence") && !Noise.follows($0) }
        try refuseQuestions(Array(numbers))
        guard numbers.count == 1, let id = Int(numbers[numbers.startIndex].text), id > 0 else {
            throw Unclear.wrong(
                "Say the number of the silence. Nothing was done.", hint: "Say silence list to see them.")
        }
        return id
    }

    /// Services at the front, and where what follows them begins.
    private func silencedServices() throws -> ([ServiceID], Int) {
        var services: [ServiceID] = []
        var (index, start) = (0, verbRange.upperBound)
        while index < arguments.count, !isLabel(arguments[index]),
            let found = try name(at: index, [.service], isRequired: false), case .service(let id) = found.named
        {
            if !services.contains(id) { services.append(id) }
            index += found.count
            start = arguments[index - 1].range.upperBound
            if index < arguments.count, arguments[index].says(oneOf: ["and", "with", "where"]) {
                start = arguments[index].range.upperBound
                index += 1
            }
        }
        return (services, start)
    }

    /// "ranker = x" is about a label, whatever else has that name.
    private func isLabel(_ word: Word) -> Bool {
        let next = words.scalars[word.range.upperBound...].first { !$0.isBlank }
        return next == "=" || next == "!"
    }

    /// The time at the front of what is left; the words behind it are the reason.
    private func silencedTime(_ rest: [Word]) throws -> (from: Instant, until: Instant, count: Int) {
        var first: Unclear?
        for count in stride(from: min(rest.count, Self.longestTime), through: 1, by: -1) {
            let part = Array(rest.prefix(count))
            var unclear: Unclear
            do {
                return (scene.now, try times.end(part), count)
            } catch let problem as Unclear {
                unclear = problem
            }
            do {
                let span = try times.span(part)
                return (span.from, span.until, count)
            } catch let problem as Unclear {
                if problem.isQuestion { unclear = problem }
            }
            if unclear.isQuestion { throw unclear }
            first = first ?? unclear
        }
        throw first ?? Unclear.wrong("Say for how long. Nothing was done.", hint: "For example: \(verb.example)")
    }

    /// A reason does not begin with a time: "2h tomorrow" is not the same as "2h", and nobody guesses.
    private func reason(_ words: [Word]) throws -> String {
        guard let first = words.first, let last = words.last else { return "" }
        let isTime =
            TimeReader.beginsTime(first)
            || first.says(oneOf: ["on", "at", "from", "until", "till", "to", "in", "starting", "beginning"])
        guard !isTime else {
            throw Unclear.wrong(
                "When that is meant is not clear. Nothing was done.",
                hint: "Say the time in one of these ways: 2h, until 18:00, tomorrow 9:00-11:00, from 18:00 for 2h. "
                    + "The reason comes behind it.")
        }
        let start = first.says(oneOf: ["because", "for"]) && words.count > 1 ? words[1] : first
        let text = self.words.string(start.range.lowerBound..<last.range.upperBound).onOneLine
        guard text.count <= 500 else { throw Unclear.wrong("That reason is too long. Nothing was done.") }
        return text
    }

    /// Asks whether it is meant, when it is long or holds nearly everything.
    private func ask(_ wanted: WantedSilence, isConfirmed: Bool) throws -> Reading {
        let isLong = wanted.until - wanted.from > Self.longestUnaskedSilence
        // What matches an alert without a single label matches nearly everything.
        let isWide = wanted.services.isEmpty && wanted.matchers.allSatisfy { $0.matches([:]) }
        let spoken = SpokenTime(now: scene.now, zones: [scene.zone, .utc])
        let confirmation =
            wanted.from > scene.now
            ? spoken.span(wanted.from, wanted.until) : self.confirmation(until: wanted.until)
        guard isConfirmed || !isLong && !isWide else {
            let why =
                switch (isLong, isWide) {
                case (true, true): "This silences nearly everything, for more than 24 hours"
                case (false, true): "This silences nearly everything"
                default: "This is a silence of more than 24 hours"
                }
            let end = words.scalars.count
            throw Unclear.choose(
                "\(why), \(confirmation). Is that meant?",
                [Choice(label: "Yes, \(confirmation)", line: line(replacing: end..<end, with: " confirm"))])
        }
        return done(.silence(wanted), confirmation: confirmation)
    }
}
