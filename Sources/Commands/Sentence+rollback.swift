import Incidents

/// `rollback` plans, and only `rollback approve` approves.
extension Sentence {
    mutating func readRollback() throws -> Reading {
        let places: Set = ["for", "of", "incident", "about", "on", "the"]
        let index = arguments.firstIndex { !$0.says(oneOf: places) && Reference($0) == nil } ?? arguments.count
        guard let (act, count) = RollbackWord.find(in: arguments[index...]) else { return try readPlan(places) }
        try refuseServiceAndWord(at: index, count, act)
        var before = Array(arguments[..<index])
        arguments.removeFirst(index + count)
        if act == .good {
            guard before.isEmpty else { throw notUnderstood(before[0]) }
            return try readGood()
        }
        before.removeAll { $0.says(oneOf: places) }
        return try readAct(act, before)
    }

    /// Whether only the state of a rollback is asked for.
    var asksForRollback: Bool {
        guard verb == .rollback else { return false }
        let first = arguments.drop { Reference($0) != nil || $0.says(oneOf: ["for", "of", "the"]) }
        return RollbackWord.find(in: first)?.word == .status
    }

    // MARK: What is done to a plan

    private mutating func readAct(_ act: RollbackWord, _ before: [Word]) throws -> Reading {
        var named = try before.map(rollback)
        var reason: String?
        while let word = arguments.first, reason == nil {
            if act.mayBeAlone, word.says("because") {
                reason = text(from: word.range.upperBound)
            } else if let found = try reference(word, isBeforeReason: act == .breakGlass) {
                named.append(found)
                arguments.removeFirst()
            } else if act == .breakGlass {
                reason = text(from: word.range.lowerBound)
            } else if word.says(oneOf: act.fillers) {
                arguments.removeFirst()
            } else {
                throw notUnderstood(word)
            }
        }
        let plans = named.compactMap(\.plan)
        guard Set(named.map(\.incident)).count <= 1, plans.count <= 1 else {
            throw Unclear.wrong("One rollback at a time. Nothing was done.")
        }
        guard act == .breakGlass || reason != nil else {
            return done(.rollback(try named.first?.incident ?? theOne(act), act.order(of: plans.first)))
        }
        guard let reason, !reason.isEmpty else {
            throw Unclear.wrong(
                "Say why one person goes on alone. Nothing was done.",
                hint: "For example: rollback break-glass INC-42 nobody else answers")
        }
        let incident = try named.first?.incident ?? theOne(act)
        return done(.rollback(incident, .breakGlass(plans.first, reason: reason)))
    }

    private func theOne(_ act: RollbackWord) throws -> Incident.ID {
        switch act {
        case .approve, .breakGlass:
            try theOnlyOne(among: { $0.rollback?.stage == .waiting }, orElse: "No rollback waits for approval.")
        case .cancel:
            try theOnlyOne(
                among: { $0.rollback.map { $0.stage != .over } ?? false }, orElse: "No rollback is under way.")
        case .undo:
            try theOnlyOne(among: { $0.rollback?.stage == .over }, orElse: "Nothing was rolled back recently.")
        case .status, .good: try theOnlyOne(among: { $0.rollback != nil }, orElse: "No rollback was planned.")
        }
    }

    private typealias Found = (incident: Incident.ID, plan: RollbackID?)

    private func rollback(_ word: Word) throws -> Found {
        guard let found = try reference(word, isBeforeReason: false) else { throw notUnderstood(word) }
        return found
    }

    /// An incident, or a plan by its own name: `42-1`.
    private func reference(_ word: Word, isBeforeReason: Bool) throws -> Found? {
        if !word.isQuoted, let plan = RollbackID(word.text) {
            let id = try known(Reference(number: plan.incident.number, isExplicit: true), word)
            return (id, plan)
        }
        guard let reference = Reference(word) else { return nil }
        guard isBeforeReason, !reference.isExplicit else { return (try known(reference, word), nil) }
        // "3 people are asleep" begins with a number too.
        guard let number = reference.number, scene.incidents.contains(where: { $0.id.number == number }) else {
            return nil
        }
        guard let here = scene.here, here.number != number else { return (Incident.ID(number), nil) }
        let rest = text(from: word.range.upperBound)
        throw Unclear.choose(
            "Is \(number) the incident, or part of the reason?",
            [
                Choice(label: "INC-\(number)", line: "\(spelling) break-glass INC-\(number) \(rest)"),
                Choice(
                    label: "\(here), for a reason that begins with \(number)",
                    line: "\(spelling) break-glass \(here) because \(number) \(rest)"),
            ])
    }

    // MARK: A plan

