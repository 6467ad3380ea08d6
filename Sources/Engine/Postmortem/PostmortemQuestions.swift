import Incidents
import OnCall

/// What the log leaves open, asked as questions. Each is asked only when the log truly does not say, but for the
/// cause and the harm, which no log of ours ever says. They ask what happened and why, never who is to blame.
struct PostmortemQuestions {
    let facts: PostmortemFacts
    let words: TimelineWords

    typealias Question = PostmortemDraft.Sentence

    var all: [Question] { always + beginning + paging + response + rolling + end + gaps }

    private var opened: [Citation] { [facts.openedAt.citation] }

    private var always: [Question] {
        [
            Question("What was the root cause?", opened),
            Question(
                "What did users notice, how many of them, and from when until when? The log knows when alerts came, "
                    + "not when the trouble began.", opened),
        ]
    }

    private var beginning: [Question] {
        guard let actor = facts.opened.declaredBy else { return [] }
        return [Question("\(words.actor(actor)) saw it before any alert did. What showed it?", opened)]
    }

    // MARK: Paging

    private var paging: [Question] {
        let failed = grouped(facts.pages.filter { $0.end == .failed }).map { group in
            Question(
                "Why could \(group.person) not be reached by \(group.method)? \(evidence(of: group.pages))".trimmed,
                group.pages.map(\.last.citation))
        }
        let doubtful = grouped(facts.pages.filter { $0.end == .unconfirmed || isInDoubt($0) }).map { group in
            Question(
                "Did the page to \(group.person) by \(group.method) arrive? The log cannot tell.",
                group.pages.map(\.last.citation))
        }
        let holes = facts.holes.map { hole in
            let place = words.place(hole.target)
            guard let user = hole.user else {
                return Question("Why was there nobody \(place)? \(hole.why.sentence)", [hole.moment.citation])
            }
            return Question(
                "Why was there no way to reach \(words.name(user)), who was to be paged?", [hole.moment.citation])
        }
        var others: [Question] = []
        if !facts.lastResorts.isEmpty {
            others.append(
                Question(
                    "Why did none of the policy's steps lead to an acknowledgement?", facts.lastResorts.map(\.citation))
            )
        }
        if facts.pages.isEmpty { others.append(Question("Why was nobody paged?", [facts.last])) }
        let rooms = facts.closedRooms.map { closed in
            Question(
                "Who missed it in \(words.name(closed.room)), where it could not be shown? \(closed.reason.sentence)",
                [closed.moment.citation])
        }
        return failed + doubtful + holes + others + rooms
    }

    /// The process ended while it was under way, or it ended and nobody knows how.
    private func isInDoubt(_ page: PostmortemFacts.Page) -> Bool {
        page.end != .failed && page.end != .delivered && page.end != .sent && page.outcome?.result == .inDoubt
    }

    private struct Group {
        let person: String
        let method: String
        var pages: [PostmortemFacts.Page]
    }

    private func grouped(_ pages: [PostmortemFacts.Page]) -> [Group] {
        var groups: [Group] = []
        for page in pages {
            let (person, method) = (words.name(page.user), words.name(page.method))
            if let index = groups.firstIndex(where: { ($0.person, $0.method) == (person, method) }) {
                groups[index].pages.append(page)
            } else {
                groups.append(Group(person: person, method: method, pages: [page]))
            }
        }
        return groups
    }

    /// What the last of them failed with.
    private func evidence(of pages: [PostmortemFacts.Page]) -> String {
        let said = pages.last { $0.outcome?.evidence.isEmpty == false }?.outcome?.evidence
        return said.map { "The evidence: \($0.sentence)" } ?? ""
    }

    // MARK: Response

    private var response: [Question] {
        var questions: [Question] = []
        if facts.acknowledgements.isEmpty {
            questions.append(Question("Nobody acknowledged it. Who worked on it, if anybody did?", [facts.last]))
        }
        for spell in facts.spells {
            guard let acknowledged = spell.acknowledged, let resolved = spell.resolved else { continue }
            let (from, to) = (acknowledged.moment.citation.sequence, resolved.moment.citation.sequence)
            if from < to, !facts.notes.contains(where: { from < $0.citation.sequence && $0.citation.sequence < to }) {
                questions.append(
                    Question(
                        "Nothing is noted between the acknowledgement and the resolution. What was done?",
                        [acknowledged.moment.citation, resolved.moment.citation]))
            }
        }
        for step in facts.severities where step.by != nil && !isNoted(after: step.moment) {
            let change = step.to > step.from ? "raised" : "lowered"
            questions.append(
                Question(
                    "The severity was \(change) from \(step.from.rawValue) to \(step.to.rawValue), and no note says "
                        + "why. What had been learned?", [step.moment.citation]))
        }
        if !facts.runbooks.isEmpty {
            let titles = words.list(facts.runbooks.map { "“\($0.linked.title)”" })
            let noun = facts.runbooks.count == 1 ? "runbook" : "runbooks"
            questions.append(
                Question(
                    "What helped in the \(noun) \(titles), and what was missing?",
                    facts.runbooks.map(\.moment.citation)))
        }
        for spell in facts.spells {
            switch spell.reason {
            case .acknowledgementUnconfirmed, .severityUnconfirmed:
                questions.append(
                    Question(
                        "It was in hand, and then nobody confirmed that it still was. What had happened?",
                        [spell.begun.citation]))
            default: break
            }
        }
        return questions
    }

    private func isNoted(after moment: PostmortemFacts.Moment) -> Bool {
        facts.notes.contains { $0.citation.sequence > moment.citation.sequence }
    }

    // MARK: End

    private var end: [Question] {
        var questions: [Question] = []
        for spell in facts.spells {
            guard let resolved = spell.resolved else { continue }
            if resolved.by.actor != nil, !resolved.firing.isEmpty {
                let firing = facts.alerts.filter { resolved.firing.contains($0.key) }
                let titles = words.list(firing.map { "“\(words.title(of: $0))”" })
                questions.append(
                    Question(
                        "It was resolved while \(titles) still fired. What was known then?",
                        [resolved.moment.citation]))
            }
            if resolved.by.actor == nil, spell.acknowledged == nil {
                questions.append(
                    Question("It ended before anybody acknowledged it. What ended it?", [resolved.moment.citation]))
            }
        }
        for spell in facts.reopenings {
            questions.append(
                Question(
                    "It was thought to be over and was not. What would have shown that?", [spell.begun.citation]))
        }
        if facts.resolved == nil { questions.append(Question("Is it over? The log does not say so.", [facts.last])) }
        if facts.mitigated == nil {
            questions.append(
                Question("When did it stop hurting users? The log records no mitigation.", [facts.last]))
        }
        return questions
    }

    private var gaps: [Question] {
        facts.erased.isEmpty
            ? [] : [Question("Texts were erased here. Does anything of them have to be told?", facts.erased)]
    }
}

extension TimelineWords {
    /// "on call in schedule sun", "called Ana Souza".
    func place(_ target: Target) -> String {
        switch target {
        case .schedule(let id): "on call in schedule \(id)"
        case .user(let user): "called \(name(user))"
        case .team(let id): "called as one of team \(id)"
        }
    }
}

extension String {
    /// As a sentence of its own: begins large, ends with a full stop.
    var sentence: String {
        guard let last else { return "" }
        let text = prefix(1).uppercased() + dropFirst()
        return ".?!…".contains(last) ? text : text + "."
    }

    fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
