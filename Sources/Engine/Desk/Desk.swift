import Commands
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// The one desk behind every face: a line is read by the command grammar, carried out by the engine, and answered in
/// words. What is unclear is answered with its choices, and nothing is done.
public struct Desk: CommandDesk {
    let engine: Engine
    private let chatIDs: @Sendable () -> [String: UserID]

    /// - Parameter chatIDs: the chat ids known to belong to users, for mentions in a line.
    public init(engine: Engine, chatIDs: @escaping @Sendable () -> [String: UserID] = { [:] }) {
        self.engine = engine
        self.chatIDs = chatIDs
    }

    public func answer(
        _ line: String, from speaker: Speaker, here: Incident.ID?, request: RequestID?
    ) async -> DeskAnswer {
        let scene = scene(speaker, here)
        // A line that names no incident may mean another one by now: a retry is answered, and not read again.
        if let request, let reply = engine.read({ $0.book.reply(to: request) }) {
            return DeskWords(scene: Scene(scene), links: engine.links, now: scene.now).answerAgain(reply)
        }
        switch CommandReader().read(line, in: scene) {
        case .wrong(let what, let hint): return DeskAnswer(.mistake, hint.map { "\(what) \($0)" } ?? what)
        case .choose(let question, let choices):
            return DeskAnswer(
                .question, question, choices: choices.map { DeskAnswer.Choice(label: $0.label, line: $0.line) })
        case .order(let order, let confirmation):
            guard speaker.user != nil || !order.changesSomething else { return Self.stranger }
            guard speaker.via != .sms || order.mayBeSentBySMS else { return Self.notBySMS }
            var answer = await carryOut(order, Scene(scene), speaker, request)
            if let confirmation, [.done, .information].contains(answer.kind) { answer.text += "\n\(confirmation)" }
            return answer
        }
    }

    static let stranger = DeskAnswer(
        .refused,
        "You are not known here, so you may look but not act. Whoever runs Tocsin can write your chat id under users "
            + "in the configuration, or the mail address of your chat account into the contacts file.")

    static let notBySMS = DeskAnswer(
        .refused, "That is not taken by SMS, whose sender can be forged. Use the console or the chat.")

    // MARK: The scene

    /// What decisions about one line look at, with what its answer is worded from.
    struct Scene {
        let read: Commands.Scene
        let titles: [Incident.ID: String]

        init(_ scene: Commands.Scene) {
            read = scene
            titles = Dictionary(uniqueKeysWithValues: scene.incidents.map { ($0.id, $0.title) })
        }

        var directory: Directory { read.directory }
        func name(_ user: UserID) -> String { directory.users[user]?.name ?? user.rawValue }
        func incident(_ id: Incident.ID) -> KnownIncident? { read.incidents.first { $0.id == id } }

        /// "INC-42 (p99 is high)".
        func named(_ id: Incident.ID) -> String { titles[id].map { "\(id) (\($0))" } ?? "\(id)" }
    }

    private func scene(_ speaker: Speaker, _ here: Incident.ID?) -> Commands.Scene {
        let now = engine.now
        let mentions = chatIDs()
        return engine.read { core in
            let known = core.book.incidents.values.sorted { $0.id < $1.id }.map { incident in
                KnownIncident(
                    id: incident.id, service: incident.service, title: core.briefings[incident.id]?.title ?? "",
                    severity: incident.severity, state: incident.state, owner: incident.owner,
                    openedAt: incident.openedAt, rollback: incident.rollbacks.last.map { KnownRollback($0) })
            }
            let user = speaker.user.flatMap { core.directory.users[$0] }
            return Commands.Scene(
                speaker: user?.id, zone: user.map { core.directory.zone(of: $0.id) } ?? .utc, now: now,
                directory: core.directory, amendments: core.book.amendments, incidents: known, here: here,
                mentions: mentions)
        }
    }

    // MARK: Carrying out

