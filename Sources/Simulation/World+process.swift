import EngineCore
import Incidents
import Timekeeping

/// The process: its start, its death, and the inputs and effects that go between it and the world.
extension World {
    func start() throws {
        guard process == nil else { return }
        processes += 1
        unnoticedStep = .zero
        var core = Core(directory: directory, version: "simulated", limits: limits, now: wallNow)
        core.plant(plant)
        process = Process(number: processes, core: core)
        boots[processes] = directory
        bootedAt = nil
        for method in ContactMethod.allCases { freeSince[method] = now }
        note("process \(processes) starts", isStory: processes > 1)
        beginRecovery()
    }

    /// Whether the process may die here. Not while a clock step is known to it alone: after that nobody could tell how
    /// much time has passed, as with a clock that is set while the program is down.
    var mayCrash: Bool { process != nil && unnoticedStep == .zero && chronicle.clockOffset == clockOffset }

    /// The process dies with all it had in memory, and comes up after a while.
    func crash(downFor downtime: Duration) throws {
        guard let dead = process else { return }
        note("process \(dead.number) dies, for \(spoken(downtime))", isStory: true)
        faults.met(downtime > .minutes(1) ? .longDowntime : .shortDowntime)
        if isAnythingSnoozed { faults.met(.crashWhileSnoozed) }
        process = nil
        if let index = dead.append, !appends[index].isSettled {
            let lands = !isScripted && random.chance(500)
            if lands { try land(index) }
            appends[index].isSettled = true
            faults.met(lands ? .crashAfterCommit : .crashBeforeCommit)
        }
        for index in ledger.underWay(of: dead.number) {
            let lost = isScripted || random.chance(500)
            faults.met(lost ? .crashTransferLost : .crashTransferArrived)
            if !lost { try arrive(index) }
            ledger.cut(index)
        }
        cutServingCalls(of: dead.number)
        for (_, client) in dead.tickets.sorted(by: { $0.key.number < $1.key.number }) { unanswered(client) }
        schedule(.restart, after: downtime)
    }

    func submit(_ submission: Submission, for client: Client) throws -> Bool {
        guard process != nil else { return false }
        tickets += 1
        let ticket = Ticket(tickets)
        process!.tickets[ticket] = client
        try tell(.submitted(ticket, submission))
        return true
    }

    /// Hands one input to the core, as the shell does: a stepped clock is noticed first.
    func tell(_ input: Input) throws {
        guard process != nil else { return }
        let number = process!.number
        if unnoticedStep != .zero {
            let step = unnoticedStep
            unnoticedStep = .zero
            try hand(.clockStepped(by: step))
        }
        guard process?.number == number else { return }
        try hand(input)
    }

    private func hand(_ input: Input) throws {
        let effects = process!.core.handle(input, now: wallNow)
        if case .tick = input, effects.isEmpty, let next = process!.core.nextDeadline() {
            try demand(
                .noBusyLoop, next > wallNow, "the core was told the time and wants to be woken at \(next.rfc3339)")
        }
        for (index, effect) in effects.enumerated() {
            if crashesHere(isBetween: index > 0) { return try crash(downFor: downtime()) }
            try carryOut(effect)
        }
        if crashesHere(isBetween: false) { return try crash(downFor: downtime()) }
        scheduleWake()
    }

    private func crashesHere(isBetween: Bool) -> Bool {
        guard temper.crashAtEffect > 0, random.chance(temper.crashAtEffect), mayCrash else { return false }
        if isBetween { faults.met(.crashBetweenEffects) }
        return true
    }

    func downtime() -> Duration {
        random.chance(700) ? random.time(.milliseconds(5), .minutes(1)) : random.time(.minutes(1), .hours(4))
    }

    private func scheduleWake() {
        guard let deadline = process!.core.nextDeadline() else { return }
        process!.generation += 1
        schedule(.wake(process: process!.number, generation: process!.generation), after: deadline - wallNow)
    }

    private func carryOut(_ effect: Effect) throws {
        switch effect {
        case .append(let batch): try append(batch)
        case .reply(let ticket, let reply):
            guard let client = process!.tickets.removeValue(forKey: ticket) else {
                throw Broken(.oneAtATime, "ticket \(ticket.number) is answered twice, or was never given")
            }
            try answered(client, reply)
        case .begin(let transmission): try begin(transmission)
        case .serve(let call): try serve(call)
        case .recover: beginRecovery()
        case .alarm(let alarm): try ring(alarm)
        }
    }

    private func ring(_ alarm: Alarm) throws {
        note("alarm: \(EventLine.text(alarm))", isStory: true)
        if case .storeUnavailable = alarm {
            try demand(
                .alarms, now - lastGoodAppend >= limits.alarmAfter,
                "the store is called away and stored at \(lastGoodAppend)")
        }
    }
}
