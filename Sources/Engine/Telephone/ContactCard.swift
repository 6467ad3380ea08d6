/// The numbers and addresses that pages come from, as a card for a phone's contacts: a contact can be let through "Do
/// Not Disturb", a number alone cannot.
public struct ContactCard: Sendable, Hashable {
    public var numbers: [PhoneNumber]
    public var addresses: [MailAddress]

    public static let name = "Tocsin"

    public init(numbers: [PhoneNumber], addresses: [MailAddress]) {
        self.numbers = numbers
        self.addresses = addresses
    }

    /// What the configuration says.
    public init(_ channels: ChannelSettings) {
        var numbers: [PhoneNumber] = []
        for number in (channels.sms + channels.call).compactMap(\.number) where !numbers.contains(number) {
            numbers.append(number)
        }
        self.init(numbers: numbers, addresses: channels.smtp.flatMap { MailAddress($0.from) }.map { [$0] } ?? [])
    }

    public var isEmpty: Bool { numbers.isEmpty && addresses.isEmpty }

    /// vCard 3.0 (RFC 2426), which every phone reads. Nothing in it needs escaping, and no line folding.
    public var text: String {
        var lines = [
            "BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Tocsin//EN", "UID:tocsin-pages", "N:\(Self.name);;;;",
            "FN:\(Self.name)", "ORG:\(Self.name)",
        ]
        lines += numbers.map { "TEL;TYPE=CELL,VOICE,PREF:\($0)" }
        lines += addresses.map { "EMAIL;TYPE=INTERNET:\($0)" }
        lines += ["NOTE:Pages come from here. Let it through when your phone is silent.", "END:VCARD"]
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}
