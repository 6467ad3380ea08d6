import Incidents
import Timekeeping

/// What is under way at the serving layers, and when to look again. Memory of this process, not of the log: it survives
/// a recovery and dies with the process. What a rollback needs is read off the book.
struct ServingBoard: Sendable {
    enum Purpose: Hashable, Sendable {
        case observe
        case survey(RollbackID)
        case verify(RollbackID)
        case change(RollbackID, isRevert: Bool)
    }

    struct Flight: Hashable, Sendable {
        let number: Int
        let purpose: Purpose
        let since: SteadyInstant
    }

    /// An answer that is still to be decided upon.
    struct Landed: Hashable, Sendable {
        let service: ServiceID
        let flight: Flight
        let answer: ServingAnswer
        let at: SteadyInstant
    }

    private(set) var flights: [ServiceID: Flight] = [:]
    private(set) var landed: [Landed] = []
    private var verifications: [RollbackID: Verification] = [:]
    private var lastObserved: [ServiceID: SteadyInstant] = [:]
    private var lastNumber = 0

    private static let atOnce = SteadyInstant(milliseconds: 0)
    static let lookTime = Duration.seconds(15)
    /// Longer than a driver takes to load a large model and see it answer.
    static let changeTime = Duration.minutes(11)
    static let observeInterval = Duration.seconds(30)
    /// While a rollback is under way, and while somebody may plan one: a plan is made on what was seen last, and one made
    /// on what is no longer served is void.
    static let closeInterval = Duration.seconds(5)

    var isChanging: Bool {
        flights.values.contains { flight in
            if case .change = flight.purpose { true } else { false }
        }
    }

    // MARK: Answers

    /// An answer that nobody waits for any more is no news.
    mutating func land(_ number: Int, _ answer: ServingAnswer, _ book: IncidentBook, at now: SteadyInstant) {
        guard let (service, flight) = flights.first(where: { $0.value.number == number }),
            Self.answers(answer, flight.purpose)
        else { return }
        flights[service] = nil
        if case .verify(let id) = flight.purpose {
            guard case .checked(let checks) = answer, let rollback = Self.active(id, book) else { return }
            verifications[id]?.note(checks, begun: flight.since, for: rollback)
        } else {
            landed.append(Landed(service: service, flight: flight, answer: answer, at: now))
        }
    }

    private static func answers(_ answer: ServingAnswer, _ purpose: Purpose) -> Bool {
        switch (purpose, answer) {
        case (.observe, .observed), (.survey, .checked), (.verify, .checked), (.change, .changed): true
        case (.observe, _), (.survey, _), (.verify, _), (.change, _): false
        }
    }

    /// Whoever has not answered by now is taken not to have seen anything; a change may have been made.
    mutating func giveUp(_ book: IncidentBook, at now: SteadyInstant) {
        for (service, flight) in flights.sorted(by: { $0.key < $1.key }) where Self.end(of: flight) <= now {
            let limit = Self.limit(of: flight)
            switch flight.purpose {
            case .observe: land(flight.number, .observed(.unreachable("no answer within \(limit)")), book, at: now)
            case .survey(let id), .verify(let id):
                let kinds = Self.active(id, book)?.policy.checks ?? []
                let unknown = kinds.map { ServingCheck($0, .unknown, evidence: "no answer within \(limit)") }
                land(flight.number, .checked(unknown), book, at: now)
            case .change:
                land(
                    flight.number, .changed(ServingOutcome(.inDoubt, evidence: "no answer within \(limit)")), book,
                    at: now)
            }
            precondition(flights[service] == nil, "a call that was given up is over")
        }
    }

    private static func limit(of flight: Flight) -> Duration {
        if case .change = flight.purpose { changeTime } else { lookTime }
    }

    private static func end(of flight: Flight) -> SteadyInstant { flight.since + limit(of: flight) }

    /// Decided and recorded, or nothing to record.
    mutating func settle(_ numbers: Set<Int>) { landed.removeAll { numbers.contains($0.flight.number) } }

    /// Verdicts that are due.
    func verdicts(_ book: IncidentBook, at now: SteadyInstant) -> [RollbackVerified] {
        verifications.sorted { $0.key < $1.key }.compactMap { id, verification in
            guard let rollback = Self.active(id, book), case .verifying(_, let since) = rollback.phase,
                let verdict = verification.verdict(
                    on: rollback, at: now,
                    isSeen: book.serving[rollback.service]?.state.version
                        == rollback.wanted(isRevert: verification.isRevert))
            else { return nil }
            return RollbackVerified(
                rollback: id, isRevert: verification.isRevert, verdict: verdict, checks: verification.last,
                samples: verification.passes, looks: verification.looks, tookMilliseconds: (now - since).milliseconds)
        }
    }

    // MARK: Calls

    /// A change that was recorded leaves the house now.
    mutating func begin(_ id: RollbackID, _ change: RecordedChange, at now: SteadyInstant) -> ServingCall {
        takeOff(change.service, .change(id, isRevert: change.isRevert), .change(change.change), now)
    }

