import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What somebody asks for; sent again, under the same name, until there is an answer.
struct PersonsCommand {
    let command: Command
    let request: RequestID
    var tries = 0
    var isDone = false
}

/// How a person answers pages.
enum Character: CaseIterable {
    case prompt, slow, absent
}

/// The people, as this world has them.
extension World {
    /// A page has reached somebody.
    func rouse(_ transmission: Transmission) {
        let incident = transmission.briefing.incident
        if transmission.reason == .approval { considerApproval(incident, transmission.user.id) }
        considerRollback(incident, transmission.user.id, eagerness: 80)
        guard let story = chronicle.stories[incident],
            story.state == .triggered || story.question != nil || story.isOpen && transmission.reason == .asked
        else { return }
        let user = transmission.user.id
        if random.chance(30) { acknowledgeAtDeadline(story, user) }
        if random.chance(30) { acknowledgeLate(story, user) }
        if random.chance(20) { acknowledgeElsewhere(incident, user) }
        switch characters[user] ?? .absent {
        case .prompt where random.chance(500): react(incident, user, after: random.time(.seconds(5), .minutes(3)))
        case .slow where random.chance(250): react(incident, user, after: random.time(.minutes(2), .minutes(40)))
        case .absent where random.chance(20): react(incident, user, after: random.time(.minutes(1), .hours(1)))
        default: break
        }
    }

    private func acknowledgeAtDeadline(_ story: Story, _ user: UserID) {
        guard story.state == .triggered, let due = story.due, due > now else { return }
        faults.met(.acknowledgedAtDeadline)
        ask(.acknowledge(story.id, by: user, via: .link), after: due - now)
    }

    private func acknowledgeLate(_ story: Story, _ user: UserID) {
        guard story.state == .triggered, let due = story.due, due > now else { return }
        faults.met(.acknowledgedLate)
        ask(.acknowledge(story.id, by: user, via: .sms), after: due - now + random.time(.milliseconds(1), .minutes(10)))
    }

    /// It was meant for another incident than the one whose button was pressed.
    private func acknowledgeElsewhere(_ incident: Incident.ID, _ user: UserID) {
        let others = chronicle.stories.keys.filter { $0 != incident }.sorted()
        guard !others.isEmpty else { return }
        faults.met(.acknowledgedElsewhere)
        ask(.acknowledge(random.pick(others), by: user, via: .slack), after: random.time(.seconds(5), .minutes(3)))
    }

    private func react(_ incident: Incident.ID, _ user: UserID, after wait: Duration) {
        switch random.number(0...99) {
        case 0..<62:
            ask(.acknowledge(incident, by: user, via: random.pick([.link, .api, .console])), after: wait)
            if random.chance(100) {
                faults.met(.acknowledgedTwice)
                ask(.acknowledge(incident, by: user, via: .link), after: wait + .milliseconds(random.number(0...2000)))
            }
            if random.chance(60) {
                faults.met(.acknowledgedByUninvolved)
                ask(
                    .acknowledge(incident, by: random.pick(RandomDirectory.users), via: .cli),
                    after: wait + random.time(.milliseconds(1), .minutes(5)))
            }
        case 62..<70: ask(.take(incident, by: user, via: .console), after: wait)
        case 70..<78: snooze(incident, user, after: wait)
        case 78..<86: ask(.resolve(incident, by: Actor(user: user, via: .console)), after: wait)
        case 86..<88: ask(.resolve(incident, by: Actor(user: nil, via: .api)), after: wait)
        case 88..<96: steer(incident, user, after: wait)
        default: ask(.note(incident, text: "looking", by: Actor(user: user, via: .cli)), after: wait)
        }
    }

    func ask(_ command: Command, after wait: Duration) {
        schedule(.command(add(command)), after: wait)
    }

    func add(_ command: Command) -> Int {
        commands.append(PersonsCommand(command: command, request: RequestID(rawValue: "r\(commands.count + 1)")))
        return commands.count - 1
    }