    private func readPlan(_ places: Set<String>) throws -> Reading {
        var service: ServiceID?
        var version: String??
        var given: [Incident.ID] = []
        var index = 0
        while index < arguments.count {
            let word = arguments[index]
            if word.says(oneOf: ["to", "version"]) {
                guard version == nil else { throw notUnderstood(word) }
                let (said, next) = try readVersion(after: index)
                version = .some(said)
                index = next
                continue
            }
            try refuseNameAndNumber(at: index, [.service])
            if let found = try name(at: index, [.service], isRequired: false), case .service(let id) = found.named {
                guard service == nil || service == id else { throw notUnderstood(word) }
                service = id
                index += found.count
            } else if let reference = Reference(word) {
                given.append(try known(reference, word))
                index += 1
            } else if word.says(oneOf: places) {
                index += 1
            } else {
                throw notKnown(at: index, [.service])
            }
        }
        guard Set(given).count <= 1 else { throw Unclear.wrong("One incident at a time. Nothing was done.") }
        let incident = try given.first ?? theOpenOne(of: service)
        let about = scene.incidents.first { $0.id == incident }?.service
        if let service, let about, about != service {
            throw Unclear.wrong("\(incident) is about \(about), not \(service). Nothing was done.")
        }
        return done(.rollback(incident, .plan(to: version ?? nil)))
    }

    private func theOpenOne(of service: ServiceID?) throws -> Incident.ID {
        let nothing = service.map { "Nothing is open for \($0)" } ?? "Nothing is open"
        return try theOnlyOne(
            among: { $0.isOpen && (service == nil || $0.service == service) },
            orElse: "\(nothing), and a rollback belongs to an incident. Declare one first.")
    }

    /// The version after "to", nil for "the last good one", and where the line goes on.
    private func readVersion(after start: Int) throws -> (String?, Int) {
        var index = start + 1
        func skip(_ words: String...) -> Bool {
            let next = arguments.dropFirst(index).prefix(words.count)
            guard next.count == words.count, zip(next, words).allSatisfy({ $0.says($1) }) else { return false }
            index += words.count
            return true
        }
        _ = skip("the")
        if skip("last", "good") || skip("last-good") {
            _ = skip("version") || skip("one")
            return (nil, index)
        }
        _ = skip("version")
        guard index < arguments.count, Reference(arguments[index])?.isExplicit != true else {
            throw Unclear.wrong(
                "Say which version. Nothing was done.", hint: "For example: rollback INC-42 to 1")
        }
        return (arguments[index].text, index + 1)
    }

    // MARK: A good version

    private func readGood() throws -> Reading {
        var index = 0
        while index < arguments.count, arguments[index].says(oneOf: ["of", "for"]) { index += 1 }
        guard index < arguments.count else {
            throw Unclear.wrong("Say which version of what. Nothing was done.", hint: "rollback good ranker 1")
        }
        guard case (.service(let service), let count)? = try name(at: index, [.service]) else {
            throw notKnown(at: index, [.service])
        }
        index += count
        if index < arguments.count, arguments[index].says("version") { index += 1 }
        guard index < arguments.count else {
            throw Unclear.wrong("Say which version of \(service). Nothing was done.", hint: "rollback good ranker 1")
        }
        if index + 1 < arguments.count { throw notUnderstood(arguments[index + 1]) }
        return done(.declareGood(service, version: arguments[index].text))
    }

    /// A service may be called "approve" or "status". Which is meant is asked.
    private func refuseServiceAndWord(at index: Int, _ count: Int, _ act: RollbackWord) throws {
        func isService(_ text: String) -> Bool {
            names.meanings(of: text).contains { $0.kind == .service }
        }
        let words = arguments[index..<index + count]
        let said = words.map(\.text).joined(separator: " ")
        guard isService(said), let first = words.first, let last = words.last else { return }
        let range = first.range.lowerBound..<last.range.upperBound
        var choices = names.meanings(of: said).filter { $0.kind == .service }.map {
            Choice(label: $0.spelling, line: line(replacing: range, with: $0.spelling))
        }
        if let other = act.spellings.first(where: { !isService($0) }) {
            choices.append(Choice(label: other, line: line(replacing: range, with: other)))
        }
        throw Unclear.choose("'\(said.shown())' is a service and a word of this command. Which is meant?", choices)
    }
}

/// What may be said of a rollback besides planning one.
enum RollbackWord: CaseIterable {
    case approve, breakGlass, cancel, undo, status, good

    var spellings: [String] {
        switch self {
        case .approve: ["approve", "approved", "approve-plan"]
        case .breakGlass: ["break-glass", "breakglass", "break glass", "break the glass"]
        case .cancel: ["cancel", "abort", "cancel-plan"]
        case .undo: ["undo", "undo-rollback"]
        case .status: ["status", "show", "progress"]
        case .good: ["good", "declare-good"]
        }
    }

    var mayBeAlone: Bool { self == .approve || self == .breakGlass }
    var fillers: Set<String> { ["the", "it", "plan", "rollback", "incident", "for", "of", "about", "on"] }

    func order(of plan: RollbackID?) -> RollbackOrder {
        switch self {
        case .approve, .breakGlass: .approve(plan)
        case .cancel: .cancel
        case .undo: .undo
        case .status, .good: .status
        }
    }

    /// The word that this begins with, of one word or several.
    static func find(in words: ArraySlice<Word>) -> (word: RollbackWord, count: Int)? {
        for count in [3, 2, 1] {
            let part = words.prefix(count)
            guard part.count == count, !part.contains(where: \.isQuoted) else { continue }
            let said = part.map(\.lowered).joined(separator: " ")
            if let found = allCases.first(where: { $0.spellings.contains(said) }) { return (found, count) }
        }
        return nil
    }
}
