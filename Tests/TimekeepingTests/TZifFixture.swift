import Foundation
import Timekeeping

/// Writes TZif files for tests, from the description in RFC 9636 and independently of the reader.
struct TZifFixture {
    struct LocalType {
        var offset: Int32
        var isDaylight = false
        var name: String
    }

    var version: Character? = "2"
    var types = [LocalType(offset: 0, name: "UTC")]
    /// Seconds since 1970 and an index into `types`.
    var transitions: [(second: Int64, type: UInt8)] = []
    var footer = ""

    /// A version 1 file, or one of a later version whose first block is the smallest allowed.
    var bytes: [UInt8] {
        guard version != nil else { return block(timeSize: 4) }
        var first = self
        first.types = [LocalType(offset: 0, name: "XXX")]
        first.transitions = []
        return first.block(timeSize: 4) + block(timeSize: 8) + Array("\n\(footer)\n".utf8)
    }

    func rules(id: ZoneID = "Test/Zone") throws -> ZoneRules { try ZoneRules(id: id, tzif: bytes) }

    private func block(timeSize: Int) -> [UInt8] {
        let names = types.map { Array($0.name.utf8) + [0] }
        var bytes = Array("TZif".utf8) + [version?.asciiValue ?? 0] + [UInt8](repeating: 0, count: 15)
        for count in [0, 0, 0, transitions.count, types.count, names.joined().count] {
            bytes += bigEndian(Int64(count), size: 4)
        }
        for transition in transitions { bytes += bigEndian(transition.second, size: timeSize) }
        bytes += transitions.map(\.type)
        var nameStart: UInt8 = 0
        for (type, name) in zip(types, names) {
            bytes += bigEndian(Int64(type.offset), size: 4) + [type.isDaylight ? 1 : 0, nameStart]
            nameStart += UInt8(name.count)
        }
        return bytes + names.joined()
    }

    private func bigEndian(_ value: Int64, size: Int) -> [UInt8] {
        (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}

/// The tz database of the system the tests run on.
enum SystemZones {
    static let folder = URL(fileURLWithPath: "/usr/share/zoneinfo", isDirectory: true)

    static func bytes(_ id: ZoneID) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(id.rawValue)))
    }

    static func rules(_ id: ZoneID) throws -> ZoneRules { try ZoneRules(id: id, tzif: try bytes(id)) }
}

/// Tests write times as people do; a typing mistake in one stops the test.
func instant(_ rfc3339: String) -> Instant {
    guard let instant = Instant(rfc3339: rfc3339) else { preconditionFailure("\(rfc3339) is no timestamp.") }
    return instant
}

/// "2026-11-02 16:00"
func local(_ text: String) -> CivilDateTime {
    let parts = text.split(separator: " ").map(String.init)
    guard parts.count == 2, let date = CivilDate(parts[0]), let time = CivilTime(parts[1]) else {
        preconditionFailure("\(text) is no local time.")
    }
    return CivilDateTime(date: date, time: time)
}
