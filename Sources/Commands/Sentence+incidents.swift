import Incidents

/// A word that names an incident.
struct Reference {
    /// Nil when it is larger than any number an incident has.
    let number: Int?
    /// "INC-42" and "#42" cannot mean anything else; "42" can.
    let isExplicit: Bool

    init(number: Int, isExplicit: Bool) {
        self.number = number
        self.isExplicit = isExplicit
    }

    init?(_ word: Word) {
        guard !word.isQuoted else { return nil }
        let text = word.lowered
        let digits =
            if text.hasPrefix("inc-") { text.dropFirst(4) } else if text.hasPrefix("#") { text.dropFirst(1) } else {
                text[...]
            }
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        number = digits.utf8.count <= 9 ? Int(digits) : nil
        isExplicit = digits.utf8.count < text.utf8.count
    }
}

extension Sentence {
    /// The most incidents offered at once.
    static let mostOffered = 8
    private static let fillers: Set<String> = ["and", "&", "incident", "incidents", "about", "on", "for", "the"]

    /// The incident a reference names. Throws `Unclear` if nobody here knows it.
    func known(_ reference: Reference, _ word: Word) throws -> Incident.ID {
        if let number = reference.number {
            let id = Incident.ID(number)
            if id == scene.here || scene.incidents.contains(where: { $0.id == id }) { return id }
        }
        throw Unclear.wrong(
            "There is no \(reference.number.map { "INC-\($0)" } ?? word.text.shown()) among the open and recent "
                + "incidents. Nothing was done.", hint: "Say list for those that are open.")
    }

    func newestFirst(_ fits: (KnownIncident) -> Bool) -> [KnownIncident] {
        var seen: Set<Incident.ID> = []
        return scene.incidents.filter { fits($0) && seen.insert($0.id).inserted }
            .sorted { ($0.openedAt, $0.id) > ($1.openedAt, $1.id) }
    }

    /// Without a reference: the incident this is said in, else the only one that fits the verb.
    func theOnlyOne(among fits: (KnownIncident) -> Bool, orElse nothing: String) throws -> Incident.ID {
        if let here = scene.here { return here }
        let fitting = newestFirst(fits)
        guard let first = fitting.first else { throw Unclear.wrong(nothing) }
        if fitting.count == 1 { return first.id }
        throw Unclear.choose(
            question(fitting.count),
            fitting.prefix(Self.mostOffered).map {
                Choice(label: $0.label, line: line(inserting: "\($0.id)"))
            })
    }

    private func question(_ count: Int) -> String {
        let more = count - Self.mostOffered
        return more > 0 ? "Which incident? There are \(more) older ones beside these." : "Which incident?"
    }

    /// The incidents named, each once, and nothing else; else the only one that fits.
    func incidents(among fits: (KnownIncident) -> Bool, orElse nothing: String) throws -> [Incident.ID] {
        var found: [Incident.ID] = []
        for word in arguments {
            if let reference = Reference(word) {
                let id = try known(reference, word)
                if !found.contains(id) { found.append(id) }
            } else if !word.says(oneOf: Self.fillers) {
                throw notUnderstood(word)
            }
        }
        return found.isEmpty ? [try theOnlyOne(among: fits, orElse: nothing)] : found
    }

    func oneIncident(among fits: (KnownIncident) -> Bool, orElse nothing: String) throws -> Incident.ID {
        let found = try incidents(among: fits, orElse: nothing)
        guard found.count == 1 else { throw Unclear.wrong("One incident at a time. Nothing was done.") }
        return found[0]
    }

    /// Takes the incident out of the arguments of a verb that goes on with a time: "INC-42" anywhere, a bare number
    /// only in front and not as the number of a length ("30 min").
    mutating func takeIncident() throws -> Incident.ID {
        while arguments.first?.says(oneOf: ["incident", "the"]) == true { arguments.removeFirst() }
        var found: [Incident.ID] = []
        var rest: [Word] = []
        for (index, word) in arguments.enumerated() {
            if let reference = Reference(word),
                reference.isExplicit || index == 0 && !TimeReader.isUnit(arguments.dropFirst().first)
            {
                found.append(try known(reference, word))
            } else {
                rest.append(word)
            }
        }
        guard found.count <= 1 else { throw Unclear.wrong("One incident at a time. Nothing was done.") }
        arguments = rest
        return try found.first ?? theOnlyOne(among: \.isOpen, orElse: "Nothing is open.")
    }
}
