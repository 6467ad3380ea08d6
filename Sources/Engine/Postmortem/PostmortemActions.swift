import Incidents
import OnCall

/// Suggestions for what to do so that it does not happen again, each with the records that suggest it. Who does it,
/// and by when, is for people to fill in.
struct PostmortemActions {
    let facts: PostmortemFacts
    let words: TimelineWords

    typealias Action = PostmortemDraft.Sentence

    var all: [Action] { detection + reaching + staffing + rolling + ending }

    private var detection: [Action] {
        var actions: [Action] = []
        let opened = [facts.openedAt.citation]
        if facts.opened.declaredBy != nil {
            actions.append(Action("Add an alert that would have seen this.", opened))
        }
        if facts.opened.routing == RoutingReason.unrouted.explanation {
            actions.append(Action("Add a route for these alerts: no route matched.", opened))
        }
        let isBrought = facts.alerts.contains { $0.links.keys.contains { $0.hasPrefix("runbook") } }
        if facts.runbooks.isEmpty, !isBrought {
            actions.append(Action("Write a runbook for this: none was at hand.", opened))
        }
        return actions
    }

    private var reaching: [Action] {
        var seen: [String] = []
        var actions: [Action] = []
        for page in facts.pages where page.end == .failed {
            let name = "\(words.name(page.method)) for \(words.name(page.user))"
            guard !seen.contains(name) else { continue }
            seen.append(name)
            let same = facts.pages.filter { ($0.user, $0.method, $0.end) == (page.user, page.method, .failed) }
            actions.append(
                Action("Make \(name) work, or put another method in its place.", same.map(\.last.citation)))
        }
        for closed in facts.closedRooms {
            actions.append(
                Action("Give the team a room in place of \(words.name(closed.room)).", [closed.moment.citation]))
        }
        return actions
    }

    private var staffing: [Action] {
        var actions = facts.holes.map { hole in
            hole.user.map {
                Action("Give \(words.name($0)) a method that works.", [hole.moment.citation])
            } ?? Action("Close the hole: nobody was \(words.place(hole.target)).", [hole.moment.citation])
        }
        if !facts.lastResorts.isEmpty {
            let names = words.list(facts.policies.map(\.rawValue))
            actions.append(
                Action(
                    "Look at the steps and waits of policy \(names): the last resort was needed.",
                    facts.lastResorts.map(\.citation)))
        }
        return actions
    }

    private var ending: [Action] {
        var actions: [Action] = []
        let again = facts.reopenings.map(\.begun.citation)
        if !again.isEmpty { actions.append(Action("Say what must hold before this is called over.", again)) }
        return actions
    }
}
