import Foundation
import Timekeeping

/// The tz database as it is on disk now.
extension ConfigurationReader {
    /// The TZif bytes of those zones; one that is not there is left out.
    public func zoneFiles(_ zones: [ZoneID]) -> [ZoneID: [UInt8]] {
        let library = ZoneLibrary(.folders(zoneinfo))
        return Dictionary(uniqueKeysWithValues: zones.compactMap { zone in library.tzif(of: zone).map { (zone, $0) } })
    }

    /// Such as "2025b": what the first line of `tzdata.zi` or the file `+VERSION` says, in the first folder that has
    /// either; nil when none does.
    public var tzdataVersion: String? {
        for folder in zoneinfo {
            if let line = Self.firstLine("\(folder)/tzdata.zi"), line.hasPrefix("# version ") {
                return Self.version(line.dropFirst("# version ".count))
            }
            if let line = Self.firstLine("\(folder)/+VERSION") { return Self.version(line[...]) }
        }
        return nil
    }

    private static func version(_ text: Substring) -> String? {
        let word = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
        return word.isEmpty ? nil : String(word.prefix(32))
    }

    private static func firstLine(_ path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: 200) else { return nil }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
    }
}
