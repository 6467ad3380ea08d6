/// Finds the name somebody probably meant, for a hint only: nothing is ever taken for what it resembles.
package enum NearestName {
    /// The known name with the fewest edits from `name`, if that is few enough to be a slip; the first of equals in
    /// the order of `known`. Only the first 64 scalars of each count.
    package static func find(_ name: String, in known: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(longestName))
        let limit = max(1, wanted.count / 3)
        var best: (name: String, edits: Int)?
        for candidate in known {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(longestName))
            guard abs(letters.count - wanted.count) <= limit else { continue }
            let edits = distance(wanted, letters)
            if edits <= limit, edits < letters.count, edits < best?.edits ?? .max { best = (candidate, edits) }
        }
        return best?.name
    }

    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    package static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
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
