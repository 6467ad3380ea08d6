import Engine
import Foundation
import Timekeeping

/// Every number that a draft of an incident may hold, found in its records and by nothing of the draft's own making:
/// the definition is in `PostmortemDraft`'s documentation.
struct NumbersOfALog {
    private var allowed: Set<String> = []
    private let offset: Int64

    /// - Parameters:
    ///   - names: of people and services, which come from the configuration.
    ///   - offsetSeconds: of the zone beside UTC.
    init(_ records: [Record], names: [String], offsetSeconds: Int64 = 0) {
        offset = offsetSeconds
        for name in names { allow(runsOf: name) }
        for record in records { read(record) }
        let begins = records.filter { ["incidentOpened", "pageRequested", "rollbackPlanned"].contains($0.kind) }
        for begin in begins {
            for record in records { allow(lengthOf: record.at.milliseconds - begin.at.milliseconds) }
        }
        count(records)
    }

    /// The runs of digits in a text that are not allowed in it.
    func inventions(in text: String) -> [String] { Self.runs(text).filter { !allowed.contains($0) } }

    static func runs(_ text: String) -> [String] {
        text.split { !("0"..."9").contains($0) }.map(String.init)
    }

    private mutating func read(_ record: Record) {
        for text in [record.facts, record.text ?? "", record.stream, String(record.hash.prefix(8))] {
            allow(runsOf: text)
        }
        allowed.insert(String(record.sequence))
        allow(instant: record.at.milliseconds)
        let facts = try? JSONSerialization.jsonObject(with: Data(record.facts.utf8))
        values(facts as Any)
    }

    /// Numbers in the facts: a position counted from zero, a time in milliseconds, an instant; and how many there are
    /// of what is listed.
    private mutating func values(_ value: Any) {
        switch value {
        case let object as [String: Any]: for member in object.values { values(member) }
        case let array as [Any]:
            allowed.insert(String(array.count))
            for item in array { values(item) }
        case let number as NSNumber:
            let whole = number.int64Value
            allowed.insert(String(whole + 1))
            allow(lengthOf: abs(whole))
            if whole > 1_000_000_000_000 { allow(instant: whole) }
        default: break
        }
    }

    /// How many events are alike: of one kind, of one person, method, page or alert.
    private mutating func count(_ records: [Record]) {
        var groups: [String: Int] = [:]
        var repeats = 0
        for record in records {
            groups[record.kind, default: 0] += 1
            guard let facts = try? JSONSerialization.jsonObject(with: Data(record.facts.utf8)) as? [String: Any] else {
                continue
            }
            if record.kind == "alertsCounted" { repeats += facts["repeats"] as? Int ?? 0 }
            let page = (facts["attempt"] as? [String: Any])?["page"] as? [String: Any]
            for what in [facts["user"], facts["alert"], page] {
                if let what { groups["\(record.kind) \(Self.canonical(what))", default: 0] += 1 }
            }
        }
        for count in groups.values { allowed.insert(String(count)) }
        // Those of its triggers that came after a resolution.
        for count in 0...(groups["incidentTriggered"] ?? 0) { allowed.insert(String(count)) }
        allowed.formUnion(["0", String(repeats)])
    }

    private static func canonical(_ value: Any) -> String {
        guard let data = try? JSONSerialization.data(withJSONObject: [value], options: .sortedKeys) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    private mutating func allow(runsOf text: String) { allowed.formUnion(Self.runs(text)) }

    private mutating func allow(lengthOf milliseconds: Int64) {
        guard milliseconds >= 0 else { return }
        for (size, limit) in [(86_400_000, Int64.max), (3_600_000, 24), (60_000, 60), (1000, 60), (1, 1000)] {
            allowed.insert(String(milliseconds / Int64(size) % limit))
        }
    }

    private mutating func allow(instant milliseconds: Int64) {
        for offset in [0, offset] {
            var seconds = time_t((Double(milliseconds) / 1000).rounded(.down)) + time_t(offset)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            for number in [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec] {
                allowed.insert(number < 10 ? "0\(number)" : "\(number)")
            }
            allowed.insert("\(parts.tm_year + 1900)")
        }
        allowed.insert(String(format: "%03d", milliseconds % 1000))
    }
}
