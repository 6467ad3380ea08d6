import EngineCore
import Incidents
import Timekeeping

/// The store, as this world has it.
extension World {
    func append(_ batch: Batch) throws {
        try demand(.oneAtATime, process!.append == nil, "batch \(batch.number) before the one before it is answered")
        let index = appends.count
        appends.append(Append(batch: batch, process: process!.number, decided: now, boot: bootDirectory))
        process!.append = index
        switch fateOfAppend() {
        case .stored(let wait, let answered):
            schedule(.appendLands(index), after: wait)
            schedule(.appendAnswers(index, isStored: true), after: answered)
        case .failed(let wait):
            appends[index].isSettled = true
            schedule(.appendAnswers(index, isStored: false), after: wait)
        case .lied(let wait, let answered):
            schedule(.appendLands(index), after: wait)
            schedule(.appendAnswers(index, isStored: false), after: answered)
        case .unanswered(let wait):
            if let wait { schedule(.appendLands(index), after: wait) } else { appends[index].isSettled = true }
        case .late(let wait):
            schedule(.appendLands(index), after: wait)
            schedule(.appendAnswers(index, isStored: true), after: wait)
        }
    }

    /// The directory with which the process began, until one is applied.
    private var bootDirectory: Directory { boots[process!.number] ?? directory }

    private func fateOfAppend() -> FakeStore.Fate {
        if !nextAppends.isEmpty { return nextAppends.removeFirst() }
        if now < store.isAwayUntil { return .failed(after: .milliseconds(isScripted ? 0 : random.number(1...500))) }
        if isScripted { return .stored(after: .zero, answered: .zero) }
        let quick = Duration.milliseconds(random.number(0...20))
        guard random.chance(temper.appendFault) else { return .stored(after: quick, answered: quick) }
        switch temper.appendTrouble(&random) {
        case .fails:
            faults.met(.appendFails)
            return .failed(after: random.time(.milliseconds(1), .seconds(9)))
        case .lies:
            faults.met(.appendLies)
            return .lied(after: quick, answered: quick + random.time(.milliseconds(1), .seconds(5)))
        case .slow:
            faults.met(.appendSlow)
            let wait = random.time(.seconds(1), .seconds(9))
            return .stored(after: wait, answered: wait)
        case .unanswered:
            faults.met(.appendUnanswered)
            return .unanswered(storedAfter: random.chance(500) ? random.time(.milliseconds(1), .seconds(9)) : nil)
        case .late:
            // Most interesting just after the limit, before the recovery has led to another append.
            return .late(after: random.time(.seconds(10), .seconds(random.chance(700) ? 11 : 40)))
        }
    }

    /// The append reaches the log, or finds that the log has gone on without it.
    func land(_ index: Int) throws {
        guard !appends[index].isSettled else { return }
        appends[index].isSettled = true
        let append = appends[index]
        guard now >= store.isAwayUntil, store.append(append.batch) else {
            faults.met(.appendConflict)
            note("batch \(append.batch.number) of process \(append.process) does not fit the log")
            return
        }
        if now - append.decided >= limits.appendTime { faults.met(.appendLate) }
        for event in append.batch.events {
            note(EventLine.text(event), isStory: EventLine.isStory(event))
        }
        try chronicle.read(append.batch.events, decided: append.decided, boot: append.boot)
        for event in append.batch.events {
            noteSteering(event)
            noteRollback(event)
            noteSilence(event)
            switch event.payload {
            case .pageEnded(let e): try checkEnd(e)
            case .rollbackPlanned(let e): try checkGround(e, decided: append.decided)
            case .rollbackChangeEnded(let e): try checkOutcome(e)
            case .rollbackVerified(let e): try checkVerdict(e, decided: append.decided, process: append.process)
            case .servingVersionChanged(let e): try checkSeen(e)
            case .alertFired(let e): try checkSilenceIsTrue(e, decided: append.decided)
            default: break
            }
        }
    }

    /// A page that is said to have failed must not have arrived, and one that is said to be delivered must have.
    private func checkEnd(_ e: PageEnded) throws {
        let arrivals = ledger.arrivals[e.page]?.count ?? 0
        switch e.state {
        case .failed, .cancelled:
            try demand(.pageEnds, arrivals == 0, "page \(e.page) ended \(e.state) and had arrived")
        case .delivered: try demand(.pageEnds, arrivals > 0, "page \(e.page) ended delivered and never arrived")
        case .sent, .unconfirmed: break
        }
    }

    func answer(_ index: Int, isStored: Bool) throws {
        let append = appends[index]
        guard process?.number == append.process else { return }
        // What did not fit was refused, whatever was meant to be answered.
        let isStored =
            isStored && store.lastSequence >= append.batch.events.last!.sequence
            && store.log[Int(append.batch.events[0].sequence) - 1] == append.batch.events[0]
        if process!.append == index {
            process!.append = nil
            if isStored {
                // An answer that came too late is none.
                if now - append.decided < limits.appendTime { lastGoodAppend = now }
                process!.knownSequence = store.lastSequence
            }
        }
        try tell(isStored ? .appended(batch: append.batch.number) : .appendFailed(batch: append.batch.number))
    }

    func beginRecovery() {
        // The core waits no longer for the append it had begun.
        let pending = process!.append
        process!.append = nil
        process!.isRecovering = true
        var wait = isScripted ? Duration.zero : random.time(.milliseconds(1), .seconds(2))
        if let pending, !appends[pending].isSettled, !temper.storeIsRemote {
            // One thread serves the store: what was begun before is done before.
            wait = max(wait, limits.appendTime)
        }
        schedule(.recoveryReads(process: process!.number), after: wait)
    }

    func readLog(_ number: Int) throws {
        guard process?.number == number else { return }
        let fails = now < store.isAwayUntil || (!isScripted && random.chance(temper.recoveryFault))
        if fails { faults.met(.recoveryFails) }
        let recovery = fails ? nil : store.recover(at: wallNow)
        schedule(
            .recoveryAnswers(process: number, recovery),
            after: isScripted ? .zero : random.time(.milliseconds(1), .seconds(1)))
    }

    func recovered(_ number: Int, _ recovery: Recovery?) throws {
        guard process?.number == number else { return }
        process!.isRecovering = false
        guard let recovery else { return try tell(.recoveryFailed) }
        process!.knownSequence = recovery.lastSequence
        note("process \(number) has read the log up to \(recovery.lastSequence)")
        try tell(.recovered(recovery))
        if process?.number == number { bootedAt = bootedAt ?? now }
        if let core = process?.core, core.isReady, core.book.directoryVersion != directory.version {
            schedule(.apply(version: directory.version), after: .zero)
        }
    }
}
