import EngineCore
import Incidents
import Logging
import Synchronization
import Timekeeping

extension ChatPublisher {
    /// The clocks of platform and host may differ by so much.
    private static let clockDifference = Duration.minutes(10)

    func perform(_ action: ChatAction) {
        let spot = action.spot
        let platform = platforms[spot.room.platform]!
        if case .record(let fact) = action.step { return record(fact, action) }
        guard let card = IncidentCard(spot.incident, engine) else { return end(action, .forgotten) }
        let since = card.openedAt - Self.clockDifference
        switch action.step {
        case .post(let key):
            state.withLock { $0.shown[spot] = card }
            platform.post(card, in: spot.room.name, key: key) { [self] in end(action, ChatResult($0)) }
        case .update(let message):
            let isNew = state.withLock { $0.shown.updateValue(card, forKey: spot) != card }
            guard isNew else { return end(action, .unneeded) }
            platform.update(card, message) { [self] in end(action, ChatResult($0)) }
        case .find(let key):
            platform.find(key: key, in: spot.room.name, below: nil, since: since) { [self] in
                end(action, ChatResult($0))
            }
        case .findTold(let message):
            let key = keys.anyTold(spot.incident)
            platform.find(key: key, in: message.channel, below: message, since: since) { [self] in
                end(action, ChatResult($0, told: spot.incident, keys))
            }
        case .tell(let message, let after): tell(message, after: after, action, platform)
        case .record: break
        }
    }

    private func tell(_ message: PostedMessage, after: Int64, _ action: ChatAction, _ platform: any ChatPlatform) {
        let id = action.spot.incident
        // Unstructured: the board waits for its end, and gives it up when that does not come.
        Task {
            do {
                let events = try await engine.events(of: id)
                // The board may have given it up while the log was read, and then looks for itself what was told.
                guard noteLength(action, events.count) else { return }
                let directory = engine.read { $0.directory }
                let thread = ChatThread(events)
                let entries = TimelineEntry.timeline(ChatThread.needed(events, after: after), directory: directory)
                guard let telling = thread.telling(after: after, in: entries) else {
                    return end(action, .told(message: nil, through: max(after, events.last?.sequence ?? 0)))
                }
                let key = keys.told(id, through: telling.through)
                platform.tell(telling.lines, below: message, key: key) { [self] in
                    end(action, ChatResult($0, through: telling.through))
                }
            } catch {
                end(action, .later(.seconds(5), "the log cannot be read"))
            }
        }
    }

    private func noteLength(_ action: ChatAction, _ events: Int) -> Bool {
        state.withLock { state in
            let platform = action.spot.room.platform
            state.boards[platform]!.noteLength(of: action, events)
            return state.boards[platform]!.isUnderWay(action)
        }
    }

    private func record(_ fact: ChatRecord, _ action: ChatAction) {
        // Unstructured: the board waits for its end.
        Task {
            let reply = await engine.submit(.command(.noteChat(fact), request: nil))
            if case .unavailable = reply { end(action, .unrecorded) } else { end(action, .recorded) }
        }
    }

    /// What an operator at 3 a.m. could act on.
    func report(_ action: ChatAction, _ result: ChatResult) {
        let facts: Logger.Metadata = [
            "room": "\(action.spot.room)", "incident.id": "\(action.spot.incident)",
        ]
        func note(_ level: Logger.Level, _ text: Logger.Message, _ reason: String) {
            log.log(level: level, text, metadata: facts.merging(["reason": "\(reason)"]) { $1 })
        }
        switch result {
        case .closed(let reason): note(.warning, "a chat room takes no messages", reason)
        case .lost(let reason): note(.notice, "a chat message is gone", reason)
        case .refused(let reason): note(.error, "a chat platform does not accept Tocsin", reason)
        case .later(_, let reason): note(.debug, "a chat platform asks to wait", reason)
        case .doubtful(let reason): note(.debug, "a chat platform did not answer", reason)
        case .shown, .told, .unneeded, .notFound, .recorded, .unrecorded, .forgotten: break
        }
    }

    // MARK: A platform that does not accept us

    /// Opens an incident when a platform refuses us, and has it resolved when it accepts us or is taken out of the
    /// configuration: whoever mends a token reads of it in pages, since nothing can be said there.
    func announceStandings() {
        let news = state.withLock { state -> [(String, ChatBoard.Standing)] in
            state.boards.keys.sorted().compactMap { platform in
                let board = state.boards[platform]!
                // Of a platform taken out of the configuration nothing is wrong any more.
                guard board.standing != .unknown || board.isSuspended, board.standing != state.announced[platform],
                    state.announcing.insert(platform).inserted
                else { return nil }
                return (platform, board.standing)
            }
        }
        for (platform, standing) in news { announce(platform, standing) }
    }

    private func announce(_ platform: String, _ standing: ChatBoard.Standing) {
        let name = platform.prefix(1).uppercased() + platform.dropFirst()
        var alert = AlertSignal(
            alert: AlertKey(integration: .tocsin, key: "chat \(platform)"), status: .resolved, severity: .sev2,
            title: "\(name) does not accept Tocsin", labels: ["alertname": "ChatRefused", "platform": platform])
        if case .refused(let reason) = standing {
            alert.status = .firing
            alert.summary =
                "\(name) answers: \(reason). Incidents are not shown there until its token is mended. Pages go on."
        }
        // Unstructured: nobody waits for it, and it ends with the engine's answer.
        Task { [alert] in
            let reply = await engine.submit(.alerts([alert], unreadable: [], from: .tocsin))
            state.withLock { state in
                state.announcing.remove(platform)
                if case .unavailable = reply { return }
                state.announced[platform] = standing
            }
        }
    }
}

extension ChatResult {
    /// - Parameter through: how far the thread is told if it was a telling that was done.
    init(_ outcome: ChatOutcome, through: Int64? = nil) {
        switch outcome {
        case .done(let reference), .found(let reference, _):
            self =
                through.map { .told(message: reference.id, through: $0) }
                ?? .shown(reference)
        case .notFound: self = .notFound
        case .later(let wait, let reason): self = .later(wait, reason)
        case .doubtful(let reason): self = .doubtful(reason)
        case .lost(let reason): self = .lost(reason)
        case .closed(let reason): self = .closed(reason)
        case .refused(let reason): self = .refused(reason)
        }
    }

    /// What a search for the incident's newest telling found.
    init(_ outcome: ChatOutcome, told incident: Incident.ID, _ keys: ChatKeys) {
        guard case .found(let reference, let key) = outcome else {
            self.init(outcome)
            if case .shown = self { self = .notFound }
            return
        }
        self = keys.through(key, of: incident).map { .told(message: reference.id, through: $0) } ?? .notFound
    }
}
