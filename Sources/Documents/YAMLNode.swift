import Yams

/// A position in a file, both counted from 1; columns are Unicode scalars.
struct Place: Hashable {
    let line: Int
    let column: Int
}

extension Place {
    init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}

/// What was written, and where. Aliases are already what they stand for, and stand where it was written first.
struct YAMLNode {
    enum Value {
        /// `isPlain` when it was written without quotes.
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case mapping([(name: String, key: YAMLNode, value: YAMLNode)])
    }

    let value: Value
    let place: Place?
}

/// Copies what aliases expand to, and stops at the limits.
struct NodeCopier {
    private var count = 0
    private(set) var problem: (place: Place?, message: String, hint: String)?

    /// An empty text once there is a problem.
    mutating func copy(_ node: Node, depth: Int) -> YAMLNode {
        let place = node.mark.map(Place.init)
        count += 1
        if count > YAMLText.mostNodes {
            refuse(place, "has more than \(YAMLText.mostNodes) values", "Do aliases refer to aliases?")
        }
        if depth > YAMLText.deepest { refuse(place, "is nested more than \(YAMLText.deepest) levels deep") }
        if !Self.plainTags.contains(node.tag.rawValue) {
            refuse(place, "carries a tag, and tags mean nothing here", "Remove the word that begins with !.")
        }
        guard problem == nil else { return YAMLNode(value: .scalar("", isPlain: true), place: place) }
        return YAMLNode(value: value(of: node, depth: depth), place: place)
    }

    private mutating func value(of node: Node, depth: Int) -> YAMLNode.Value {
        switch node {
        case .scalar(let scalar): return .scalar(scalar.string, isPlain: scalar.style == .plain)
        case .alias: return .scalar("", isPlain: true)
        case .sequence(let items): return .list(items.map { copy($0, depth: depth + 1) })
        case .mapping(let pairs):
            return .mapping(
                pairs.map { pair in
                    let key = copy(pair.key, depth: depth + 1)
                    if case .scalar(let name, _) = key.value {
                        return (name: name, key: key, value: copy(pair.value, depth: depth + 1))
                    }
                    refuse(key.place, "a key is a list or a mapping", "Keys must be plain names.")
                    return (name: "", key: key, value: key)
                })
        }
    }

    private mutating func refuse(_ place: Place?, _ message: String, _ hint: String = "") {
        problem = problem ?? (place, message, hint)
    }

    private static let plainTags = ["tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"]
}
