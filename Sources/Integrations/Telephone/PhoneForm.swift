/// The fields of a form in the order they were sent, equal names included.
struct PhoneForm: Sendable, Hashable {
    private(set) var pairs: [(name: String, value: String)] = []

    /// Twilio sends about thirty.
    static let fieldLimit = 200

    /// Nil when it cannot be read.
    init?(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: UInt8(ascii: "&"))
        guard parts.count <= Self.fieldLimit else { return nil }
        for part in parts {
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = FormBody.decode(halves[0]), let value = FormBody.decode(halves.count > 1 ? halves[1] : [])
            else { return nil }
            pairs.append((name, value))
        }
    }

    init(_ pairs: [(name: String, value: String)]) { self.pairs = pairs }

    /// The first of that name, if there is anything in it.
    subscript(_ name: String) -> String? {
        pairs.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    var encoded: String {
        pairs.map { "\(FormBody.encode($0.name))=\(FormBody.encode($0.value))" }.joined(separator: "&")
    }

    static func == (a: Self, b: Self) -> Bool { a.encoded == b.encoded }
    func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}
