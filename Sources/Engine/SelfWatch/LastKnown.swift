import EngineCore
import Foundation
import Incidents
import OnCall
import Timekeeping

/// Who is on call for the next days and how they are reached, as a file that needs neither a server nor a database: what
/// is left to read when both are away. Holds phone numbers and mail addresses, so only its owner may read it.
public struct LastKnown: Sendable, Hashable, Codable {
    public struct Person: Sendable, Hashable, Codable {
        public var name: String
        public var phone: String?
        public var mail: String?
    }

    public struct Stretch: Sendable, Hashable, Codable {
        /// RFC 3339, UTC.
        public var from: String
        public var until: String
        public var people: [String]
    }

    public struct Entry: Sendable, Hashable, Codable {
        public var schedule: String
        public var zone: String
        public var shifts: [Stretch]
    }

    public var writtenAt: String
    public var until: String
    /// Everybody who is in it, by id.
    public var people: [String: Person]
    public var schedules: [Entry]
    public var lastResort: [String]

    enum CodingKeys: String, CodingKey {
        case until, people, schedules
        case writtenAt = "written_at"
        case lastResort = "last_resort"
    }

    /// How far ahead it tells.
    public static let horizon = Duration.days(14)
    public static let fileName = "last-known.json"

    /// - Parameter contacts: where everybody is reached.
    public init(_ engine: Engine, contacts: [UserID: ContactDetails]) {
        let now = engine.now
        let end = now + Self.horizon
        let (directory, amendments) = engine.read { ($0.directory, $0.book.amendments) }
        let found = directory.roster.schedules.keys.sorted().map { id in
            Entry(
                schedule: id.rawValue, zone: directory.roster.schedules[id]?.zone.rawValue ?? "UTC",
                shifts: directory.roster.shifts(id, from: now, until: end, amendments: amendments).map { shift in
                    Stretch(
                        from: shift.from.rfc3339, until: shift.until.rfc3339,
                        people: shift.duties.map(\.user.rawValue))
                })
        }
        let last = engine.read { $0.lastResort(at: now) }.map(\.id.rawValue)
        var named: [String: Person] = [:]
        for id in Set(found.flatMap(\.shifts).flatMap(\.people) + last) {
            let user = UserID(rawValue: id)
            named[id] = Person(
                name: directory.users[user]?.name ?? id, phone: contacts[user]?.phone, mail: contacts[user]?.mail)
        }
        (writtenAt, until, people) = (now.rfc3339, end.rfc3339, named)
        (schedules, lastResort) = (found, last)
    }

    // MARK: The file

    /// - Throws: when it cannot be read, or is not one of these.
    public static func read(_ path: String) throws -> LastKnown {
        try JSONDecoder().decode(LastKnown.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { preconditionFailure("Texts can always be encoded.") }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// Whole or not at all, and never readable by anybody else: a reader sees the old file or the new one.
    /// - Throws: what the file system says.
    public func write(to path: String) throws {
        let part = path + ".part"
        unlink(part)
        let descriptor = open(part, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Trouble(part) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(json.utf8))
            try file.synchronize()
            guard rename(part, path) == 0 else { throw Trouble(path) }
        } catch {
            unlink(part)
            throw error
        }
    }

    struct Trouble: Error, CustomStringConvertible {
        let description: String
        init(_ path: String) { description = "\(path): \(String(cString: strerror(errno)))" }
    }

    // MARK: Answers

    /// Lines for a terminal: who is on call at that moment, with the numbers to call.
    /// - Parameter schedule: only this one; nil means all of them.
    public func lines(at moment: Instant, schedule: String? = nil) -> [String] {
        let wanted = schedules.filter { schedule == nil || $0.schedule == schedule }
        var lines = wanted.map { entry -> String in
            let shift = entry.shifts.first { shift in
                guard let from = Instant(rfc3339: shift.from), let until = Instant(rfc3339: shift.until) else {
                    return false
                }
                return from <= moment && moment < until
            }
            guard let shift else { return "\(entry.schedule): not known for that time" }
            let who = shift.people.map(card).joined(separator: " and ")
            return "\(entry.schedule): \(who.isEmpty ? "nobody" : who), until \(shift.until)"
        }
        if !lastResort.isEmpty { lines.append("last resort: \(lastResort.map(card).joined(separator: ", "))") }
        return lines.map(PlainText.printable)
    }

    private func card(_ id: String) -> String {
        guard let person = people[id] else { return id }
        let ways = [person.phone, person.mail].compactMap(\.self)
        return "\(person.name) (\(id)) \(ways.isEmpty ? "no number known" : ways.joined(separator: " "))"
    }
}
