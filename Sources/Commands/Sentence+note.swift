import Incidents

extension Sentence {
    /// Everything after the verb, and after a reference to an incident if there is one, just as it was typed.
    func readNote() throws -> Reading {
        let whole = text(from: verbRange.upperBound)
        guard let first = arguments.first, let reference = Reference(first), let number = reference.number else {
            return try note(whole, on: nil)
        }
        let rest = text(from: first.range.upperBound)
        if reference.isExplicit { return try note(rest, on: known(reference, first)) }
        // "3 nodes are down" begins with a number too. Where an incident need not be named, it may be either.
        guard scene.incidents.contains(where: { $0.id.number == number }) else { return try note(whole, on: nil) }
        guard let here = scene.here else { return try note(rest, on: Incident.ID(number)) }
        throw Unclear.choose(
            "Is \(number) the incident, or part of the note?",
            [
                Choice(label: "A note on INC-\(number)", line: "note INC-\(number) \(rest)"),
                Choice(label: "A note on \(here) that begins with \(number)", line: "note \(here) \(whole)"),
            ])
    }

    private func note(_ text: String, on given: Incident.ID?) throws -> Reading {
        guard !text.isEmpty else {
            throw Unclear.wrong("There is nothing in the note.", hint: "For example: \(verb.example)")
        }
        return done(.note(try given ?? theOnlyOne(among: \.isOpen, orElse: "Nothing is open."), text))
    }

    /// Without the colon or comma that ends the words before it and without the blanks around it.
    func text(from start: Int) -> String {
        var (start, end) = (start, words.scalars.count)
        if start < end, words.scalars[start] == ":" || words.scalars[start] == "," { start += 1 }
        while start < end, words.scalars[start].isBlank { start += 1 }
        while end > start, words.scalars[end - 1].isBlank { end -= 1 }
        return words.string(start..<end)
    }
}
