/// A JSON document (RFC 8259) as it was sent: nothing is guessed and nothing is converted.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As written, so that `1` and `1.0` stay different keys and no digit of an identifier is lost to `Double`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// - Throws: `JSONProblem` with the byte at which the text stops being JSON.
    package init(json bytes: [UInt8]) throws(JSONProblem) {
        var reader = JSONReader(bytes)
        self = try reader.readDocument()
    }

    /// The member of that name; nil when there is none, when it is `null`, or when this is not an object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self, let value = members[name], value != .null else { return nil }
        return value
    }

    /// The text of a string, a number or a boolean.
    package var scalar: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }

    package init(_ strings: [String: String]) { self = .object(strings.mapValues(JSONValue.string)) }
    package init(_ strings: [String]) { self = .array(strings.map(JSONValue.string)) }
}

/// Where a text stops being JSON, and why.
package struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package let offset: Int
    package let problem: String

    package init(offset: Int, problem: String) {
        self.offset = offset
        self.problem = problem
    }

    /// "byte 17: a comma or a closing brace is missing"
    package var description: String { "byte \(offset): \(problem)" }
}
