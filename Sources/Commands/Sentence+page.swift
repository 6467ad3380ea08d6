import Incidents

extension Sentence {
    /// `page ben and chi about INC-3`
    func readPage() throws -> Reading {
        let kinds: Set<Named.Kind> = [.user, .schedule, .team]
        var targets: [Target] = []
        var given: [Incident.ID] = []
        var index = 0
        while index < arguments.count {
            let word = arguments[index]
            try refuseNameAndNumber(at: index, kinds)
            if let found = try name(at: index, kinds, isRequired: false) {
                let target: Target? =
                    switch found.named {
                    case .user(let id): .user(id)
                    case .schedule(let id): .schedule(id)
                    case .service, .team: nil
                    }
                if let target, !targets.contains(target) { targets.append(target) }
                index += found.count
            } else if let reference = Reference(word) {
                let id = try known(reference, word)
                if !given.contains(id) { given.append(id) }
                index += 1
            } else if word.says(oneOf: ["and", "&", "about", "for", "on", "re", "incident", "the"]) {
                index += 1
            } else {
                throw notKnown(at: index, [.user, .schedule])
            }
        }
        guard !targets.isEmpty else {
            throw Unclear.wrong("Say whom to page. Nothing was done.", hint: "For example: \(verb.example)")
        }
        guard given.count <= 1 else { throw Unclear.wrong("One incident at a time. Nothing was done.") }
        let incident = try given.first ?? theOnlyOne(among: \.isOpen, orElse: "Nothing is open.")
        return done(.page(targets, about: incident))
    }
}