    func give(command index: Int) throws {
        guard !commands[index].isDone else { return }
        commands[index].tries += 1
        if commands[index].tries > 1 { faults.met(.commandRetried) }
        noteOddity(commands[index].command)
        let submission = Submission.command(commands[index].command, request: commands[index].request)
        if try !submit(submission, for: .person(index)) { askAgain(index, after: .seconds(5)) }
    }

    private func noteOddity(_ command: Command) {
        switch command {
        case .acknowledge(let id, _, _) where chronicle.stories[id]?.isOpen == false:
            faults.met(.commandAfterResolution)
        case .resolve(let id, _) where chronicle.stories[id]?.alerts.values.contains(where: \.isFiring) == true:
            faults.met(.resolvedWhileFiring)
        default: break
        }
    }

    private func askAgain(_ index: Int, after wait: Duration) {
        guard commands[index].tries < 40 else { return }
        schedule(.command(index), after: isScripted ? wait : wait + random.time(.milliseconds(1), .seconds(20)))
    }

    /// The process died before it answered.
    func unanswered(_ client: Client) {
        switch client {
        case .sender(let index): sendAgain(index)
        case .person(let index): askAgain(index, after: .seconds(5))
        case .configuration: break
        }
    }

    func answered(_ client: Client, _ reply: Reply) throws {
        switch client {
        case .sender(let index): try requestAnswered(index, reply)
        case .person(let index):
            if case .unavailable(let wait) = reply {
                faults.met(.turnedAway)
                return askAgain(index, after: wait)
            }
            commands[index].isDone = true
            note("command \(index + 1) is answered: \(EventLine.text(reply))", isStory: isNews(reply))
            if case .refused(let refusal) = reply { noteRefusal(refusal) }
            try check(commands[index].command, reply)
            if !isScripted { goOn(after: commands[index].command, reply) }
        case .configuration(let version):
            if case .unavailable(let wait) = reply { schedule(.apply(version: version), after: wait) }
        }
    }

    private func isNews(_ reply: Reply) -> Bool {
        switch reply {
        case .already, .refused: true
        case .done, .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded, .unavailable: false
        }
    }

    /// What a person is told must be in the log.
    private func check(_ command: Command, _ reply: Reply) throws {
        if case .refused(.noSuchIncident(let id)) = reply, let story = chronicle.stories[id] {
            let forgotten = story.resolution.map { now - $0.at >= Chronicle.memory } ?? false
            try demand(.answeredIsDurable, forgotten, "\(id) is in the log and the person is told that there is none")
        }
        guard case .done = reply else { return }
        let isDurable =
            switch command {
            case .acknowledge(let id, let user, _), .take(let id, let user, _):
                chronicle.stories[id]?.everybodyWhoAcknowledged.contains(user) == true
            case .resolve(let id, let actor): chronicle.stories[id]?.resolvers.contains(actor.user) == true
            case .note(let id, _, let actor): chronicle.stories[id]?.noteAuthors.contains(actor.user) == true
            case .snooze(let id, _, let user, _): chronicle.stories[id]?.deeds.contains(.snoozed(by: user)) == true
            case .reopen(let id, let actor):
                chronicle.stories[id]?.deeds.contains(.reopened(by: actor.user)) == true
            case .escalate(let id, let actor):
                chronicle.stories[id]?.deeds.contains(.escalated(by: actor.user)) == true
            case .changeSeverity(let id, let severity, let actor):
                chronicle.stories[id]?.deeds.contains(.judged(severity, by: actor.user)) == true
            case .page(let id, let targets, let actor):
                chronicle.stories[id]?.deeds.contains(.askedFor(targets, by: actor.user)) == true
            case .assign(let id, let user, let actor):
                chronicle.stories[id]?.deeds.contains(.assigned(user, by: actor.user)) == true
                    || chronicle.stories[id]?.deeds.contains(.askedFor([.user(user)], by: actor.user)) == true
            case .noteChat(let fact): chronicle.stories[fact.incident]?.chatFacts.contains(fact) == true
            case .reportAttempt(let attempt, let outcome): chronicle.knows(outcome.result, of: attempt)
            case .verifyContact(_, _, let digest, _, _): chronicle.verifiedDigests.contains(digest)
            case .planRollback, .approveRollback, .cancelRollback, .undoRollback, .declareGood: isDurable(command)
            case .answerCover(let id, let accept, let user, _):
                chronicle.covers[id]?.answers.contains { $0.user == user && $0.accepted == accept } == true
            case .withdrawCover(let id, _): chronicle.covers[id]?.isWithdrawn == true
            case .declare, .drill, .addOverride, .removeOverride, .removeContact, .addTimeOff, .removeTimeOff,
                .readHolidays,
                .requestCover, .tellHandoff, .tellDigest, .issueCalendar, .revokeCalendar, .addSilence:
                true
            case .removeSilence(let id, _): chronicle.silencing.open[id] == nil
            }
        try demand(.answeredIsDurable, isDurable, "\(command) is answered as done and not in the log")
    }

