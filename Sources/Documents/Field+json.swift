import Engine

/// JSON, written as YAML: what stands in quotes is a text, what does not is a number, true, false or null where JSON
/// would have it so.
extension Field {
    /// The same as JSON, members in their order and numbers as written; else nil, and that is said.
    func json() -> String? {
        switch node.value {
        case .scalar(_, isPlain: false), .scalar:
            return jsonScalar().map { value in
                switch value {
                case .number(let digits): digits
                case .truth(let value): value ? "true" : "false"
                case .text(let text): Self.quote(text)
                case nil: "null"
                }
            }
        case .list:
            let all = items() ?? []
            let values = all.compactMap { $0.json() }
            return values.count == all.count ? "[\(values.joined(separator: ","))]" : nil
        case .mapping:
            let all = entries() ?? []
            let members = all.compactMap { entry in
                entry.value.json().map { "\(Self.quote(entry.name)):\($0)" }
            }
            return members.count == all.count ? "{\(members.joined(separator: ","))}" : nil
        }
    }

    /// The scalars of a list, however nested; else nil, and that is said.
    func flatScalars() -> [ServingSettings.Value]? {
        switch node.value {
        case .list:
            let all = items() ?? []
            let values = all.compactMap { $0.flatScalars() }
            return values.count == all.count ? values.flatMap { $0 } : nil
        case .scalar:
            guard let scalar = jsonScalar() else { return nil }
            if let value = scalar { return [value] }
            error("has no value", "Write a number, a text, true or false.")
            return nil
        case .mapping:
            error("is a mapping, but must be a value or a list of values")
            return nil
        }
    }

    /// Nil inside for `null`; nil outside when it is none of JSON's scalars, which is said.
    private func jsonScalar() -> ServingSettings.Value?? {
        guard case .scalar(let text, let isPlain) = node.value, isPlain else {
            if case .scalar(let text, _) = node.value { return .some(.text(text)) }
            return nil
        }
        switch text {
        case "", "~", "null": return .some(nil)
        case "true": return .truth(true)
        case "false": return .truth(false)
        default: break
        }
        if Self.isJSONNumber(text) { return .number(text) }
        // What YAML might take for a number must not become a text unnoticed: .5, +1, 1_000, 0x1F, .nan
        if let first = text.first, first.isASCIIDigit || "+-.".contains(first) {
            error("\(quoted(text)) is not a number as JSON writes it", "Write it like -0.5 or 1e6, or quote a text.")
            return nil
        }
        return .text(text)
    }

    /// RFC 8259, section 6.
    static func isJSONNumber(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        func digits() -> Int {
            let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        func take(_ characters: String) -> Bool {
            guard let first = rest.first, characters.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = take("-")
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !startsWithZero || whole == 1 else { return false }
        if take("."), digits() == 0 { return false }
        if take("eE") {
            _ = take("+-")
            if digits() == 0 { return false }
        }
        return rest.isEmpty && text.utf8.count <= 400
    }

    /// A finite number; else nil, and that is said.
    func decimal() -> Double? {
        guard let text = text("Write a number such as 0.8.") else { return nil }
        if Self.isJSONNumber(text), let number = Double(text), number.isFinite { return number }
        error("\(quoted(text)) is not a number", "Write a number such as 0.8.")
        return nil
    }

    private static func quote(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\u{00}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
