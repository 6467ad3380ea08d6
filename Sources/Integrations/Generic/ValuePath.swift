/// Where in a JSON document something is: member names and array indices with dots between them, such as
/// `data.monitor.id` or `alerts.0.name`. The empty path is the document itself. A name with a dot in it cannot be
/// reached.
struct ValuePath: Hashable, Sendable {
    let text: String
    private let steps: [String]

    init(_ text: String) {
        self.text = text
        steps = text.split(separator: ".").map(String.init)
    }

    /// Nil when nothing is there, or `null`.
    func value(in document: JSONValue) -> JSONValue? {
        var value = document
        for step in steps {
            switch value {
            case .object(let members):
                guard let member = members[step] else { return nil }
                value = member
            case .array(let elements):
                guard let index = Int(step), elements.indices.contains(index) else { return nil }
                value = elements[index]
            case .null, .bool, .number, .string: return nil
            }
        }
        return value == .null ? nil : value
    }
}
