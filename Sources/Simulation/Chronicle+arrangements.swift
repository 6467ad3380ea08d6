import Incidents
import OnCall
import Timekeeping

/// A request for cover as the log tells it.
struct CoverStory {
    let request: CoverRequest
    var answers: [(user: UserID, accepted: Bool)] = []
    var isWithdrawn = false
    /// What an acceptance promised and is not recorded yet.
    var owedOverrides = 0

    var isClosed: Bool { isWithdrawn || answers.contains { $0.accepted } }
}

/// S9, event by event: overrides, time off and agreements.
extension Chronicle {
    mutating func readArrangement(_ event: Event) throws {
        switch event.payload {
        case .timeOffAdded(let e): amendments.timeOff.append(e.timeOff)
        case .timeOffRemoved(let e): amendments.timeOff.removeAll { $0.source == .entered(id: e.id) }
        case .holidaysRead(let e):
            amendments.timeOff.removeAll { $0.source.calendar == e.calendar }
            amendments.timeOff += e.timeOff
        case .coverRequested(let e):
            try demand(.agreements, covers[e.request.id] == nil, "cover \(e.request.id) is requested twice")
            covers[e.request.id] = CoverStory(request: e.request)
        case .coverAnswered(let e): try answered(e)
        case .coverWithdrawn(let e):
            let story = try cover(e.id)
            try demand(.agreements, !story.isClosed, "cover \(e.id) is withdrawn and was closed")
            covers[e.id]!.isWithdrawn = true
        case .handoffTold(let e):
            let known = told[e.schedule]?[e.at] ?? ToldHandoff()
            let isNew = known.incoming.isDisjoint(with: e.incoming) && known.outgoing.isDisjoint(with: e.outgoing)
            try demand(.agreements, isNew, "the handoff of \(e.schedule) at \(e.at) is told twice")
            told[e.schedule, default: [:]][e.at, default: known].tell(incoming: e.incoming, outgoing: e.outgoing)
        case .digestTold(let e):
            try demand(.agreements, digests[e.user].map { $0 < e.day } ?? true, "\(e.user) is told twice on \(e.day)")
            try demand(.agreements, e.incidents.allSatisfy { stories[$0] != nil }, "a digest of no incident")
            digests[e.user] = e.day
        default: break
        }
    }

    private func cover(_ id: Int) throws -> CoverStory {
        guard let story = covers[id] else { throw Broken(.agreements, "an event of cover \(id), never requested") }
        return story
    }

    private mutating func answered(_ e: CoverAnswered) throws {
        let story = try cover(e.id)
        try demand(.agreements, !story.isClosed, "cover \(e.id) is answered and was closed")
        try demand(.agreements, e.by != story.request.user, "\(e.by) answers their own request")
        try demand(
            .agreements, story.request.asked.isEmpty || story.request.asked.contains(e.by),
            "\(e.by) answers cover \(e.id) and was not asked")
        try demand(.agreements, wall < story.request.lapsesAt, "cover \(e.id) is answered after its time")
        covers[e.id]!.answers.append((e.by, e.accepted))
        if e.accepted { covers[e.id]!.owedOverrides = story.request.isSwap ? 2 : 1 }
    }

    /// An override that says it follows from an agreement follows from that one.
    mutating func checkAgreement(_ override: Override) throws {
        guard let origin = override.origin else { return }
        let story = try cover(origin.coverRequest)
        guard story.owedOverrides > 0, let accepter = story.answers.last(where: \.accepted)?.user else {
            throw Broken(
                .agreements, "override \(override.id) follows from cover \(origin.coverRequest), which owes none")
        }
        let request = story.request
        let isReturn = request.isSwap && story.owedOverrides == 1
        let kind: Override.Kind =
            isReturn ? .replace(accepter, with: request.user) : .replace(request.user, with: accepter)
        let (from, until) = isReturn ? (request.inReturn!.from, request.inReturn!.until) : (request.from, request.until)
        try demand(
            .agreements,
            override.kind == kind && override.schedule == request.schedule && override.from == max(from, wall)
                && override.until == until && origin.isSwap == request.isSwap,
            "override \(override.id) is not what cover \(request.id) agreed on")
        covers[origin.coverRequest]!.owedOverrides -= 1
    }

    func checkAgreements() throws {
        guard let id = covers.filter({ $0.value.owedOverrides > 0 }).keys.min() else { return }
        throw Broken(.agreements, "cover \(id) is accepted without its overrides")
    }
}
