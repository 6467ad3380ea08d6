import Incidents
import OnCall
import Timekeeping

/// One line with its verb found: the noise is gone and the arguments are still to be understood.
struct Sentence {
    let scene: Scene
    let names: NameReader
    let words: Words
    let verb: Verb
    /// The verb as it was typed, one word or two.
    let spelling: String
    let verbRange: Range<Int>
    /// What is still to be understood; a verb that is done leaves nothing.
    var arguments: [Word]

    /// Nil when nothing but noise was said. Throws `Unclear`.
    init?(_ line: String, in scene: Scene, names: NameReader) throws {
        words = Words(Array(line.unicodeScalars))
        self.scene = scene
        self.names = names
        var rest = words.list[...]
        while let first = rest.first, Noise.precedes(first) { rest = rest.dropFirst() }
        guard let first = rest.first else { return nil }
        guard let (verb, count) = Self.verb(at: rest) else { throw Self.unknownVerb(rest, words) }
        self.verb = verb
        let verbWords = rest.prefix(count)
        spelling = verbWords.map(\.lowered).joined(separator: " ")
        verbRange = first.range.lowerBound..<(verbWords.last ?? first).range.upperBound
        arguments = Array(rest.dropFirst(count))
        if !verb.hasFreeText {
            while let last = arguments.last, Noise.follows(last) { arguments.removeLast() }
        }
        try refuseQuestions(verbWords)
        guard scene.speaker != nil || !changesSomething else {
            throw Unclear.wrong(
                "You are not known here, so you may look but not act. Nothing was done.",
                hint: "Ask for your chat id to be added to the configuration. You may say who, list or help.")
        }
    }

    private static func verb(at words: ArraySlice<Word>) -> (Verb, Int)? {
        guard let first = words.first, !first.isQuoted else { return nil }
        if let second = words.dropFirst().first, !second.isQuoted,
            let verb = Verb.table["\(first.lowered) \(second.lowered)"]
        {
            return (verb, 2)
        }
        if let verb = Verb.table[first.lowered] { return (verb, 1) }
        return Verb.severityDigits(of: first.lowered) == nil ? nil : (.severity, 1)
    }

    private var changesSomething: Bool { verb.changesSomething && !asksForRollback && !asksForSilences }

    private func refuseQuestions(_ verbWords: ArraySlice<Word>) throws {
        guard changesSomething else { return }
        try refuseQuestions(Array(verbWords) + (verb.hasFreeText ? [] : arguments))
    }

    /// Throws `Unclear` if one of the words has a question mark behind it.
    func refuseQuestions(_ words: [Word]) throws {
        guard words.contains(where: \.isAsked) else { return }
        throw Unclear.wrong(
            "That is a question, so nothing was done.", hint: "To do it, say it without the question mark.")
    }

    private static func unknownVerb(_ rest: ArraySlice<Word>, _ words: Words) -> Unclear {
        let first = rest.first
        let shown = first?.text.shown() ?? ""
        if first?.says(oneOf: sentenceBeginnings) == true || first?.isQuoted == true {
            return .wrong(
                "A command begins with its verb, and this begins with '\(shown)'. Nothing was done.",
                hint: "Say help for what can be said.")
        }
        if let first, let second = rest.dropFirst().first, Reference(first) != nil,
            let verb = Verb.table[second.lowered], !second.isQuoted
        {
            return .wrong(
                "A command begins with its verb. Nothing was done.", hint: "Say: \(verb.rawValue) \(first.text)")
        }
        let nearest = NearestName.find(first?.lowered ?? "", in: Verb.spellings)
        return .wrong(
            "There is no command '\(shown)'. Nothing was done.",
            hint: (nearest.map { "Did you mean \($0)? " } ?? "") + "Say help for what can be said.")
    }

    private static let sentenceBeginnings: Set<String> = [
        "do", "don't", "dont", "not", "never", "no", "should", "shall", "can", "could", "would", "will", "may", "must",
        "did", "does", "is", "are", "was", "has", "have", "i", "i'm", "i'll", "we", "we'll", "you", "he", "she",
        "they", "let's", "lets", "if", "when", "why", "what", "how", "then", "stop", "cancel", "just", "the", "a",
    ]

    /// The whole line with its `range` replaced.
    func line(replacing range: Range<Int>, with text: String) -> String { words.line(replacing: range, with: text) }

    /// The whole line with `text` put after the verb.
    func line(inserting text: String) -> String {
        words.line(replacing: verbRange.upperBound..<verbRange.upperBound, with: " \(text)")
    }

    /// "Say: page ben INC-3", unless that would be a long text.
    func suggestion(replacing range: Range<Int>, with text: String) -> String {
        let line = line(replacing: range, with: text).onOneLine
        return line.unicodeScalars.count <= 80 ? " Say: \(line)" : ""
    }

    func notUnderstood(_ word: Word) -> Unclear {
        let way =
            scene.speaker != nil && [.ack, .take, .resolve, .reopen, .escalate].contains(verb)
            ? " To add words to the timeline, say: note INC-42 what you found." : ""
        return .wrong(
            "'\(word.text.shown())' is not understood after '\(spelling.shown())'. Nothing was done.",
            hint: "For example: \(verb.example).\(way)")
    }

    func done(_ order: Order, confirmation: String? = nil) -> Reading { .order(order, confirmation: confirmation) }
}