    private func carryOut(
        _ order: Order, _ scene: Scene, _ speaker: Speaker, _ request: RequestID?
    ) async -> DeskAnswer {
        let actor = Actor(user: speaker.user, via: speaker.via)
        let words = DeskWords(scene: scene, links: engine.links, now: scene.read.now)
        if let answer = words.answer(order, amendments: scene.read.amendments) { return answer }
        if case .runbook(let id) = order {
            return words.runbooks(id, engine.read { $0.book.incidents[id]?.runbooks ?? [] })
        }
        if case .rollback(let id, let rollback) = order {
            return await rollBack(id, rollback, scene, speaker, request)
        }
        if case .silences = order { return engine.read { words.silences($0) } }
        guard let user = speaker.user else { return Self.stranger }
        if case .contacts = order {
            let link = engine.links.personal(user, expiresAt: scene.read.now + Links.personalLife)
            return DeskAnswer(
                .information, "Your contact methods: \(link)\nThe link is yours alone. It works once, within an hour.",
                isPrivate: true)
        }
        let commands = Self.commands(for: order, user, actor)
        var answers: [DeskAnswer] = []
        for command in commands {
            // By its incident and not by its place: on a retry "all" may be fewer.
            let name = request.map { commands.count == 1 ? $0 : Self.name($0, of: command) }
            let reply = await engine.submit(.command(command, request: name))
            answers.append(words.answer(to: command, reply))
        }
        return DeskAnswer.joined(answers)
    }

    private static func name(_ request: RequestID, of command: Command) -> RequestID {
        switch command {
        case .acknowledge(let id, _, _), .resolve(let id, _): RequestID(rawValue: "\(request.rawValue)/\(id)")
        default: request
        }
    }

    /// What the engine is asked for; several commands when an order names several incidents.
    private static func commands(for order: Order, _ user: UserID, _ actor: Actor) -> [Command] {
        switch order {
        case .acknowledge(let ids): ids.map { .acknowledge($0, by: user, via: actor.via) }
        case .take(let id): [.take(id, by: user, via: actor.via)]
        case .assign(let id, let other): [.assign(id, to: other, by: actor)]
        case .resolve(let ids): ids.map { .resolve($0, by: actor) }
        case .reopen(let id): [.reopen(id, by: actor)]
        case .snooze(let id, let until): [.snooze(id, until: until, by: user, via: actor.via)]
        case .escalate(let id): [.escalate(id, by: actor)]
        case .severity(let id, let severity): [.changeSeverity(id, severity, by: actor)]
        case .note(let id, let text): [.note(id, text: text, by: actor)]
        case .page(let targets, let id): [.page(id, targets, by: actor)]
        case .declare(let service, let title, let severity):
            [.declare(service, title: title, body: "", severity: severity, by: actor)]
        case .override(let schedule, let from, let until, let kind):
            [.addOverride(schedule, from: from, until: until, kind: kind, leaveHole: false, by: actor)]
        case .requestCover(let schedule, let from, let until, let asked):
            [.requestCover(schedule, user, from: from, until: until, inReturn: nil, asked: asked, by: actor)]
        case .answerCover(let id, let accept): [.answerCover(id, accept: accept, by: user, via: actor.via)]
        case .timeOff(let from, let until):
            [.addTimeOff(user, from: from, until: until, leaveHole: false, by: actor)]
        case .declareGood(let service, let version): [.declareGood(service, version: version, by: actor)]
        // The grammar has asked whether a wide one is meant.
        case .silence(let wanted): [.addSilence(wanted, isConfirmed: true, by: actor)]
        case .endSilence(let id): [.removeSilence(id, by: actor)]
        case .silences, .who, .runbook, .rollback, .postmortem, .list, .contacts, .help: []
        }
    }
}

extension KnownRollback {
    fileprivate init(_ rollback: Rollback) {
        self.init(
            id: rollback.id, stage: rollback.waitsForApproval ? .waiting : rollback.isOver ? .over : .underWay)
    }
}

extension DeskAnswer {
    /// One answer for several commands: as bad as the worst of them.
    static func joined(_ answers: [DeskAnswer]) -> DeskAnswer {
        let order: [Kind] = [.unavailable, .refused, .mistake, .question, .done, .information]
        let kind = order.first { kind in answers.contains { $0.kind == kind } } ?? .information
        return DeskAnswer(
            kind, answers.map(\.text).joined(separator: "\n"), choices: answers.flatMap(\.choices),
            incidents: answers.flatMap(\.incidents), isPrivate: answers.contains(where: \.isPrivate))
    }
}
