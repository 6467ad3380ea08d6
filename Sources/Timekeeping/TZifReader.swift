/// Reads a TZif file, versions 1 to 4, as RFC 9636 describes it. Any bytes give either a table or an error.
struct TZifReader {
    /// When clocks changed, what to, and what comes after.
    struct Contents: Hashable, Sendable {
        /// In force before the first transition.
        var initial: LocalTimeType
        /// Strictly ascending, in seconds since 1970.
        var transitionSeconds: [Int64] = []
        /// For each transition the index in `types` of what begins there.
        var typeIndices: [UInt8] = []
        var types: [LocalTimeType]
        /// In force from the last transition on, or always if there is none.
        var footer: PosixTimeZone?
    }

    private typealias Code = ZoneRulesError.Code

    private let bytes: [UInt8]
    private var position = 0

    static func read(_ bytes: [UInt8], zone: ZoneID) throws(ZoneRulesError) -> Contents {
        var reader = TZifReader(bytes: bytes)
        do throws(Code) {
            return try reader.readContents()
        } catch {
            throw ZoneRulesError(zone: zone, code: error)
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func readContents() throws(Code) -> Contents {
        let header = try readHeader()
        guard header.version != 0 else { return try readBlock(header, timeSize: 4) }
        // From version 2 on the first block repeats what old readers can understand.
        _ = try take(header.blockSize(timeSize: 4))
        var contents = try readBlock(try readHeader(), timeSize: 8)
        contents.footer = try readFooter()
        return contents
    }

    // MARK: - Header

    private struct Header {
        var version: UInt8
        var utIndicators, standardIndicators, leapSeconds, transitions, types, abbreviationBytes: Int

        func blockSize(timeSize: Int) -> Int {
            transitions * (timeSize + 1) + types * 6 + abbreviationBytes + leapSeconds * (timeSize + 4)
                + standardIndicators + utIndicators
        }
    }

    private mutating func readHeader() throws(Code) -> Header {
        guard try take(4).elementsEqual("TZif".utf8) else { throw .notTZif }
        let version = try take(1).first ?? 0
        // Later versions must stay readable to us (RFC 9636, section 4); what came before "2" is 0.
        guard version == 0 || version >= UInt8(ascii: "2") else { throw .malformed("its version is unknown") }
        _ = try take(15)
        let header = Header(
            version: version,
            utIndicators: try readCount(), standardIndicators: try readCount(), leapSeconds: try readCount(),
            transitions: try readCount(), types: try readCount(), abbreviationBytes: try readCount()
        )
        guard header.blockSize(timeSize: 4) <= bytes.count - position else { throw .truncated }
        return header
    }

    private mutating func readCount() throws(Code) -> Int { Int(Self.unsigned(try take(4))) }

    // MARK: - Data block

    private mutating func readBlock(_ header: Header, timeSize: Int) throws(Code) -> Contents {
        guard header.leapSeconds == 0 else { throw .countsLeapSeconds }
        guard (1...256).contains(header.types) else { throw .malformed("it has no local time types, or too many") }
        for indicators in [header.utIndicators, header.standardIndicators]
        where indicators != 0 && indicators != header.types {
            throw .malformed("its indicators do not match its local time types")
        }

        let times = try take(header.transitions * timeSize)
        let indices = try take(header.transitions)
        let rawTypes = try take(header.types * 6)
        let names = try take(header.abbreviationBytes)
        _ = try take(header.standardIndicators + header.utIndicators)

        var types: [LocalTimeType] = []
        types.reserveCapacity(header.types)
        for index in 0..<header.types {
            types.append(try Self.localTimeType(Self.element(index, size: 6, of: rawTypes), names: names))
        }

        var contents = Contents(initial: types[0], types: types)
        contents.transitionSeconds.reserveCapacity(header.transitions)
        contents.typeIndices.reserveCapacity(header.transitions)
        var previous: Int64?
        for (index, typeIndex) in indices.enumerated() {
            let second = Self.signed(Self.element(index, size: timeSize, of: times))
            guard Int(typeIndex) < types.count else { throw .malformed("a transition has no local time type") }
            if let previous, second <= previous { throw .malformed("its transitions are out of order") }
            previous = second
            guard second <= Self.latestSecond else { throw .malformed("a transition is too far away") }
            // Some writers begin with the Big Bang; no instant of ours lies before it.
            if second < Self.earliestSecond {
                contents.initial = types[Int(typeIndex)]
            } else {
                contents.transitionSeconds.append(second)
                contents.typeIndices.append(typeIndex)
            }
        }
        return contents
    }

    private static func localTimeType(
        _ raw: ArraySlice<UInt8>, names: ArraySlice<UInt8>
    ) throws(Code) -> LocalTimeType {
        let offset = Int(signed(raw.prefix(4)))
        let isDaylight = raw[raw.startIndex + 4]
        let nameStart = Int(raw[raw.startIndex + 5])
        guard LocalTimeType.offsetBounds.contains(offset) else { throw .malformed("an offset is beyond a day") }
        guard isDaylight <= 1 else { throw .malformed("a daylight saving mark is neither yes nor no") }
        guard nameStart < names.count,
            let end = names[(names.startIndex + nameStart)...].firstIndex(of: 0)
        else { throw .malformed("an abbreviation has no end") }
        let name = names[(names.startIndex + nameStart)..<end]
        guard name.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed("an abbreviation has unprintable characters")
        }
        return LocalTimeType(
            offsetSeconds: offset, isDaylight: isDaylight == 1, abbreviation: String(decoding: name, as: UTF8.self)
        )
    }

    private static let earliestSecond = Instant.distantPast.milliseconds / 1000
    private static let latestSecond = Instant.distantFuture.milliseconds / 1000

    // MARK: - Footer

    private mutating func readFooter() throws(Code) -> PosixTimeZone? {
        let newline = UInt8(ascii: "\n")
        guard try take(1).first == newline else { throw .malformed("its last line does not begin where it should") }
        guard let end = bytes[position...].firstIndex(of: newline) else { throw .truncated }
        let footer = bytes[position..<end]
        position = end + 1
        guard !footer.isEmpty else { return nil }
        guard let rule = PosixTimeZone(footer), rule.offsetsAreInBounds else {
            throw .unreadableFooter(String(decoding: footer, as: UTF8.self))
        }
        return rule
    }

    // MARK: - Bytes

    private mutating func take(_ count: Int) throws(Code) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw .truncated }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    private static func element(_ index: Int, size: Int, of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = bytes.startIndex + index * size
        return bytes[start..<(start + size)]
    }

    /// Big-endian, at most eight bytes.
    private static func unsigned(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Big-endian two's complement of four or eight bytes.
    private static func signed(_ bytes: ArraySlice<UInt8>) -> Int64 {
        let value = unsigned(bytes)
        return bytes.count == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
}

extension PosixTimeZone {
    fileprivate var offsetsAreInBounds: Bool {
        let bounds = LocalTimeType.offsetBounds
        return bounds.contains(standard.offsetSeconds) && bounds.contains(daylight?.type.offsetSeconds ?? 0)
    }
}