    func isFree(_ service: ServiceID) -> Bool { flights[service] == nil }

    /// Whether the change was given out, or has come back and is not decided upon yet.
    func knows(changeOf id: RollbackID) -> Bool {
        (flights.values.map(\.purpose) + landed.map(\.flight.purpose)).contains { purpose in
            if case .change(id, _) = purpose { true } else { false }
        }
    }

    /// The change was recorded, and never given out.
    mutating func returnUnbegun(_ id: RollbackID, _ service: ServiceID, isRevert: Bool, at now: SteadyInstant) {
        lastNumber += 1
        let outcome = ServingOutcome(.notSent, evidence: "the log was in doubt; nothing had left yet")
        landed.append(
            Landed(
                service: service,
                flight: Flight(number: lastNumber, purpose: .change(id, isRevert: isRevert), since: now),
                answer: .changed(outcome), at: now))
    }

    /// Every look that is due.
    mutating func looks(_ book: IncidentBook, _ directory: Directory, at now: SteadyInstant) -> [ServingCall] {
        keepBooks(book, now)
        var calls: [ServingCall] = []
        for service in Self.services(book, directory) where isFree(service) {
            guard let (due, purpose, kind) = nextLook(service, book), due <= now else { continue }
            if purpose == .observe { lastObserved[service] = now }
            calls.append(takeOff(service, purpose, kind, now))
        }
        return calls
    }

    /// When there is something to do here again.
    func nextDeadline(_ book: IncidentBook, _ directory: Directory, isDraining: Bool) -> SteadyInstant? {
        var candidates = flights.values.map(Self.end)
        for (id, verification) in verifications {
            guard let rollback = Self.active(id, book), rollback.isVerifying(isRevert: verification.isRevert) else {
                continue
            }
            candidates.append(verification.ends(rollback))
        }
        guard !isDraining else { return candidates.min() }
        for service in Self.services(book, directory) where isFree(service) {
            if let (due, _, _) = nextLook(service, book) { candidates.append(due) }
            if case .change(_, let notBefore?)? = Self.active(service, book)?.need { candidates.append(notBefore) }
        }
        return candidates.min()
    }

    private mutating func takeOff(
        _ service: ServiceID, _ purpose: Purpose, _ kind: ServingCall.Kind, _ now: SteadyInstant
    ) -> ServingCall {
        lastNumber += 1
        flights[service] = Flight(number: lastNumber, purpose: purpose, since: now)
        return ServingCall(number: lastNumber, service: service, kind: kind)
    }

    private func nextLook(
        _ service: ServiceID, _ book: IncidentBook
    ) -> (due: SteadyInstant, Purpose, ServingCall.Kind)? {
        let rollback = Self.active(service, book)
        let interval = book.isInTrouble(service) || rollback != nil ? Self.closeInterval : Self.observeInterval
        let observation = lastObserved[service].map { $0 + interval } ?? Self.atOnce
        let observe: (SteadyInstant, Purpose, ServingCall.Kind) = (observation, .observe, .observe)
        guard let rollback else { return observe }
        switch rollback.need {
        case .survey:
            // Once: an answer that waits to be recorded is as good as recorded.
            guard let version = rollback.from.version, !landed.contains(where: { $0.service == service }) else {
                return observe
            }
            return (Self.atOnce, .survey(rollback.id), .check(version: version))
        case .verify(let isRevert, _):
            guard let version = rollback.wanted(isRevert: isRevert), let verification = verifications[rollback.id],
                verification.nextLook <= observation
            else { return observe }
            return (verification.nextLook, .verify(rollback.id), .check(version: version))
        case .change, .watch, nil: return observe
        }
    }

    private mutating func keepBooks(_ book: IncidentBook, _ now: SteadyInstant) {
        verifications = verifications.filter { id, verification in
            Self.active(id, book).map { $0.isVerifying(isRevert: verification.isRevert) } ?? false
        }
        for id in book.rollbacksInFlight.values where verifications[id] == nil {
            guard let rollback = Self.active(id, book), case .verifying(let isRevert, _) = rollback.phase else {
                continue
            }
            verifications[id] = Verification(isRevert: isRevert, since: now)
        }
    }

    private static func services(_ book: IncidentBook, _ directory: Directory) -> [ServiceID] {
        Set(directory.rollbackServices).union(book.rollbacksInFlight.keys).sorted()
    }

    private static func active(_ id: RollbackID, _ book: IncidentBook) -> Rollback? {
        book.incidents[id.incident]?.activeRollback.flatMap { $0.id == id ? $0 : nil }
    }

    private static func active(_ service: ServiceID, _ book: IncidentBook) -> Rollback? {
        book.rollbacksInFlight[service].flatMap { active($0, book) }
    }
}

/// A change as it was recorded, on its way out.
struct RecordedChange: Hashable, Sendable {
    let service: ServiceID
    let change: ServingChange
    let isRevert: Bool
}
