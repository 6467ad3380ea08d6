import Incidents

extension Sentence {
    /// `sev1 INC-3`, `severity INC-3 sev1`, `severity INC-3 critical`. Two bare numbers are asked about where either
    /// could be the severity.
    func readSeverity() throws -> Reading {
        var severities = try Verb.severityDigits(of: spelling).map { [try severity($0)] } ?? []
        var given: [Incident.ID] = []
        var bare: [(reference: Reference, word: Word)] = []
        for word in arguments {
            if let digits = word.isQuoted ? nil : Verb.severityDigits(of: word.lowered) {
                severities.append(try severity(digits))
            } else if let severity = word.isQuoted ? nil : Severity(word: word.lowered) {
                severities.append(severity)
            } else if let reference = Reference(word) {
                if reference.isExplicit {
                    given.append(try known(reference, word))
                } else {
                    bare.append((reference, word))
                }
            } else if !word.says(oneOf: ["to", "of", "for", "incident", "as", "=", "the"]) {
                throw Unclear.wrong(
                    "'\(word.text.shown())' is not understood after '\(spelling.shown())'. Nothing was done.",
                    hint: "For example: \(verb.example). To open an incident, say: \(Verb.declare.example)")
            }
        }
        guard severities.count <= 1, given.count <= 1, bare.count <= 2, bare.count + given.count + severities.count <= 2
        else {
            throw Unclear.wrong(
                "One severity and one incident at a time. Nothing was done.", hint: "For example: \(verb.example)")
        }
        if let severity = severities.first {
            let incident =
                try given.first ?? bare.first.map { try known($0.reference, $0.word) }
                ?? theOnlyOne(among: \.isOpen, orElse: "Nothing is open.")
            return done(.severity(incident, severity))
        }
        if let incident = given.first {
            guard let (reference, _) = bare.first else { throw whichSeverity(of: incident) }
            return done(.severity(incident, try severity("\(reference.number ?? 0)")))
        }
        return try readSeverity(bare)
    }

    private func readSeverity(_ bare: [(reference: Reference, word: Word)]) throws -> Reading {
        guard let (first, firstWord) = bare.first else {
            throw whichSeverity(of: try theOnlyOne(among: \.isOpen, orElse: "Nothing is open."))
        }
        let levels = bare.map { pair in pair.reference.number.flatMap { Severity(rawValue: "sev\($0)") } }
        guard bare.count == 2 else {
            guard let level = levels[0] else { throw whichSeverity(of: try known(first, firstWord)) }
            var choices = [Choice(label: level.rawValue, line: level.rawValue)]
            if let id = try? known(first, firstWord) { choices += self.choices(of: id) }
            throw Unclear.choose("Is \(firstWord.text) the severity or the incident?", choices)
        }
        let (second, secondWord) = bare[1]
        switch (levels[0], levels[1]) {
        case (let level?, nil): return done(.severity(try known(second, secondWord), level))
        case (nil, let level?): return done(.severity(try known(first, firstWord), level))
        case (nil, nil): throw Unclear.wrong("No severity was said.", hint: "For example: \(verb.example)")
        case (let one?, let other?):
            let lines = [
                "\(one.rawValue) INC-\(second.number ?? 0)", "\(other.rawValue) INC-\(first.number ?? 0)",
            ]
            throw Unclear.choose(
                "Which number is the severity, and which the incident?", lines.map { Choice(label: $0, line: $0) })
        }
    }

    private func whichSeverity(of id: Incident.ID) -> Unclear {
        .choose("How bad is \(id)?", choices(of: id))
    }

    private func choices(of id: Incident.ID) -> [Choice] {
        Severity.allCases.map { Choice(label: "\($0.rawValue) \(id)", line: "\($0.rawValue) \(id)") }
    }
}
