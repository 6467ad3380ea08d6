/// Finds the name somebody probably meant, for a hint only: nothing is ever taken for what it resembles.
enum NearestName {
    /// The known name with the fewest edits from `name`, if that is few enough to be a slip; the first of equals in
    /// the order of `known`.
    static func find(_ name: String, in known: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(longestName))
        let limit = max(1, wanted.count / 3)
        var best: (name: String, edits: Int)?
        for candidate in known {
            let edits = distance(wanted, Array(candidate.lowercased().unicodeScalars.prefix(longestName)))
            if edits <= limit, edits < best?.edits ?? .max { best = (candidate, edits) }
        }
        return best?.name
    }

    /// A hint for a name that is not known: the nearest, else all of them when they are few.
    static func hint(_ name: String, in known: [String], noun: String) -> String {
        if let nearest = find(name, in: known) { return "Did you mean \(nearest)?" }
        if known.isEmpty { return "No \(noun) is configured." }
        let listed = known.sorted().prefix(12).joined(separator: ", ")
        return "Known: \(listed)\(known.count > 12 ? ", …" : "")."
    }

    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                var edits = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    edits = min(edits, beforeLast[j - 2] + 1)
                }
                row.append(edits)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }

    private static let longestName = 64
}
