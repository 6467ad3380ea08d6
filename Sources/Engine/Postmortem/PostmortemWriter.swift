import Incidents
import OnCall
import Timekeeping

/// Puts the facts of an incident into words.
struct PostmortemWriter {
    let facts: PostmortemFacts
    let directory: Directory
    let words: TimelineWords
    let zone: LocalTime?

    init(_ facts: PostmortemFacts, directory: Directory, zone: ZoneRules?) {
        self.facts = facts
        self.directory = directory
        words = TimelineWords(directory: directory)
        self.zone = zone.map { LocalTime(zone: $0) }
    }

    var draft: PostmortemDraft {
        let questions = PostmortemQuestions(facts: facts, words: words)
        return PostmortemDraft(
            incident: facts.incident.description, number: facts.incident.number, title: title,
            service: words.name(facts.opened.service), severity: facts.severity.rawValue, through: facts.last,
            zone: zone?.place, summary: summary, milestones: milestones, times: times, people: people, pages: pages,
            alerts: alerts, repeats: repeats.map { [$0] } ?? [], runbooks: runbooks, rollbacks: rollbacks, days: days,
            questions: questions.all,
            actions: PostmortemActions(facts: facts, words: words).all)
    }

    var title: String { facts.title ?? (facts.events[0].isErased ? Self.erased : "(no title)") }

    static let erased = "(erased)"

    // MARK: Summary

    private var summary: [PostmortemDraft.Sentence] {
        var sentences = [opening]
        if facts.worstSeverity != facts.opened.severity || facts.severity != facts.worstSeverity {
            let last = facts.severity == facts.worstSeverity ? "" : ", and \(facts.severity.rawValue) in the end"
            sentences.append(
                .init(
                    "It was \(facts.worstSeverity.rawValue) at its worst\(last).",
                    facts.severities.map(\.moment.citation)))
        }
        if let first = facts.firstAcknowledgement {
            sentences.append(
                .init(
                    "\(words.name(first.by)) acknowledged it after \(sinceOpening(first.moment)).",
                    [first.moment.citation]))
        } else {
            sentences.append(.init("Nobody acknowledged it.", []))
        }
        if let mitigated = facts.mitigated {
            sentences.append(
                .init("A rollback mitigated it after \(sinceOpening(mitigated)).", [mitigated.citation]))
        }
        let again = facts.reopenings
        if !again.isEmpty {
            sentences.append(
                .init("It came back \(words.count(again.count, "time")).", again.map(\.begun.citation)))
        }
        if let resolved = facts.resolved {
            let itself = resolved.by.isDrillOver ? "The drill ended" : "It ended when all its alerts were over"
            let by = resolved.by.actor.map { "\(words.actor($0)) resolved it" } ?? itself
            sentences.append(
                .init("\(by), \(sinceOpening(resolved.moment)) after it opened.", [resolved.moment.citation]))
        } else {
            sentences.append(.init("It is not resolved. This draft ends where the log does.", [facts.last]))
        }
        return sentences
    }

    private var opening: PostmortemDraft.Sentence {
        let origin =
            facts.opened.declaredBy.map { "\(words.actor($0)) declared it" } ?? "An alert opened it"
        let after = facts.opened.previous.map { " It follows \($0)." } ?? ""
        return .init(
            "\(origin) as \(facts.opened.severity.rawValue) of service \(words.name(facts.opened.service)), on "
                + "\(stamp(facts.openedAt.at)) UTC.\(after)", [facts.openedAt.citation])
    }

    // MARK: Milestones

    private var milestones: [PostmortemDraft.Milestone] {
        facts.events.compactMap { recorded in
            milestone(recorded.event.payload).map { what in
                let moment = PostmortemFacts.Moment(recorded)
                return PostmortemDraft.Milestone(
                    what: what, utc: stamp(moment.at), local: zone.map { stamp(moment.at, $0) },
                    after: moment == facts.openedAt ? "" : sinceOpening(moment), cites: [moment.citation])
            }
        }
    }

    private func milestone(_ payload: EventPayload) -> String? {
        switch payload {
        case .incidentOpened: "Opened"
        case .severityChanged(let e): "\(e.to > e.from ? "Raised" : "Lowered") to \(e.to.rawValue)"
        case .incidentTriggered(let e): words.triggered(e)
        case .lastResortRaised: "Last resort raised"
        case .acknowledged(let e): "Acknowledged by \(words.name(e.by))"
        case .ownerChanged(let e): "Taken over by \(words.name(e.owner))"
        case .incidentSnoozed(let e): "Snoozed by \(words.name(e.by)) for \(words.duration(e.waitMilliseconds))"
        case .rollbackEnded(let e): e.end == .succeeded ? "Mitigated by rollback \(e.rollback)" : nil
        case .incidentResolved(let e): e.by.actor == nil ? "Resolved by its alerts" : "Resolved by a person"
        default: nil
        }
    }

