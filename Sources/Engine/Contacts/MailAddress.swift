/// A mail address that is safe in a header, an SMTP command and a log mask: `local@domain`, ASCII, nothing quoted.
///
/// Stricter than RFC 5321: no quoted local part, no address literal, no international address. Every character that
/// could end a header, an address or a command is refused, so no text that passed can add a recipient.
public struct MailAddress: Sendable, Hashable, CustomStringConvertible {
    /// RFC 5321, section 4.5.3.1.3, without the angle brackets.
    public static let longest = 254
    /// RFC 5321, section 4.5.3.1.1.
    public static let longestLocalPart = 64

    public let local: String
    /// As it was written.
    public let domain: String

    /// Nil unless it is one whole address; nothing around it is trimmed.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count <= Self.longestLocalPart,
            Self.isDotted(parts[0], by: Self.isLocalByte), Self.isDomain(parts[1])
        else { return nil }
        local = String(decoding: parts[0], as: UTF8.self)
        domain = String(decoding: parts[1], as: UTF8.self)
    }

    public var description: String { "\(local)@\(domain)" }

    /// `a…@example.com`: enough for its owner, too little for anybody else (S20).
    public var masked: String { "\(local.prefix(1))…@\(domain)" }

    /// Labels of letters, digits and inner hyphens (RFC 1123, section 2.1).
    package static func isDomain(_ text: some Collection<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return text.count <= 253
            && text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.count) && label.first != hyphen
                    && label.allSatisfy { isLetterOrDigit($0) || $0 == hyphen } && Array(label).last != hyphen
            }
    }

    /// A dot-atom (RFC 5322, section 3.2.3).
    private static func isDotted(_ text: some Collection<UInt8>, by isAllowed: (UInt8) -> Bool) -> Bool {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAllowed) }
    }

    private static func isLocalByte(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
