import Engine
import Foundation
import Timekeeping

/// Values of mail headers as they are sent: ASCII, folded, and unable to begin another header whatever is in them.
package enum MailHeader {
    /// Longest line, without its line end, that is not cut at a space (RFC 5322, section 2.1.1).
    package static let lineLength = 78
    /// Longest encoded word (RFC 2047, section 2).
    package static let wordLength = 75

    /// Free text such as a subject. Plain ASCII stays readable; everything else becomes encoded words.
    package static func text(_ text: String, name: String) -> String {
        let text = PlainText.printable(text)
        guard needsEncoding(text) else { return fold(text.split(separator: " ").map(String.init), name: name) }
        return encodedWords(text, firstLineTaken: name.utf8.count + 2).joined(separator: "\r\n ")
    }

    /// `Ana Lindt <ana@example.com>`; only the address when the name is empty.
    package static func address(_ address: MailAddress, called person: String, name: String) -> String {
        let person = PlainText.cut(PlainText.printable(person), to: 64)
        guard !person.isEmpty else { return "\(address)" }
        // RFC 5322, section 3.2.3: anything but these would need quoting in a phrase.
        let isPhrase = person.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x20 || $0 == UInt8(ascii: "-") }
        let words =
            isPhrase && !needsEncoding(person)
            ? person.split(separator: " ").map(String.init)
            : encodedWords(person, firstLineTaken: name.utf8.count + 2)
        return fold(words + ["<\(address)>"], name: name)
    }

    /// "Sun, 01 Mar 2026 02:03:04 +0000" (RFC 5322, section 3.3).
    package static func date(_ instant: Instant) -> String {
        let (days, milliseconds) = flooredDivision(instant.milliseconds, by: 86_400_000)
        let day = CivilDate(daysSinceEpoch: Int(days))
        let seconds = Int(milliseconds / 1000)
        let weekday = day.weekday.abbreviation
        let number = day.day < 10 ? "0\(day.day)" : "\(day.day)"
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: ":")
        return "\(weekday.prefix(1).uppercased())\(weekday.dropFirst()), \(number) \(months[day.month - 1]) "
            + "\(day.year) \(time) +0000"
    }

    /// `<left@domain>`; every character of `left` that an identifier must not have becomes a hyphen.
    package static func messageID(_ left: String, domain: String) -> String {
        let left = String(
            decoding: left.utf8.prefix(200).map {
                isLetterOrDigit($0) || "._-".utf8.contains($0) ? $0 : UInt8(ascii: "-")
            }, as: UTF8.self)
        return "<\(left.split(separator: ".").joined(separator: "."))@\(domain)>"
    }

    // MARK: Encoded words

    /// Also a text that would be taken for an encoded word, and a word that no line can hold.
    private static func needsEncoding(_ text: String) -> Bool {
        !text.utf8.allSatisfy { (0x20...0x7E).contains($0) } || text.contains("=?")
            || text.split(separator: " ").contains { $0.utf8.count > lineLength - 20 }
    }

    /// Base64 words of UTF-8, cut between characters; within one only if it is longer than a word.
    /// - Parameter firstLineTaken: what stands on the line of the first already.
    private static func encodedWords(_ text: String, firstLineTaken: Int) -> [String] {
        var words: [String] = []
        var bytes: [UInt8] = []
        func room() -> Int {
            let length = words.isEmpty ? min(wordLength, lineLength - 2 - firstLineTaken) : wordLength
            return max(1, (length - "=?UTF-8?B??=".utf8.count) / 4) * 3
        }
        func add(_ piece: some Collection<UInt8>) {
            if !bytes.isEmpty, bytes.count + piece.count > room() { finish() }
            bytes += piece
        }
        func finish() {
            words.append("=?UTF-8?B?\(Data(bytes).base64EncodedString())?=")
            bytes = []
        }
        for character in text {
            if character.utf8.count <= room() {
                add(Array(character.utf8))
            } else {
                for scalar in character.unicodeScalars { add(Array(String(scalar).utf8)) }
            }
        }
        finish()
        return words
    }

    // MARK: Folding

    /// Words one space apart, on lines as long as they may be.
    private static func fold(_ words: [String], name: String) -> String {
        var out = ""
        var column = name.utf8.count + 2
        for (index, word) in words.enumerated() {
            if index > 0 {
                let fits = column + 1 + word.utf8.count <= lineLength
                out += fits ? " " : "\r\n "
                column = fits ? column + 1 : 1
            }
            out += word
            column += word.utf8.count
        }
        return out
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func flooredDivision(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let rest = ((value % divisor) + divisor) % divisor
        return ((value - rest) / divisor, rest)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
