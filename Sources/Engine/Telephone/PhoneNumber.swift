/// A telephone number in E.164: `+` and 8 to 15 digits, the first of them not 0. Whoever knows it can call it, so it is
/// masked wherever it is shown (S20).
public struct PhoneNumber: Sendable, Hashable, CustomStringConvertible {
    /// ITU-T E.164, section 6.
    public static let digits = 8...15

    public let text: String

    /// Nil unless it is one whole number; nothing in it is left out or put right.
    public init?(_ text: String) {
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "+"), Self.digits.contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            digits.first != UInt8(ascii: "0")
        else { return nil }
        self.text = text
    }

    /// As people write numbers: spaces, hyphens, dots, slashes and brackets between the digits are left out, and 00 is
    /// read as +.
    public init?(written text: String) {
        var bare = text.filter { !$0.isWhitespace && !"-./()".contains($0) }
        if bare.hasPrefix("00") { bare = "+" + bare.dropFirst(2) }
        self.init(bare)
    }

    public var description: String { text }

    /// `+49…1234`: the last four digits, or two of a short number.
    public var masked: String { "\(text.prefix(3))…\(text.suffix(text.utf8.count > 10 ? 4 : 2))" }
}
