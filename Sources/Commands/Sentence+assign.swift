import Incidents
import OnCall

extension Sentence {
    /// `assign INC-3 to ben`, `hand 3 over to ben`
    func readAssign() throws -> Reading {
        var people: [UserID] = []
        var given: [Incident.ID] = []
        var index = 0
        while index < arguments.count {
            let word = arguments[index]
            try refuseNameAndNumber(at: index, [.user, .team])
            if let found = try name(at: index, [.user, .team], isRequired: false) {
                if case .user(let user) = found.named, !people.contains(user) { people.append(user) }
                index += found.count
            } else if let reference = Reference(word) {
                let id = try known(reference, word)
                if !given.contains(id) { given.append(id) }
                index += 1
            } else if word.says(oneOf: ["to", "over", "it", "this", "incident", "the"]) {
                index += 1
            } else {
                throw notKnown(at: index, [.user])
            }
        }
        guard let user = people.first else {
            throw Unclear.wrong("Say who is to have it. Nothing was done.", hint: "For example: \(verb.example)")
        }
        guard people.count == 1 else {
            throw Unclear.wrong(
                "An incident has one owner. Nothing was done.", hint: "To call several people, say page.")
        }
        guard given.count <= 1 else { throw Unclear.wrong("One incident at a time. Nothing was done.") }
        let incident = try given.first ?? theOnlyOne(among: \.isOpen, orElse: "Nothing is open.")
        return done(user == scene.speaker ? .take(incident) : .assign(incident, to: user))
    }
}
