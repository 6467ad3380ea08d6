import Foundation

/// The alphabet of short messages (3GPP TS 23.038, section 6.2.1): 160 of its characters fit into one message, while a
/// single character outside of it makes room for 70 only.
package enum GSM7 {
    /// Septets of one message.
    package static let messageLength = 160
    /// UTF-16 units of one message that has anything outside the alphabet.
    package static let wideLength = 70
    /// The same of each of several messages that are put together again.
    package static let messagePart = 153
    package static let widePart = 67

    /// How many septets a character takes; nil when the alphabet has no such character.
    package static func septets(_ scalar: Unicode.Scalar) -> Int? {
        if basic.contains(scalar) { return 1 }
        return extended.contains(scalar) ? 2 : nil
    }

    /// The septets of a text; nil when it has anything outside the alphabet.
    package static func length(_ text: String) -> Int? {
        var length = 0
        for scalar in text.unicodeScalars {
            guard let septets = septets(scalar) else { return nil }
            length += septets
        }
        return length
    }

    /// The same text with as little as possible outside the alphabet put in other words: č becomes c, “ becomes ". What
    /// has no likeness, such as an emoji, is left out.
    /// - Returns: nil when too much would be lost, as of a text in another script.
    package static func likeness(of text: String) -> String? {
        var out = ""
        var kept = 0
        var lost = 0
        for character in text {
            if let likeness = likeness(of: character) {
                out += likeness
                kept += 1
            } else if character.isLetter || character.isNumber {
                lost += 1
            }
        }
        // One letter in eight: a name may suffer, a sentence must not.
        return lost * 8 > kept ? nil : out.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    private static func likeness(of character: Character) -> String? {
        let text = String(character)
        if length(text) != nil { return text }
        if let other = others[character] { return other }
        // Accents that the alphabet does not have.
        let plain = String(
            String.UnicodeScalarView(text.decomposedStringWithCanonicalMapping.unicodeScalars.filter(isNoAccent)))
        return !plain.isEmpty && length(plain) != nil ? plain : nil
    }

    private static func isNoAccent(_ scalar: Unicode.Scalar) -> Bool {
        ![.nonspacingMark, .enclosingMark].contains(scalar.properties.generalCategory)
    }

    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
            + "abcdefghijklmnopqrstuvwxyzäöñüà").precomposedStringWithCanonicalMapping.unicodeScalars)
    private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)

    private static let others: [Character: String] = [
        "“": "\"", "”": "\"", "„": "\"", "«": "\"", "»": "\"", "‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'",
        "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "…": "...", "•": "-", "·": ".", "→": "->", "←": "<-",
        "≥": ">=", "≤": "<=", "≠": "!=", "×": "x", "÷": "/", "°": " deg", "µ": "u", "μ": "u", "™": "(TM)", "®": "(R)",
        "©": "(C)", "\u{A0}": " ", "\u{202F}": " ", "\u{2009}": " ", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i",
        "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ð": "d", "ẞ": "SS", "\t": " ",
    ]
}
