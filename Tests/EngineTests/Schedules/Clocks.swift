import Foundation
import Timekeeping

/// The machine's rules of a zone.
func zoneRules(_ id: ZoneID) -> ZoneRules {
    guard let bytes = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(id.rawValue)"),
        let rules = try? ZoneRules(id: id, tzif: Array(bytes))
    else { fatalError("The machine has no rules for \(id).") }
    return rules
}

func instant(_ text: String) -> Instant {
    guard let instant = Instant(rfc3339: text) else { fatalError("\(text) is not an instant.") }
    return instant
}
