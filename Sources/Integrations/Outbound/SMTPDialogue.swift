/// Follows an SMTP dialogue from outside: which command went out last, and what the server said to it.
///
/// libcurl tells only the last code. Whether a 554 was for our login or for the recipient, and whether the mail had
/// left when the line broke, decides what becomes of the page.
package struct SMTPDialogue: Sendable, Hashable {
    package private(set) var stage = MailStage.greeting
    /// The whole reply to the command of `stage`; nil while it is waited for.
    package private(set) var reply: SMTPReply?
    /// We have said goodbye. What is said from now on is about nothing else.
    package private(set) var isOver = false

    package init() {}

    /// A command, or a line of a login, with its line end.
    package mutating func sent(_ bytes: some Collection<UInt8>) {
        // What follows a 334 is a secret, whatever it looks like.
        guard reply?.code != 334 else {
            reply = nil
            return
        }
        let verb = String(decoding: bytes.prefix(8).prefix { $0 > 0x20 }, as: UTF8.self)
        switch verb.uppercased() {
        case "EHLO", "HELO": stage = .hello
        case "STARTTLS": stage = .startTLS
        case "AUTH": stage = .login
        case "MAIL": stage = .sender
        case "RCPT": stage = .recipient
        case "DATA": stage = .data
        case "QUIT":
            isOver = true
            return
        default: return
        }
        reply = nil
    }

    /// A line with or without its line end. Lines of one reply have a hyphen after the code, but for the last
    /// (RFC 5321, section 4.2.1).
    package mutating func received(_ bytes: some Collection<UInt8>) {
        let line = String(decoding: bytes.prefix(Self.longestLine).prefix { $0 >= 0x20 }, as: UTF8.self).utf8
        guard line.count >= 3, let code = Int(String(decoding: line.prefix(3), as: UTF8.self)),
            (200...599).contains(code), line.dropFirst(3).first.map({ $0 == 0x20 }) ?? true
        else { return }
        if isOver { return }
        if stage == .data, code == 354 {
            stage = .text
            return
        }
        let words = line.dropFirst(4).split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        reply = SMTPReply(
            code: code, enhancedCode: words.first.flatMap { Self.isEnhancedCode($0) ? $0 : nil },
            queueID: stage == .text && code < 300 ? Self.queueID(words) : nil)
    }

    private static let longestLine = 998

    /// RFC 3463, section 2: "5.1.1".
    private static func isEnhancedCode(_ word: String) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && ["2", "4", "5"].contains(parts[0])
            && parts.allSatisfy { (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy(isDigit) }
    }

    /// "queued as 4XYZ" (Postfix) or "id=1tEx-0004Ab-2C" (Exim). Anything else could be somebody's address.
    private static func queueID(_ words: [String]) -> String? {
        var candidate = words.first { $0.hasPrefix("id=") }.map { String($0.dropFirst(3)) }
        if let index = words.indices.first(where: { words[$0] == "as" && $0 > 0 && words[$0 - 1] == "queued" }) {
            candidate = words[(index + 1)...].first
        }
        guard let candidate, (1...64).contains(candidate.utf8.count),
            candidate.utf8.allSatisfy({ isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        return candidate
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
