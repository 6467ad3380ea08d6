import Incidents
import OnCall

extension Sentence {
    /// What the words from `index` on name, and how many of them. "user ben" says which kind.
    ///
    /// Throws `Unclear`: the choices when several fit, the nearest name when none does and one is required.
    func name(at index: Int, _ kinds: Set<Named.Kind>, isRequired: Bool = true) throws
        -> (named: Named, count: Int)?
    {
        guard index < arguments.count else { return nil }
        let word = arguments[index]
        if !word.isQuoted, let kind = Named.Kind(rawValue: word.lowered), kinds.contains(kind),
            index + 1 < arguments.count
        {
            guard let (named, count) = try plainName(at: index + 1, [kind]) else {
                throw notKnown(at: index + 1, [kind])
            }
            return (named, count + 1)
        }
        if let found = try plainName(at: index, kinds) { return found }
        if isRequired { throw notKnown(at: index, kinds) }
        return nil
    }

    private func plainName(at index: Int, _ kinds: Set<Named.Kind>) throws -> (named: Named, count: Int)? {
        var found: [(named: Named, count: Int)] = []
        for count in 1...max(1, min(names.longestName, arguments.count - index)) {
            let part = arguments[index..<index + count]
            if count > 1, part.contains(where: \.isQuoted) { break }
            let text = part.map(\.text).joined(separator: " ")
            for named in names.meanings(of: text, isQuoted: arguments[index].isQuoted) where kinds.contains(named.kind)
            {
                found.removeAll { $0.named == named }
                found.append((named, count))
            }
        }
        guard let first = found.first else { return nil }
        if found.count == 1, case .user = first.named { return first }
        if found.count == 1, first.named.kind != .team { return first }
        throw which(found, at: index)
    }

    /// Several things have that name, or it is a team, of which one person must be named.
    private func which(_ found: [(named: Named, count: Int)], at index: Int) -> Unclear {
        let word = arguments[index]
        var choices: [Choice] = []
        for (named, count) in found {
            let range = word.range.lowerBound..<arguments[index + count - 1].range.upperBound
            for named in members(of: named) where !choices.contains(where: { $0.label == named.spelling }) {
                choices.append(Choice(label: named.spelling, line: line(replacing: range, with: named.spelling)))
            }
        }
        let shown = word.text.shown()
        guard !choices.isEmpty else { return .wrong("The team '\(shown)' has no members. Nothing was done.") }
        if found.count == 1 { return .choose("'\(shown)' is a team. Who of it?", choices) }
        return .choose("Several things are called '\(shown)'. Which is meant?", choices)
    }

    private func members(of named: Named) -> [Named] {
        guard case .team(let id) = named else { return [named] }
        return (scene.directory.teams[id]?.members ?? []).map { .user($0) }
    }

    /// Says that nothing of those kinds has that name, and which has nearly.
    func notKnown(at index: Int, _ kinds: Set<Named.Kind>) -> Unclear {
        let word = arguments[index]
        let noun = Named.Kind.allCases.filter { kinds.contains($0) && $0 != .team }.map(\.rawValue)
            .joined(separator: " or ")
        let shown = word.text.shown()
        let others = names.meanings(of: word.text, isQuoted: word.isQuoted).map(\.kind)
        if let other = others.first {
            return .wrong(
                "'\(shown)' is a \(other.rawValue), and a \(noun) belongs there. Nothing was done.",
                hint: "For example: \(verb.example)")
        }
        let known = names.known(kinds)
        let what = "There is no \(noun) '\(shown)'. Nothing was done."
        let bare = word.text.hasPrefix("@") ? String(word.text.dropFirst()) : word.text
        if let nearest = NearestName.find(bare, in: known) {
            return .wrong(
                what, hint: "Did you mean \(nearest)?\(suggestion(replacing: word.range, with: nearest))")
        }
        if known.isEmpty { return .wrong(what, hint: "No \(noun) is configured.") }
        let some = known.prefix(12).joined(separator: ", ")
        return .wrong(what, hint: "Known: \(some)\(known.count > 12 ? ", …" : ".")")
    }

    /// A name may consist of digits. Where an incident could stand too, which of them is meant is asked.
    func refuseNameAndNumber(at index: Int, _ kinds: Set<Named.Kind>) throws {
        let word = arguments[index]
        guard let reference = Reference(word), !reference.isExplicit, let number = reference.number else { return }
        let named = names.meanings(of: word.text).filter { kinds.contains($0.kind) }
        guard !named.isEmpty else { return }
        let spellings = ["INC-\(number)"] + named.map(\.spelling)
        throw Unclear.choose(
            "'\(word.text.shown())' is an incident's number and a name. Which is meant?",
            spellings.map { Choice(label: $0, line: line(replacing: word.range, with: $0)) })
    }
}
