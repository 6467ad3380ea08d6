extension Unicode.Scalar {
    /// Between words: spaces of every width, line ends, and the marks that show nothing.
    var isBlank: Bool {
        switch value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x202F, 0x205F,
            0x2060, 0x3000, 0xFEFF:
            true
        default: false
        }
    }

    var isDoubleQuote: Bool { "\"“”„‟«»".unicodeScalars.contains(self) }
    var isSingleQuote: Bool { "'‘’‚".unicodeScalars.contains(self) }
    var isQuestionMark: Bool { "?？؟⁇⁈⁉❓❔".unicodeScalars.contains(self) }
    /// What may follow a word without being part of it.
    var isSentenceMark: Bool { isQuestionMark || ".,;:!…！".unicodeScalars.contains(self) }
    /// "18:00-22:00", with whatever dash the keyboard made of it.
    var isDash: Bool { "-‐‑‒–—−".unicodeScalars.contains(self) }

    /// Shows nothing, or rearranges what is around it.
    var isInvisible: Bool {
        switch value {
        case 0...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isASCIILower: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}

extension String {
    /// On one line, with single spaces between the words and nothing invisible.
    var onOneLine: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isBlank {
                if let last = scalars.last, last != " " { scalars.append(" ") }
            } else if !scalar.isInvisible {
                scalars.append(scalar)
            }
        }
        if scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }

    /// With one space for every run of blanks. Nothing else is taken away: a name with something invisible in it is
    /// another name.
    var withSingleBlanks: String {
        unicodeScalars.split(whereSeparator: \.isBlank).map { String($0) }.joined(separator: " ")
    }

    /// On one line and cut after that many scalars: fit to be repeated in an answer.
    func shown(upTo limit: Int = 40) -> String {
        let scalars = String(String.UnicodeScalarView(unicodeScalars.prefix(4 * limit))).onOneLine.unicodeScalars
        return scalars.count <= limit ? String(scalars) : String(String.UnicodeScalarView(scalars.prefix(limit))) + "…"
    }
}