    private var times: [PostmortemDraft.Figure] {
        let paged = facts.pages.first?.requested
        let acknowledged = facts.firstAcknowledgement?.moment
        let resolved = facts.resolved?.moment
        return [
            figure("To the first page", paged), figure("To acknowledge", acknowledged),
            figure("To mitigate", facts.mitigated),
            figure("To resolve", resolved),
        ]
    }

    private func figure(_ name: String, _ moment: PostmortemFacts.Moment?) -> PostmortemDraft.Figure {
        .init(
            name: name, value: moment.map { sinceOpening($0) },
            cites: moment.map { [facts.openedAt.citation, $0.citation] } ?? [])
    }

    // MARK: Timeline

    private var days: [PostmortemDraft.Day] {
        var days: [PostmortemDraft.Day] = []
        var shown: CivilDate?
        let entries = TimelineEntry.timeline(facts.events.map(\.event), directory: directory)
        for (recorded, entry) in zip(facts.events, entries) where recorded.event.payload.isOfNote {
            let civil = ZoneRules.utc.civil(at: entry.at).date.description
            if days.last?.date != civil { days.append(.init(date: civil, lines: [])) }
            let line = PostmortemDraft.Line(
                utc: LocalTime.utc.clockWithSeconds(entry.at), local: zone.map { local(entry.at, $0, &shown) },
                sentence: entry.sentence, body: body(of: recorded), cite: recorded.citation)
            days[days.count - 1].lines.append(line)
        }
        return days
    }

    /// Notes, and what a declaration said; what came with alerts is among the alerts.
    private func body(of recorded: RecordedEvent) -> [String] {
        if recorded.isErased { return [Self.erased] }
        switch recorded.event.payload {
        case .noteAdded, .incidentOpened:
            return (recorded.event.text?.body ?? "").split(
                omittingEmptySubsequences: false, whereSeparator: \.isNewline
            )
            .map(String.init).trimmingEmptyEnds()
        default: return []
        }
    }

    /// With the day where it begins to be another than in UTC.
    private func local(_ at: Instant, _ zone: LocalTime, _ shown: inout CivilDate?) -> String {
        let (day, today) = (zone.zone.civil(at: at).date, ZoneRules.utc.civil(at: at).date)
        let isPlain = day == (shown ?? today)
        shown = day
        return "\(isPlain ? zone.clockWithSeconds(at) : stamp(at, zone)) \(zone.place)"
    }
}

extension PostmortemWriter {
    /// "2026-11-23 09:34:00".
    func stamp(_ at: Instant, _ zone: LocalTime = .utc) -> String {
        "\(zone.zone.civil(at: at).date) \(zone.clockWithSeconds(at))"
    }

    func sinceOpening(_ moment: PostmortemFacts.Moment) -> String {
        words.elapsed(from: facts.openedAt.at, to: moment.at)
    }
}

extension TimelineWords {
    /// Whole seconds once there is one: nobody learns from the milliseconds of four minutes.
    func elapsed(from: Instant, to: Instant) -> String {
        let milliseconds = (to - from).milliseconds
        guard milliseconds >= 0 else { return "an unknown time (the wall clock was set back)" }
        return duration(milliseconds < 1000 ? milliseconds : milliseconds / 1000 * 1000)
    }
}

extension [String] {
    fileprivate func trimmingEmptyEnds() -> [String] {
        func isEmpty(_ line: String) -> Bool { line.allSatisfy(\.isWhitespace) }
        guard let first = firstIndex(where: { !isEmpty($0) }), let last = lastIndex(where: { !isEmpty($0) }) else {
            return []
        }
        return Array(self[first...last])
    }
}

extension PostmortemDraft {
    /// - Parameters:
    ///   - directory: for names; who is not in it is called by the id.
    ///   - zone: shown beside UTC; nil for UTC alone.
    public init(_ facts: PostmortemFacts, directory: Directory, zone: ZoneRules? = nil) {
        self = PostmortemWriter(facts, directory: directory, zone: zone).draft
    }

    /// Every record it cites, each once, in order.
    public var citations: [Citation] {
        let sentences = summary + repeats + runbooks + questions + actions
        var all = sentences.flatMap(\.cites) + rollbacks.flatMap(\.steps).flatMap(\.cites)
        all += milestones.flatMap(\.cites) + times.flatMap(\.cites) + people.flatMap(\.cites)
        all += pages.flatMap(\.cites) + alerts.flatMap(\.cites) + days.flatMap(\.lines).map(\.cite)
        return Set(all).sorted { ($0.sequence, $0.hash) < ($1.sequence, $1.hash) }
    }
}
