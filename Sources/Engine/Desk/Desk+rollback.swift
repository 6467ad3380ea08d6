import Commands
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Rollbacks at the desk: an order becomes a command, and the answer says what is planned, who must say yes, how far it
/// is and how it ended, read off the log.
extension Desk {
    func rollBack(
        _ id: Incident.ID, _ order: RollbackOrder, _ scene: Scene, _ speaker: Speaker, _ request: RequestID?
    ) async -> DeskAnswer {
        let actor = Actor(user: speaker.user, via: speaker.via)
        let command: Command
        switch order {
        case .status: return await status(id, scene, .information)
        case .plan(let version): command = .planRollback(id, to: version, by: actor)
        case .cancel: command = .cancelRollback(id, by: actor)
        case .undo: command = .undoRollback(id, by: actor)
        case .approve(let plan):
            if let void = plan.flatMap(engine.objection) { return DeskAnswer(.refused, void, incidents: [id]) }
            guard let user = speaker.user else { return Self.stranger }
            command = .approveRollback(id, by: user, via: speaker.via, breakGlass: nil, plan: plan)
        case .breakGlass(let plan, let reason):
            if let void = plan.flatMap(engine.objection) { return DeskAnswer(.refused, void, incidents: [id]) }
            guard let user = speaker.user else { return Self.stranger }
            command = .approveRollback(id, by: user, via: speaker.via, breakGlass: reason, plan: plan)
        }
        let reply = await engine.submit(.command(command, request: request))
        guard case .done = reply else {
            return DeskWords(scene: scene, links: engine.links, now: scene.read.now).answer(to: command, reply)
        }
        return await status(id, scene, .done)
    }

    private func status(_ id: Incident.ID, _ scene: Scene, _ kind: DeskAnswer.Kind) async -> DeskAnswer {
        let files: [RollbackFile]
        do {
            files = try await engine.rollbacks(of: id)
        } catch {
            return kind == .done
                ? DeskAnswer(.done, "Done. More: \(engine.links.incident(id))", incidents: [id])
                : DeskAnswer(.unavailable, "The log cannot be read just now. Say it again soon.", incidents: [id])
        }
        guard let file = files.last else {
            return DeskAnswer(.information, unplanned(id, scene), incidents: [id])
        }
        let lines = RollbackLines(
            file, directory: scene.directory, clock: LocalTime(zone: scene.read.zone), now: engine.now)
        let choices = lines.next.filter { !$0.line.hasSuffix(RollbackLines.blank) }
        return DeskAnswer(
            kind, lines.all.joined(separator: "\n"),
            choices: file.stage == .waiting && scene.read.speaker != nil
                ? choices.map { DeskAnswer.Choice(label: $0.words, line: $0.line) } : [],
            incidents: [id])
    }

    private func unplanned(_ id: Incident.ID, _ scene: Scene) -> String {
        guard let service = scene.incident(id)?.service, scene.directory.services[service]?.rollback != nil else {
            return "No rollback of \(id) was planned, and none is configured for its service."
        }
        let clock = LocalTime(zone: scene.read.zone)
        return
            (["No rollback of \(id) was planned."]
            + [engine.servingRecord(of: service).map { $0.words(of: service, clock: clock, now: engine.now) }]
            .compactMap { $0 }
            + ["To plan one: rollback \(id)"]).joined(separator: "\n")
    }
}

extension ServingRecord {
    /// "ranker: version 2 is served, since 02:10. Last good: version 1. There are: 1, 2."
    public func words(of service: ServiceID, clock: LocalTime, now: Instant) -> String {
        let served = state.version.map { "version \($0) is served" } ?? "nothing is served"
        let good = lastGood.map { "Last good: version \($0)." } ?? "No other version is known to be good."
        let older = state.available.count - Self.mostShown
        let names = state.available.suffix(Self.mostShown).joined(separator: ", ")
        let there = names.isEmpty ? "" : " There are: \(names)\(older > 0 ? ", and \(older) older" : "")."
        return "\(service): \(served), since \(clock.moment(since, now: now)). \(good)\(there)"
    }

    /// More versions than that are no help to a reader; the newest are shown.
    private static let mostShown = 20
}
