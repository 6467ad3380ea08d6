import Engine
import Incidents
import Logging
import OnCall
import Timekeeping

/// Takes what Slack asks of us, by HTTP or by socket, to the desk, and its answer back.
///
/// Who sees an answer: a slash command's is for the asker alone, because what was done shows on the incident's own
/// message; a mention's stands in its thread; a button of an incident's message that worked says nothing, for that
/// message changes; a page says what was done instead of its button. Anything personal is shown to the asker alone.
/// Slack waits three seconds: a slower answer follows.
public final class SlackReception: Sendable {
    /// What Slack is told at once.
    enum Reply: Hashable, Sendable {
        /// Taken, with nothing to show.
        case taken
        /// Shown to the person.
        case shown(JSONValue)
        case challenge(String)
        /// Too much is under way; Slack tries again.
        case busy
    }

    let api: SlackWebAPI
    let poster: SlackPoster
    let people: SlackPeople
    let log: Logger
    private let workspace: SlackWorkspace
    private let desk: any CommandDesk
    private let incident: @Sendable (ChatReference) -> Incident.ID?
    private let patience: Duration
    private let answers = SlackAnswers()

    /// - Parameters:
    ///   - incident: whose thread that message begins.
    ///   - patience: how long Slack's request waits for the desk; Slack gives up after three seconds.
    public init(
        api: SlackWebAPI, workspace: SlackWorkspace, people: SlackPeople, desk: any CommandDesk,
        incident: @escaping @Sendable (ChatReference) -> Incident.ID?, patience: Duration = .milliseconds(2200),
        log: Logger
    ) {
        self.api = api
        self.workspace = workspace
        self.people = people
        self.desk = desk
        self.incident = incident
        self.patience = patience
        self.log = log
        poster = SlackPoster(api: api, log: log)
    }

    /// Answers within `patience` and a little.
    func receive(_ request: SlackRequest) async -> Reply {
        switch request {
        case .challenge(let challenge): return .challenge(challenge)
        case .ignored(let why):
            log.debug("a request from Slack is of no use", metadata: ["slack.why": "\(why)"])
            return .taken
        case .rateLimited:
            log.error("Slack holds back events: there were more than 30 000 in an hour")
            return .taken
        case .command(let command): return await receive(command)
        case .press(let press): return await receive(press)
        case .said(let saying): return await receive(saying)
        }
    }

    private func receive(_ command: SlackCommand) async -> Reply {
        let asked = SlackLine.text(command.text)
        let outcome = await answers.answer(to: "slack:\(command.trigger)", within: patience) { [self] id in
            await answer(asked.isEmpty ? "help" : asked, command.user, command.team, nil, here: nil, id)
        } late: { [self] answer in
            await respond(command.responseURL, answer, replacing: false)
        }
        switch outcome {
        case .answer(let answer): return .shown(Self.body(answer))
        case .late: return .shown(["response_type": "ephemeral", "text": "Working on it."])
        case .busy: return .shown(["response_type": "ephemeral", "text": .string(Self.busyWords)])
        }
    }

    private func receive(_ press: SlackPress) async -> Reply {
        guard let line = SlackLine.of(press) else { return .taken }
        let name = "slack:\(press.trigger):\(press.actionTime)"
        let outcome = await answers.answer(to: name, within: patience) { [self] id in
            let answer = await answer(line, press.user, press.team, press.userTeam, here: nil, id)
            await respond(to: press, answer)
            return answer
        } late: { _ in
        }
        return outcome == .busy ? .busy : .taken
    }

    /// What only the asker sees is replaced by its answer; an incident's message says by itself what was done.
    private func respond(to press: SlackPress, _ answer: DeskAnswer) async {
        if !press.isEphemeral, answer.kind == .done {
            if press.message.flatMap(incident) != nil { return }
            if press.isDirect, await settle(press, answer) { return }
        }
        await respond(press.responseURL, answer, replacing: press.isEphemeral)
    }

    private func receive(_ saying: SlackSaying) async -> Reply {
        if saying.user == workspace.known?.user { return .taken }
        let outcome = await answers.answer(to: "slack:\(saying.event)", within: .zero) { [self] id in
            let bot = await workspace.identity()?.user
            let line = SlackLine.text(saying.text, without: bot)
            let here = saying.thread.flatMap { incident(ChatReference(channel: saying.channel, message: $0)) }
            let answer = await answer(
                line.isEmpty ? "help" : line, saying.user, saying.team, saying.userTeam, here: here, id)
            await say(answer, saying)
            return answer
        } late: { _ in
        }
        return outcome == .busy ? .busy : .taken
    }

    private static let busyWords = "Tocsin has too much to do just now. Nothing was done. Please try again."

    // MARK: The desk

    private func answer(
        _ line: String, _ user: String, _ team: String, _ userTeam: String?, here: Incident.ID?, _ request: RequestID
    ) async -> DeskAnswer {
        guard let ours = await workspace.identity() else {
            return DeskAnswer(
                .unavailable, "Tocsin cannot ask Slack who is asking. Nothing was done. Please try again.")
        }
        guard team == ours.team, userTeam ?? ours.team == ours.team else {
            log.notice(
                "somebody of another workspace asked for something", metadata: ["slack.team": "\(userTeam ?? team)"])
            return DeskAnswer(.refused, "This workspace is not the one that Tocsin belongs to. Nothing was done.")
        }
        guard user != ours.user else { return DeskAnswer(.refused, "Tocsin does not talk to itself.") }
        let speaker = Speaker(user: await people.lookUp(user), via: .slack)
        return await desk.answer(line, from: speaker, here: here, request: request)
    }
}
