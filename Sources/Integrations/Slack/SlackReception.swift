import Engine
import EngineCore
import Incidents
import Logging
import OnCall
import Timekeeping

/// Takes what Slack asks of us, by HTTP or by socket, to the desk, and its answer back.
///
/// Who sees an answer: a slash command's is for the asker alone, because what was done shows on the incident's own
/// message; a mention's stands in its thread; a button of an incident's message that worked says nothing, for that
/// message changes; a page says what was done instead of its button. Anything personal is shown to the asker alone.
/// Members of other workspaces are answered only when they type our command. Slack waits three seconds: a slower answer
/// follows.
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
    private let incident: @Sendable (PostedMessage) -> Incident.ID?
    private let patience: Duration
    private let answers: SlackAnswers
    private let elsewhere = SlackTally()

    /// - Parameters:
    ///   - incident: whose thread that message begins.
    ///   - patience: how long Slack's request waits for the desk; Slack gives up after three seconds.
    public init(
        api: SlackWebAPI, workspace: SlackWorkspace, people: SlackPeople, desk: any CommandDesk,
        incident: @escaping @Sendable (PostedMessage) -> Incident.ID?, patience: Duration = .milliseconds(2200),
        log: Logger
    ) {
        self.api = api
        self.workspace = workspace
        self.people = people
        self.desk = desk
        self.incident = incident
        self.patience = patience
        self.log = log
        poster = SlackPoster(api: api, workspace: workspace, log: log)
        answers = SlackAnswers(log: log)
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
        let asked = SlackLine.text(command.text, bot: workspace.known?.user)
        let name = "slack:\(command.trigger)"
        let outcome = await answers.answer(to: name, from: asker(command.user), within: patience) { [self] id in
            await answer(SlackLine.isOnlyCall(asked) ? "help" : asked, command.user, command.team, nil, here: nil, id)
        } deliver: { [self] answer in
            await respond(command.responseURL, answer, replacing: false)
        }
        switch outcome {
        case .answer(let answer): return .shown(Self.body(answer))
        case .late: return .shown(["response_type": "ephemeral", "text": "Working on it."])
        case .busy: return .shown(["response_type": "ephemeral", "text": .string(Self.busyWords)])
        }
    }

    private func receive(_ press: SlackPress) async -> Reply {
        guard let line = SlackLine.of(press), !isForeign(press.team, press.userTeam) else { return .taken }
        let name = "slack:\(press.trigger):\(press.actionTime)"
        let asker = asker(press.user, isPressing: true)
        let outcome = await answers.answer(to: name, from: asker, within: patience, isAlwaysDelivered: true) {
            [self] id in
            await answer(line, press.user, press.team, press.userTeam, here: nil, id)
        } deliver: { [self] answer in
            // Who asked from another workspace was found out on the way.
            if !isForeign(press.team, press.userTeam) { await respond(to: press, answer) }
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
        if saying.user == workspace.known?.user || isForeign(saying.team, saying.userTeam) { return .taken }
        let asker = asker(saying.user)
        let outcome = await answers.answer(to: "slack:\(saying.event)", from: asker, within: .zero) { [self] id in
            let bot = await workspace.identity()?.user
            let line = SlackLine.text(saying.text, bot: bot)
            let here = saying.thread.flatMap { incident(PostedMessage(channel: saying.channel, id: $0)) }
            return await answer(
                SlackLine.isOnlyCall(line) ? "help" : line, saying.user, saying.team, saying.userTeam, here: here, id)
        } deliver: { [self] answer in
            // A room is told nothing on behalf of another workspace, nor while nobody knows whose this is.
            if let ours = workspace.known, ours.isHome(of: saying.team, saying.userTeam) { await say(answer, saying) }
        }
        // A stranger's burst is not to come again, nor to make Slack hold back everybody's events.
        return outcome == .busy && asker.isKnown ? .busy : .taken
    }

    private func asker(_ user: String, isPressing: Bool = false) -> SlackAsker {
        SlackAsker(user: user, isKnown: people.user(of: user) != nil, isPressing: isPressing)
    }

    /// Somebody of another workspace, as far as it is known whose this one is.
    private func isForeign(_ team: String, _ userTeam: String?) -> Bool {
        guard let ours = workspace.known, !ours.isHome(of: team, userTeam) else { return false }
        if let count = elsewhere.note() {
            log.notice(
                "somebody of another workspace asked for something",
                metadata: ["slack.team": "\(userTeam ?? team)", "slack.count": "\(count)"])
        }
        return true
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
        guard !isForeign(team, userTeam) else {
            return DeskAnswer(.refused, "This workspace is not the one that Tocsin belongs to. Nothing was done.")
        }
        guard user != ours.user else { return DeskAnswer(.refused, "Tocsin does not talk to itself.") }
        let speaker = Speaker(user: await people.lookUp(user), via: .slack)
        return await desk.answer(line, from: speaker, here: here, request: request)
    }
}
