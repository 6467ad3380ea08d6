import Commands

extension NearestName {
    /// A hint for a name that is not known: the nearest, else all of them when they are few.
    static func hint(_ name: String, in known: [String], noun: String) -> String {
        if let nearest = find(name, in: known) { return "Did you mean \(nearest)?" }
        if known.isEmpty { return "No \(noun) is configured." }
        let listed = known.sorted().prefix(12).joined(separator: ", ")
        return "Known: \(listed)\(known.count > 12 ? ", …" : "")."
    }
}
