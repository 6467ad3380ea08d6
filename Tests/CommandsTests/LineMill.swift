import Commands

/// Makes up lines from a seed: bytes, scalars, soups of the grammar's own words, and good lines gone bad.
struct LineMill {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64, so that a seed means the same on every machine.
    mutating func roll(_ sides: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(sides))
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[roll(choices.count)] }

    mutating func line() -> String {
        switch roll(10) {
        case 0: bytes()
        case 1: scalars()
        case 2...5: soup()
        default: mutation()
        }
    }

    private mutating func bytes() -> String {
        let count = roll(200) == 0 ? 3990 + roll(20) : roll(60)
        return String(decoding: (0..<count).map { _ in UInt8(roll(256)) }, as: UTF8.self)
    }

    private mutating func scalars() -> String {
        let start = roll(2) == 0 ? pick(Self.verbs) + " " : ""
        let middle = (0..<roll(40)).map { _ in
            String(Unicode.Scalar(UInt32(roll(roll(2) == 0 ? 0x80 : 0x11_0000))) ?? "\u{FFFD}")
        }
        return start + middle.joined()
    }

    private mutating func soup() -> String {
        var words = (0..<1 + roll(9)).map { _ in pick(pick([Self.verbs, Self.names, Self.times, Self.rest])) }
        if roll(4) > 0 { words[0] = pick(Self.verbs) }
        return words.joined(separator: pick([" ", " ", " ", "  ", "\u{A0}", "\n", "-", ""]))
    }

    private mutating func mutation() -> String {
        var letters = Array(pick(Self.good).unicodeScalars)
        for _ in 0..<1 + roll(4) where !letters.isEmpty {
            let position = roll(letters.count)
            switch roll(7) {
            case 0: letters.remove(at: position)
            case 1: letters.insert(letters[roll(letters.count)], at: position)
            case 2: letters.swapAt(position, roll(letters.count))
            case 3: letters[position] = pick(Self.signs)
            case 4:
                let word = pick(pick([Self.names, Self.times, Self.rest]))
                letters.insert(contentsOf: " \(word) ".unicodeScalars, at: position)
            case 5: letters.removeSubrange(position..<min(letters.count, position + 1 + roll(6)))
            default: letters.insert(pick(Self.signs), at: position)
            }
        }
        return String(String.UnicodeScalarView(letters))
    }

    private static let verbs = Verb.table.keys.sorted() + ["sev1", "sev3", "sev9", "Ack", "RESOLVE", "resolve:"]
    private static let names = [
        "ana", "ben", "chi", "mon", "ops", "ml", "dia", "Ben Okafor", "\"Chi Tran\"", "@ben", "<@U01ANA>", "<@UX|ben>",
        "me", "user", "schedule", "service", "team", "primary", "sun", "ranker", "billing", "Billing API", "bem",
        "INC-42", "INC-41", "inc-7", "#40", "7", "39", "41", "42", "1", "2", "3", "4", "99", "99999999999999999999",
    ]
    private static let times = [
        "2h", "90m", "1h30m", "30 min", "for", "until", "from", "to", "at", "on", "18:00", "22:00", "18:00-22:00",
        "9-17", "6", "9am", "6:30pm", "12pm", "pm", "24:00", "02:30", "tomorrow", "today", "now", "mon", "tue",
        "sunday", "2026-11-24", "2026-10-25", "2026-03-29", "2026-11-24T18:00:00+01:00", "2026-11-24T18:00", "3/4",
        "03.04.", "24.11.2026", "0001-01-01", "9999-12-31", "999999999", "999999999w", "0m", "2 days", "week", "an",
        "hour", "-", "–", "and", "noon",
    ]
    private static let rest = [
        "please", "thanks", "approve", "undo", "cancel", "status", "good", "break-glass", "because", "version", "41-2",
        "7-2", "v1.2", "not", "don't", "all", "everything", "confirm", "remove", "replace", "with", "for", "about",
        "?", "!", ".", ",", ":", "\"", "“", "'", "model=\"ranker\"", "env!=dev", "a=", "=~", "\\", "👀", "❌", ":eyes:",
        "p99", "is", "high", "sev1", "sev 2", "critical", "\n", "\u{202E}", "\u{0}", "<@UBOT>", "@tocsin",
    ]
    private static let signs: [Unicode.Scalar] = [
        " ", "\n", "\t", "\u{A0}", "\u{200B}", "\u{301}", "\"", "“", "'", "’", "?", "!", ".", ",", ":", "-", "–", "/",
        "#", "@", "<", ">", "|", "=", "~", "\\", "0", "1", "7", "9", "a", "k", "é", "о", "👀", "\u{0}", "\u{202E}",
    ]
    private static let good =
        (PhrasingTests.responding + PhrasingTests.paging + PhrasingTests.declaring + PhrasingTests.noting
        + PhrasingTests.tolerating + RollbackPhrasingTests.understood + TimePhrasingTests.spans
        + TimePhrasingTests.moments
        + TimePhrasingTests.clockChanges).map(\.said)
}
