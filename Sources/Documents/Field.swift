import Commands

/// One value of the configuration with its place, so that whatever is wrong with it can be said with file, line and
/// path.
///
/// Scalars are decoded by the field they stand in, from the text as it was written: YAML's own types would make a
/// truth value of `no` and a number of `16:00`.
struct Field {
    let node: YAMLNode
    let file: String
    /// `policies.ml.steps[0].wait`
    let path: String
    let problems: Problems

    /// One `name: value` of a mapping.
    struct Entry {
        let name: String
        /// Stands where the name does.
        let key: Field
        let value: Field
    }

    func error(_ message: String, _ hint: String = "") { problems.error(problem(message, hint)) }
    func warn(_ message: String, _ hint: String = "") { problems.warn(problem(message, hint)) }

    func problem(_ message: String, _ hint: String) -> ConfigurationProblem {
        ConfigurationProblem(
            file: file, line: node.place?.line, column: node.place?.column, field: path, message: message, hint: hint)
    }

    /// Nothing was written, or `~`.
    var isEmpty: Bool {
        guard case .scalar(let text, isPlain: true) = node.value else { return false }
        return text.isEmpty || text == "~"
    }

    /// The text as written, when it is a scalar.
    var scalar: String? {
        guard case .scalar(let text, _) = node.value, !isEmpty else { return nil }
        return text
    }

    /// Other readers of YAML make a truth value of it (YAML 1.1, type bool), as programs do that write this file.
    var isTruthValueElsewhere: Bool {
        guard case .scalar(let text, isPlain: true) = node.value else { return false }
        return ["y", "yes", "n", "no", "true", "false", "on", "off"].contains(text.lowercased())
    }

    /// A text that is not empty; else nil, and that is said.
    func text(_ hint: String = "") -> String? {
        switch node.value {
        case .scalar(let text, _) where !isEmpty && !text.isEmpty: return text
        case .scalar: error("has no value", hint.isEmpty ? "Give it one, or leave the key out." : hint)
        case .mapping, .list: error("is \(kind), but must be one value", hint)
        }
        return nil
    }

    /// The members of a mapping; none when nothing was written. Else nil, and that is said.
    func entries(_ hint: String = "") -> [Entry]? {
        if isEmpty { return [] }
        guard case .mapping(let pairs) = node.value else {
            error("is \(kind), but must be a mapping", hint)
            return nil
        }
        return pairs.map { pair in
            let inner = path.isEmpty ? printable(pair.name) : "\(path).\(printable(pair.name))"
            return Entry(name: pair.name, key: at(pair.key, inner), value: at(pair.value, inner))
        }
    }

    /// The items of a list; none when nothing was written. Else nil, and that is said.
    func items(_ hint: String = "") -> [Field]? {
        if isEmpty { return [] }
        guard case .list(let list) = node.value else {
            error("is \(kind), but must be a list", hint)
            return nil
        }
        return list.enumerated().map { at($0.element, "\(path)[\($0.offset)]") }
    }

    /// The items of a list that must not be empty.
    func someItems(_ hint: String) -> [Field]? {
        guard let items = items(hint) else { return nil }
        if items.isEmpty { error("is an empty list", hint) }
        return items.isEmpty ? nil : items
    }

    /// A list, or one value that stands for a list of one.
    func itemsOrOne(_ hint: String) -> [Field]? { scalar == nil ? someItems(hint) : [self] }

    /// A mapping with known keys. Any other key is an error that names the nearest known one.
    func section(_ known: [String], _ hint: String = "") -> Section? {
        entries(hint).map { Section(field: self, entries: $0, known: known) }
    }

    /// Something that is not there, at the place where it should be.
    func child(_ name: String) -> Field { at(node, path.isEmpty ? name : "\(path).\(name)") }

    /// One of `choices`; else nil, and that is said.
    func choice<Value>(_ choices: KeyValuePairs<String, Value>) -> Value? {
        let words = choices.map(\.key)
        guard let text = text("Write one of \(words.joined(separator: ", ")).") else { return nil }
        if let found = choices.first(where: { $0.key == text }) { return found.value }
        let nearest = NearestName.find(text, in: words).map { "Did you mean \($0)?" }
        error("\(quoted(text)) is not one of \(words.joined(separator: ", "))", nearest ?? "")
        return nil
    }

    private var kind: String {
        switch node.value {
        case .scalar: "one value"
        case .mapping: "a mapping"
        case .list: "a list"
        }
    }

    private func at(_ node: YAMLNode, _ path: String) -> Field {
        Field(node: node, file: file, path: path, problems: problems)
    }
}

/// A mapping whose keys are known.
struct Section {
    let field: Field
    private let values: [String: Field]
    /// Keys that somebody probably meant and misspelt: that they are missing is not said as well.
    private var misspelt: Set<String>

    /// - Parameter isMisspelt: the whole mapping has another name, which has been said.
    init(field: Field, entries: [Field.Entry], known: [String], isMisspelt: Bool = false) {
        self.field = field
        values = Dictionary(entries.map { ($0.name, $0.value) }) { first, _ in first }
        misspelt = isMisspelt ? Set(known) : []
        for entry in entries where !known.contains(entry.name) {
            if entry.name == "<<" {
                entry.key.error("is a merge key, which is not supported", "Write the keys out.")
            } else {
                entry.key.error("is not a key known here", NearestName.hint(entry.name, in: known, noun: "key"))
                if let meant = NearestName.find(entry.name, in: known) { misspelt.insert(meant) }
            }
        }
    }

    subscript(_ key: String) -> Field? { values[key] }

    /// Somebody probably meant `key`, and that has been said.
    func isMisspelt(_ key: String) -> Bool { misspelt.contains(key) }

    /// What stands under a key that may be left out; not good when it stands there and cannot be read.
    func optional<Value>(_ key: String, _ read: (Field) -> Value?) -> (value: Value?, isGood: Bool) {
        guard let field = values[key] else { return (nil, true) }
        let value = read(field)
        return (value, value != nil)
    }

    /// The value of a mandatory key; else nil, and that is said with `hint`.
    func mandatory(_ key: String, _ hint: String) -> Field? {
        if let value = values[key], !value.isEmpty { return value }
        if values[key] != nil || !misspelt.contains(key) {
            (values[key] ?? field.child(key)).error("is mandatory and missing", hint)
        }
        return nil
    }
}

/// Text from a file as a message shows it: on one line and not too long.
func printable(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(60).map { scalar -> String in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
        default: String(scalar)
        }
    }
    return shown.joined() + (text.unicodeScalars.count > 60 ? "…" : "")
}

/// The same in quotes.
func quoted(_ text: String) -> String { "\"\(printable(text))\"" }
