import Commands
import Foundation
import Timekeeping

/// Finds zone rules by name: in the system's tz database, or among those an earlier configuration was recorded with.
final class ZoneLibrary {
    enum Source {
        /// Folders of TZif files; the first that has a zone wins.
        case folders([String])
        case recorded([ZoneID: [UInt8]])
    }

    /// Every zone that was asked for and found.
    private(set) var bytes: [ZoneID: [UInt8]] = [:]
    private(set) var rules: [ZoneID: ZoneRules] = [:]
    private let source: Source
    private lazy var names = allNames()

    static let systemFolders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"]

    init(_ source: Source) { self.source = source }

    /// The rules of the zone named by `field`; else nil, and that is said.
    func zone(_ field: Field) -> ZoneRules? {
        guard let name = field.text("Write it like Europe/Berlin.") else { return nil }
        let id = ZoneID(rawValue: name)
        if let known = rules[id] { return known }
        if case .folders(let folders) = source, !folders.contains(where: Self.isFolder) {
            field.error(
                "no time zone can be looked up: there is no tz database in \(folders.joined(separator: ", "))",
                "Install the package tzdata, or set TZDIR.")
            return nil
        }
        guard let found = tzif(of: name) else {
            switch source {
            case .folders: field.error("\(quoted(name)) is not a time zone", hint(for: name, field))
            case .recorded: field.error("the rules of \(quoted(name)) were not recorded", hint(for: name, field))
            }
            return nil
        }
        do {
            let zone = try ZoneRules(id: id, tzif: found)
            bytes[id] = found
            rules[id] = zone
            return zone
        } catch {
            field.error(error.description.trimmingSuffix("."), hint(for: name, field))
            return nil
        }
    }

    /// The same by its bare name, and nothing is said.
    /// - Parameter isKept: whether it belongs to the configuration, and is recorded with it.
    func zone(named name: String, isKept: Bool = false) -> ZoneRules? {
        let id = ZoneID(rawValue: name)
        guard let found = tzif(of: name), let zone = try? ZoneRules(id: id, tzif: found) else { return nil }
        if isKept { (bytes[id], rules[id]) = (found, zone) }
        return zone
    }

    /// As it is there, unchecked.
    func tzif(of zone: ZoneID) -> [UInt8]? { tzif(of: zone.rawValue) }

    private func tzif(of name: String) -> [UInt8]? {
        switch source {
        case .recorded(let zones): return zones[ZoneID(rawValue: name)]
        case .folders(let folders):
            guard Self.isPlausible(name) else { return nil }
            for folder in folders {
                let path = "\(folder)/\(name)"
                guard !Self.isFolder(path), let data = FileManager.default.contents(atPath: path) else { continue }
                return Array(data)
            }
            return nil
        }
    }

    private func hint(for name: String, _ field: Field) -> String {
        let example = "Use a name of the tz database such as Europe/Berlin."
        // What stands for a truth value resembles a zone by chance.
        if field.isTruthValueElsewhere { return "Without quotes YAML takes it for a truth value. \(example)" }
        return nearest(to: name).map { "Did you mean \($0)?" } ?? example
    }

    /// The zone that was probably meant, by its whole name or by its city.
    func nearest(to name: String) -> String? {
        if let nearest = NearestName.find(name, in: names) { return nearest }
        let city = name.split(separator: "/").last.map(String.init) ?? name
        let cities = names.map { String($0.split(separator: "/").last ?? "") }
        let wanted = city.replacingOccurrences(of: " ", with: "_")
        guard let nearest = NearestName.find(wanted, in: cities), let index = cities.firstIndex(of: nearest) else {
            return nil
        }
        return names[index]
    }

    private func allNames() -> [String] {
        switch source {
        case .recorded(let zones): return zones.keys.map(\.rawValue).sorted()
        case .folders(let folders):
            var found: Set<String> = []
            for folder in folders {
                for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
                    let isOther = name.hasPrefix("posix/") || name.hasPrefix("right/") || !Self.isPlausible(name)
                    if !isOther, name.first?.isUppercase == true, !Self.isFolder("\(folder)/\(name)") {
                        found.insert(name)
                    }
                }
            }
            // Names with a region come first: "Berlin" means Europe/Berlin, not an old alias.
            return found.sorted { ($0.contains("/") ? 0 : 1, $0) < ($1.contains("/") ? 0 : 1, $1) }
        }
    }

    /// Nothing that could lead out of the folder.
    private static func isPlausible(_ name: String) -> Bool {
        !name.hasPrefix("/") && !name.contains(".") && name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || Array("/_+-".utf8).contains(byte)
            }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}

extension StringProtocol {
    /// Without that ending, if it has it.
    func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : String(self)
    }
}
