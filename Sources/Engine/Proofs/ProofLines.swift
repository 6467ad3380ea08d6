import Incidents
import OnCall
import Timekeeping

/// A proof as people read it in a terminal.
public struct ProofLines: Sendable {
    public let lines: [String]

    private let directory: Directory
    private let words: HoleWords

    /// Kinds of holes that are told of one schedule; the rest is counted.
    public static let mostKinds = 12

    public init(
        _ proof: DirectoryProof, _ directory: Directory, amendments: Amendments, allowFallback: Bool, words: HoleWords
    ) {
        self.directory = directory
        self.words = words
        var lines: [String] = []
        for schedule in proof.schedules { lines += Self.lines(schedule, directory, words) }
        let policies = PolicyLines(proof, directory, amendments: amendments, allowFallback: allowFallback)
        lines += policies.lines
        self.lines = lines
    }

    private static func lines(_ proof: CoverageProof, _ directory: Directory, _ words: HoleWords) -> [String] {
        let zone = directory.roster.schedules[proof.schedule].flatMap { directory.roster.zones[$0.zone] } ?? .utc
        let people = proof.people.count == 1 ? "1 person" : "\(proof.people.count) people"
        guard !proof.isCovered else {
            let end = zone.civil(at: proof.until).date
            return ["\(proof.schedule): covered until \(end): \(proof.shiftCount) shifts, \(people)"]
        }
        let kinds = proof.repeatedHoles(in: zone)
        let count = proof.holes.count == 1 ? "1 hole" : "\(proof.holes.count) holes"
        var lines = ["\(proof.schedule): \(count) until \(zone.civil(at: proof.until).date)"]
        for kind in kinds.prefix(mostKinds) {
            guard let first = kind.holes.first, let last = kind.holes.last else { continue }
            lines.append(
                "  nobody is on call from \(HoleWords.span(first.from, first.until, zone))"
                    + (kind.holes.count == 1 ? "" : ", \(HoleWords.rhythm(kind))"))
            for (names, other) in clocks(of: proof, beside: zone, directory) {
                lines.append("    for \(names): \(HoleWords.span(first.from, first.until, other))")
            }
            if kind.holes.count > 1 { lines.append("    last: \(HoleWords.span(last.from, last.until, zone))") }
            lines.append("    because \(words.why(first)).")
            lines.append("    \(words.wayOut(first, in: proof.schedule))")
        }
        if kinds.count > mostKinds {
            lines.append("  and \(kinds.count - mostKinds) more kinds of holes: --json lists each hole.")
        }
        return lines
    }

    /// Everybody concerned by their clocks, without those of the schedule's own zone; then UTC.
    private static func clocks(
        of proof: CoverageProof, beside zone: ZoneRules, _ directory: Directory
    ) -> [(String, ZoneRules)] {
        var found: [(names: [String], zone: ZoneRules)] = []
        for user in Set(directory.roster.members(of: proof.schedule) + proof.people).sorted() {
            let theirs = directory.zone(of: user)
            guard theirs.id != zone.id else { continue }
            if let place = found.firstIndex(where: { $0.zone.id == theirs.id }) {
                found[place].names.append(user.rawValue)
            } else {
                found.append(([user.rawValue], theirs))
            }
        }
        let utc: [(String, ZoneRules)] = zone.id == "UTC" ? [] : [("UTC", .utc)]
        return found.filter { $0.zone.id != "UTC" }.map { (HoleWords.list($0.names), $0.zone) } + utc
    }
}
