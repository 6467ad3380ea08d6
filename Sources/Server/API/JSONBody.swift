import Foundation
import HTTPTypes
import Hummingbird
import Incidents
import OnCall
import Timekeeping

/// Reads the members of a request's JSON object and collects everything wrong with it, so that its sender hears it all
/// at once. A member nobody asks for is an error too: a misspelt one would silently do nothing.
struct JSONBody {
    private let members: [String: JSON]
    private var asked: Set<String> = []
    private var faults: [Problem.Fault] = []

    /// - Throws: `Problem` 400 or 415 when it is not a JSON object. Nothing at all is an empty object.
    init(_ bytes: [UInt8], contentType: String?) throws {
        guard !bytes.isEmpty else {
            members = [:]
            return
        }
        let type = contentType?.split(separator: ";").first.map { $0.lowercased().filter { $0 != " " } }
        guard let type, type == "application/json" || type.hasSuffix("+json") else {
            throw Problem(
                .unsupportedMediaType, "Send JSON, with the header Content-Type: application/json.",
                code: "not_json")
        }
        guard let value = try? JSONDecoder().decode(JSON.self, from: Data(bytes)) else {
            throw Problem(.badRequest, "The body is not JSON.", code: "not_json")
        }
        guard case .object(let members) = value else {
            throw Problem(.badRequest, "The body must be a JSON object, not \(value.kind).", code: "not_json")
        }
        self.members = members
    }

    /// - Throws: `Problem` 422 with everything that was wrong, unknown members included.
    func finish() throws {
        let unknown = members.keys.filter { !asked.contains($0) }.sorted()
        let known = asked.sorted().joined(separator: ", ")
        let all =
            faults
            + unknown.map {
                Problem.Fault(
                    pointer: Self.pointer($0),
                    detail: known.isEmpty ? "There are no members here." : "There is no such member. Known: \(known).")
            }
        guard all.isEmpty else {
            throw Problem(
                .unprocessableContent, "The body is not what it should be; see 'errors'.", code: "invalid", errors: all)
        }
    }

    mutating func fault(_ name: String, _ detail: String) {
        faults.append(.init(pointer: Self.pointer(name), detail: detail))
    }

    // MARK: Members. Absent and null are the same.

    mutating func string(_ name: String) -> String? {
        switch take(name) {
        case nil: return nil
        case .string(let text): return text
        case let other?:
            fault(name, "This must be a string, not \(other.kind).")
            return nil
        }
    }

    /// An empty string when it is missing, with the fault noted: `finish` throws.
    mutating func requiredString(_ name: String) -> String {
        if let text = string(name) { return text }
        if members[name] == nil || members[name] == .null { fault(name, "This is missing.") }
        return ""
    }

    mutating func bool(_ name: String) -> Bool? {
        switch take(name) {
        case nil: return nil
        case .bool(let value): return value
        case let other?:
            fault(name, "This must be true or false, not \(other.kind).")
            return nil
        }
    }

    mutating func severity(_ name: String) -> Severity? {
        guard let word = string(name) else { return nil }
        guard let severity = Severity(word: word) else {
            fault(name, "This must be sev1, sev2, sev3 or sev4, or a word such as critical, error, warning or info.")
            return nil
        }
        return severity
    }

    mutating func requiredInstant(_ name: String) -> Instant {
        let text = requiredString(name)
        guard let instant = Instant(rfc3339: text) else {
            if !text.isEmpty { fault(name, "This must be a time of RFC 3339, such as 2026-11-23T16:00:00+01:00.") }
            return .distantPast
        }
        return instant
    }

    /// Nil when it is missing.
    mutating func instant(_ name: String) -> Instant? {
        guard members[name] != nil, members[name] != .null else {
            asked.insert(name)
            return nil
        }
        return requiredInstant(name)
    }

    /// People who are in the configuration; nobody when it is missing.
    mutating func users(_ name: String, in directory: Directory) -> [UserID] {
        guard members[name] != nil, members[name] != .null else {
            asked.insert(name)
            return []
        }
        let users = requiredStrings(name).map(UserID.init(rawValue:))
        for user in users where directory.users[user] == nil { fault(name, Refusal.noSuchUser(user).explanation) }
        return users
    }

    mutating func strings(_ name: String) -> [String: String] {
        switch take(name) {
        case nil: return [:]
        case .object(let values):
            var strings: [String: String] = [:]
            for (key, value) in values {
                guard case .string(let text) = value else {
                    fault(name, "Every member of it must be a string; '\(key)' is \(value.kind).")
                    continue
                }
                strings[key] = text
            }
            return strings
        case let other?:
            fault(name, "This must be an object of strings, not \(other.kind).")
            return [:]
        }
    }

    /// Empty when it is missing.
    mutating func optionalStrings(_ name: String) -> [String] {
        guard members[name] != nil, members[name] != .null else {
            asked.insert(name)
            return []
        }
        return requiredStrings(name)
    }

    /// Empty when it is missing, with the fault noted.
    mutating func requiredStrings(_ name: String) -> [String] {
        switch take(name) {
        case nil:
            fault(name, "This is missing.")
            return []
        case .array(let values):
            return values.compactMap { value in
                guard case .string(let text) = value else {
                    fault(name, "Every member of it must be a string, not \(value.kind).")
                    return nil
                }
                return text
            }
        case let other?:
            fault(name, "This must be an array of strings, not \(other.kind).")
            return []
        }
    }

    /// A person who is in the configuration.
    mutating func user(_ name: String, in directory: Directory) -> UserID? {
        guard let text = string(name) else { return nil }
        let user = UserID(rawValue: text)
        guard directory.users[user] != nil else {
            fault(name, Refusal.noSuchUser(user).explanation)
            return nil
        }
        return user
    }

    mutating func requiredUser(_ name: String, in directory: Directory) -> UserID {
        if let user = user(name, in: directory) { return user }
        if members[name] == nil || members[name] == .null { fault(name, "This is missing: who does it?") }
        return UserID(rawValue: "")
    }

    private mutating func take(_ name: String) -> JSON? {
        asked.insert(name)
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    /// RFC 6901, section 6.
    private static func pointer(_ name: String) -> String {
        "#/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