    private func goOn(after command: Command, _ reply: Reply) {
        if case .coverRequested(let id) = reply { goOn(afterRequesting: id, command) }
        if case .timeOffAdded = reply { noteArrangement(command) }
        guard case .done = reply else { return }
        noteArrangement(command)
        switch command {
        case .acknowledge(let id, let user, _), .take(let id, let user, _):
            keepBooks(id, user)
            considerRollback(id, user)
            if random.chance(80) { snooze(id, user, after: random.time(.seconds(1), .minutes(30))) }
            if random.chance(120) { steer(id, user, after: random.time(.seconds(1), .hours(1))) }
            if random.chance(500) {
                ask(.resolve(id, by: Actor(user: user, via: .link)), after: random.time(.minutes(2), .hours(2)))
            }
            if random.chance(80) {
                ask(
                    .take(id, by: random.pick(RandomDirectory.users), via: .console),
                    after: random.time(.seconds(1), .hours(1)))
            }
        case .resolve(let id, _):
            if !isEnding, random.chance(100) {
                let actor = Actor(user: random.pick(RandomDirectory.users), via: .slack)
                ask(.reopen(id, by: actor), after: random.time(.seconds(1), .minutes(30)))
            }
            if random.chance(150) {
                ask(.acknowledge(id, by: random.pick(RandomDirectory.users), via: .link), after: .seconds(3))
            }
        case .snooze(let id, _, let user, _): goOn(afterSnoozing: id, user)
        case .planRollback(let id, _, let actor), .undoRollback(let id, let actor): goOn(afterPlanning: id, actor)
        case .addTimeOff, .removeTimeOff, .readHolidays, .requestCover, .answerCover, .withdrawCover, .tellHandoff,
            .tellDigest,
            .issueCalendar, .revokeCalendar, .addSilence, .removeSilence, .note, .declare, .drill, .addOverride,
            .removeOverride, .reopen, .escalate,
            .assign,
            .changeSeverity, .page, .noteChat, .reportAttempt,
            .approveRollback, .cancelRollback, .declareGood, .verifyContact, .removeContact:
            break
        }
    }

    // MARK: The configuration

    func apply(_ version: Int) throws {
        // What the core says counts when it is in the log.
        guard version == directory.version, store.replay.directoryVersion != version else { return }
        let event = DirectoryApplied(version: version, digest: "digest \(version)", sources: [], zones: [])
        _ = try submit(.apply(directory, event), for: .configuration(version))
    }

    func edit(to new: Directory) {
        directory = new
        chronicle.directories[new.version] = new
        schedule(.apply(version: new.version), after: .zero)
    }
}
