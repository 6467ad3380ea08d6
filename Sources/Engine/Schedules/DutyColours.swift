import OnCall

/// A colour for each person, the same in every picture of their rotation.
///
/// Eight hues that people who see fewer colours can tell apart too, after Paul Tol's "muted" scheme
/// (personal.sron.nl/~pault), lightened for dark grounds. Initials stand on the bars besides, so nobody depends on them.
public enum DutyColours {
    public static let count = 8

    struct Shade: Hashable {
        let fill: String
        /// Of the letters on it.
        let ink: String
    }

    static let light = [
        Shade(fill: "#332288", ink: "#ffffff"), Shade(fill: "#ddcc77", ink: "#111111"),
        Shade(fill: "#117733", ink: "#ffffff"), Shade(fill: "#88ccee", ink: "#111111"),
        Shade(fill: "#882255", ink: "#ffffff"), Shade(fill: "#44aa99", ink: "#111111"),
        Shade(fill: "#cc6677", ink: "#111111"), Shade(fill: "#aa4499", ink: "#ffffff"),
    ]

    static let dark = [
        Shade(fill: "#6a5fd8", ink: "#ffffff"), Shade(fill: "#ddcc77", ink: "#111111"),
        Shade(fill: "#36a05a", ink: "#111111"), Shade(fill: "#88ccee", ink: "#111111"),
        Shade(fill: "#b8467a", ink: "#ffffff"), Shade(fill: "#4fc4b0", ink: "#111111"),
        Shade(fill: "#d9707f", ink: "#111111"), Shade(fill: "#cf72c0", ink: "#111111"),
    ]

    /// Of the 256 that terminals know: ground and letters.
    static let terminal = [(62, 231), (186, 16), (28, 231), (117, 16), (125, 231), (73, 16), (174, 16), (133, 231)]

    /// Each gets the place its id asks for, or the next free one; with more than eight people places repeat. The
    /// rotation chooses first, so a stranger's hours never change a member's colour.
    static func choose(rotation: [UserID], others: [UserID]) -> [UserID: Int] {
        var chosen: [UserID: Int] = [:]
        var free = Array(0..<count)
        for user in rotation.sorted() + others.sorted() where chosen[user] == nil {
            if free.isEmpty { free = Array(0..<count) }
            let wanted = Int(hash(user.rawValue) % UInt64(count))
            let place = free.firstIndex { $0 >= wanted } ?? 0
            chosen[user] = free.remove(at: place)
        }
        return chosen
    }

    /// FNV-1a, which is the same in every process.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

/// The letters on a bar.
enum Initials {
    /// One to four letters for each name, no two alike.
    static func tellingApart(_ names: [String]) -> [String] {
        var taken: Set<String> = []
        return names.map { name in
            let words = name.split { !$0.isLetter && !$0.isNumber }
            let (first, last) = (words.first ?? "?", words.count > 1 ? words.last ?? "" : "")
            let start = first.prefix(1).uppercased()
            var candidates = [start + last.prefix(1).uppercased()]
            candidates.append(start + last.prefix(1).uppercased() + last.dropFirst().prefix(1))
            candidates.append(start + first.dropFirst().prefix(1) + last.prefix(1).uppercased())
            candidates.append(start + first.dropFirst().prefix(2))
            candidates += (2...).lazy.prefix(names.count + 1).map { start + String($0) }
            let found = candidates.first { !taken.contains($0) } ?? start
            taken.insert(found)
            return found
        }
    }
}
