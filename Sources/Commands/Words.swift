/// A line cut into words, each of which knows where it stood, so that text can be kept as it was typed and a choice
/// can repeat the line with one word changed.
struct Words {
    let scalars: [Unicode.Scalar]
    private(set) var list: [Word] = []

    /// Cuts `scalars` from `start` on. One pass; quotes that never close are ordinary characters.
    init(_ scalars: [Unicode.Scalar], from start: Int = 0) {
        self.scalars = scalars
        var position = start
        var mayClose = [true, true]
        while position < scalars.count {
            if scalars[position].isBlank {
                position += 1
            } else if let end = closingQuote(from: position, &mayClose) {
                let text = string(position + 1..<end)
                let tail = punctuation(from: end + 1)
                list.append(
                    Word(text, position..<end + 1, isQuoted: true, tail: scalars[end + 1..<tail]))
                position = tail
            } else {
                var end = position
                while end < scalars.count, !scalars[end].isBlank { end += 1 }
                append(position..<end)
                position = end
            }
        }
    }

    private mutating func append(_ range: Range<Int>) {
        var end = range.upperBound
        if !Noise.isEmoji(string(range)) {
            while end > range.lowerBound, scalars[end - 1].isSentenceMark { end -= 1 }
        }
        let tail = scalars[end..<range.upperBound]
        if end > range.lowerBound {
            list.append(Word(string(range.lowerBound..<end), range.lowerBound..<end, isQuoted: false, tail: tail))
        } else if tail.contains(where: \.isQuestionMark) {
            list.append(Word("?", range, isQuoted: false, tail: tail))
        }
    }

    func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

    /// The whole line with that part replaced.
    func line(replacing range: Range<Int>, with text: String) -> String {
        string(0..<range.lowerBound) + text + string(range.upperBound..<scalars.count)
    }

    /// The same, with blanks around the new text where there are none.
    func line(replacing range: Range<Int>, withWords text: String) -> String {
        let before = range.lowerBound > 0 && !scalars[range.lowerBound - 1].isBlank ? " " : ""
        let after = range.upperBound < scalars.count && !scalars[range.upperBound].isBlank ? " " : ""
        return line(replacing: range, with: before + text + after)
    }

    private func punctuation(from start: Int) -> Int {
        var end = start
        while end < scalars.count, scalars[end].isSentenceMark { end += 1 }
        return end
    }

    /// Where the quotation beginning at `start` ends. A search that fails once is not repeated: nothing closes later
    /// quotes of that kind either.
    private func closingQuote(from start: Int, _ mayClose: inout [Bool]) -> Int? {
        let isDouble = scalars[start].isDoubleQuote
        guard isDouble || scalars[start].isSingleQuote, mayClose[isDouble ? 0 : 1] else { return nil }
        var end = start + 1
        while end < scalars.count {
            if isDouble ? scalars[end].isDoubleQuote : scalars[end].isSingleQuote && isWordEnd(end + 1) { return end }
            end += 1
        }
        mayClose[isDouble ? 0 : 1] = false
        return nil
    }

    private func isWordEnd(_ position: Int) -> Bool {
        position >= scalars.count || scalars[position].isBlank || scalars[position].isSentenceMark
    }
}

/// One word, or one quotation.
struct Word {
    /// Without quotes and without the punctuation after it.
    let text: String
    let lowered: String
    /// Where it stands, quotes included, the punctuation after it not.
    let range: Range<Int>
    let isQuoted: Bool
    let isAsked: Bool
    let endsInColon: Bool

    init(_ text: String, _ range: Range<Int>, isQuoted: Bool, tail: ArraySlice<Unicode.Scalar>) {
        self.text = text
        lowered = String(text.map { $0 == "’" ? "'" : $0 }).lowercased()
        self.range = range
        self.isQuoted = isQuoted
        isAsked = tail.contains(where: \.isQuestionMark)
        endsInColon = tail.first == ":"
    }

    func says(_ word: String) -> Bool { !isQuoted && lowered == word }
    func says(oneOf words: Set<String>) -> Bool { !isQuoted && words.contains(lowered) }
}

/// What people add without meaning anything by it: a closed list, because "❌ resolve 3" does mean something.
enum Noise {
    private static let before: Set<String> = [
        "please", "pls", "plz", "hey", "hi", "hello", "tocsin", "@tocsin", "/tocsin",
    ]
    private static let after: Set<String> = ["please", "pls", "plz", "thanks", "thx", "ty"]
    private static let names: Set<String> = [
        ":white_check_mark:", ":heavy_check_mark:", ":eyes:", ":+1:", ":thumbsup:", ":pray:", ":rotating_light:",
        ":fire:",
    ]
    private static let signs: Set<Unicode.Scalar> = ["✅", "✔", "👀", "👍", "🙏", "🚨", "🔥", "\u{FE0F}"]

    static func isEmoji(_ text: String) -> Bool {
        names.contains(text)
            || text.unicodeScalars.allSatisfy { signs.contains($0) || (0x1F3FB...0x1F3FF).contains($0.value) }
    }

    static func precedes(_ word: Word) -> Bool { word.says(oneOf: before) || !word.isQuoted && isEmoji(word.text) }
    static func follows(_ word: Word) -> Bool { word.says(oneOf: after) || !word.isQuoted && isEmoji(word.text) }
}
