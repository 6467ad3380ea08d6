/// Keeps what arrives of an answer, within limits: the other side decides how much it sends.
struct ResponseCollector {
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    private var headerBytes = 0
    private let bodyLimit: Int

    private static let headerLimit = 65_536

    init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

    /// Answers whether there is room for more.
    mutating func take(body bytes: some Collection<UInt8>) -> Bool {
        let room = max(0, bodyLimit - body.count)
        body += bytes.prefix(room)
        return bytes.count <= room
    }

    /// One line of the head with its line end. Answers whether there is room for more.
    mutating func take(headerLine bytes: some BidirectionalCollection<UInt8>) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= Self.headerLimit else { return false }
        if bytes.starts(with: "HTTP/".utf8) {
            // What came before was the head of an interim answer.
            headers = []
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            var value = bytes[bytes.index(after: colon)...].drop(while: Self.isBlank)
            while let last = value.last, Self.isBlank(last) { value.removeLast() }
            headers.append(
                (String(decoding: bytes[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return true
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
}
