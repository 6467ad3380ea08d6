import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// One attempt at getting a message or a call taken over: account after account, within one pager's time. An account
/// that fails for now gives way to the next at once; of one whose answer was lost it is asked whether it has the message.
/// The evidence tells each try.
struct PhoneRelay: Sendable {
    enum Found: Sendable {
        case found(PhoneResource)
        case nothing
        /// Nobody can say.
        case unknown
    }

    let telephone: Telephone
    let kind: Telephone.Kind
    /// Nil for what is no page, and then nobody asks after it.
    let attempt: AttemptID?
    let person: UserID
    /// - Parameter isRepeat: an earlier one may have arrived, and this one must say so.
    let submit: @Sendable (_ api: PhoneAPI, _ isRepeat: Bool, _ time: Duration) async -> PhoneAPI.Answer
    let find: @Sendable (_ api: PhoneAPI, _ time: Duration) async -> Found

    /// A pager has nine seconds.
    static let time = Duration.milliseconds(8500)
    /// Of them, for one account while there is another.
    static let timeOfOne = Duration.milliseconds(3500)
    static let timeToAsk = Duration.milliseconds(1500)

    func send(isRepeat: Bool) async -> AttemptOutcome {
        let accounts = telephone.accounts(kind)
        guard !accounts.isEmpty else {
            return AttemptOutcome(
                .failedForGood, evidence: "no provider of \(kind == .sms ? "SMS" : "calls") is configured")
        }
        let end = ContinuousClock.now + Self.time
        var tally = Tally()
        if isRepeat, attempt != nil {
            for api in accounts {
                if case .found(let resource) = await find(api, min(Self.timeToAsk, left(until: end))) {
                    return taken(resource, api, &tally, "has it already, ")
                }
            }
        }
        var isAgain = isRepeat
        for (index, api) in accounts.enumerated() {
            let others = accounts.count - index - 1
            let account = Channels.Account(api.label)
            if case .paused(let wait) = telephone.gates.admit(account, for: person) {
                tally.later(api, Channels.clause(wait), wait > .zero ? wait : nil)
                continue
            }
            let rest = left(until: end)
            let time = others > 0 ? min(Self.timeOfOne, rest) : rest - Self.timeToAsk
            let answer = await submit(api, isAgain, time)
            telephone.gates.ended(account, answer.result, retryAfter: answer.wait, for: person)
            switch answer {
            case .ok(let json):
                guard let resource = PhoneResource(json) else {
                    tally.doubt(api, "an answer that cannot be read")
                    isAgain = true
                    continue
                }
                if let failed = failure(resource) {
                    tally.refused(api, failed)
                } else {
                    return taken(resource, api, &tally, "")
                }
            case .refused(let why): tally.refused(api, why)
            case .later(let why, let wait): tally.later(api, why, wait)
            case .doubtful(let why):
                isAgain = true
                switch attempt == nil ? .unknown : await find(api, min(Self.timeToAsk, left(until: end))) {
                case .found(let resource): return taken(resource, api, &tally, "\(why), but it has it, ")
                case .nothing: tally.later(api, "\(why), but it does not have it", nil)
                case .unknown: tally.doubt(api, why)
                }
            }
        }
        return tally.outcome
    }

    private func left(until end: ContinuousClock.Instant) -> Duration {
        max(.zero, ContinuousClock.now.duration(to: end))
    }

    private func failure(_ resource: PhoneResource) -> String? {
        let outcome =
            kind == .sms
            ? PhoneStatus.message(resource.status, error: resource.error)
            : PhoneStatus.call(resource.status, answeredBy: nil)
        return outcome?.result == .failedForGood ? outcome?.evidence : nil
    }

    private func taken(_ resource: PhoneResource, _ api: PhoneAPI, _ tally: inout Tally, _ words: String)
        -> AttemptOutcome
    {
        if let attempt {
            let now = telephone.now()
            // Where the provider tells us by itself, it is asked only in case that got lost.
            let wait: Duration = telephone.callbacks(api.settings) == nil ? .seconds(2) : .seconds(30)
            telephone.ledger.take(
                PhoneLedger.Entry(
                    attempt: attempt, kind: kind, label: api.label, sid: resource.sid, takenAt: now,
                    dueAt: now + wait))
        }
        tally.lines.append("\(api.label): \(words)\(resource.sid) \(resource.status)")
        return AttemptOutcome(.sent, evidence: tally.evidence)
    }

    /// What was tried so far.
    private struct Tally {
        var lines: [String] = []
        var isDoubtful = false
        var isForNow = false
        var wait: Duration?

        mutating func refused(_ api: PhoneAPI, _ why: String) { lines.append("\(api.label): \(why)") }

        mutating func later(_ api: PhoneAPI, _ why: String, _ retryAfter: Duration?) {
            lines.append("\(api.label): \(why)")
            // The next attempt is for whichever is ready first.
            wait = isForNow ? min(wait ?? .zero, retryAfter ?? .zero) : retryAfter
            isForNow = true
        }

        mutating func doubt(_ api: PhoneAPI, _ why: String) {
            lines.append("\(api.label): \(why)")
            isDoubtful = true
        }

        var evidence: String { String(lines.joined(separator: "; ").prefix(600)) }

        var outcome: AttemptOutcome {
            if isDoubtful { return AttemptOutcome(.inDoubt, evidence: evidence) }
            if isForNow { return AttemptOutcome(.failedForNow, evidence: evidence, retryAfter: wait) }
            return AttemptOutcome(.failedForGood, evidence: evidence)
        }
    }
}

extension PhoneAPI.Answer {
    /// What it says of the account.
    fileprivate var result: AttemptOutcome.Result {
        switch self {
        case .ok: .sent
        case .refused: .failedForGood
        case .later: .failedForNow
        case .doubtful: .inDoubt
        }
    }

    fileprivate var wait: Duration? {
        guard case .later(_, let wait) = self else { return nil }
        return wait
    }
}
