import Engine
import EngineCore
import Incidents
import Logging
import Synchronization
import Timekeeping

/// Sees to what is under way at the providers: calls are hung up when their incident needs nobody any more (S13), and
/// what no provider told us is asked for: the fate of messages and calls, and people's replies.
public final class PhoneWatch: Sendable {
    private let telephone: Telephone
    private let engine: Engine
    private let replies: PhoneReplies
    private let reports: PhoneReports
    private let begunAt: Instant

    private struct Mailbox {
        var dueAt: Instant
        var troubles = 0
    }

    /// By the account's label.
    private let mailboxes = Mutex<[String: Mailbox]>([:])

    /// How soon after one look the next one is, while something is open.
    static let replyInterval = Duration.seconds(3)
    /// The same where the provider sends replies to us: in case that is not set up there, or one got lost.
    static let replyIntervalBeside = Duration.seconds(15)
    static let longestInterval = Duration.minutes(1)
    /// What nobody has told the end of by then stays as it is.
    static let longestWatch = Duration.minutes(30)
    /// Replies given shortly before a start count too.
    static let lookBack = Duration.minutes(10)

    public init(telephone: Telephone, engine: Engine, replies: PhoneReplies) {
        self.telephone = telephone
        self.engine = engine
        self.replies = replies
        reports = PhoneReports(engine: engine)
        begunAt = telephone.now()
    }

    /// Until it is cancelled.
    public func run() async {
        let (stops, stopped) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        telephone.ledger.listen {
            stopped.yield()
            wake.yield()
        }
        engine.watch { events in
            for event in events where event.payload.incident != nil {
                wake.yield()
                switch event.payload {
                case .acknowledged, .incidentResolved, .incidentSnoozed: stopped.yield()
                default: break
                }
            }
        }
        await restore()
        wake.yield()
        stopped.yield()
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in stops { await self.hangUp() } }
            group.addTask {
                for await _ in wakes {
                    while self.hasSomethingToDo, !Task.isCancelled {
                        await self.look()
                        try? await Task.sleep(for: .seconds(1))
                    }
                }
            }
        }
    }

    private var hasSomethingToDo: Bool {
        guard !telephone.everybody.isEmpty else { return false }
        return !telephone.ledger.entries.isEmpty
            || engine.read { core in core.book.incidents.values.contains(where: \.isOpen) }
    }

    // MARK: After a start

    /// What was under way is in the evidence of the log's attempts.
    private func restore() async {
        let ids = engine.read { core in
            core.book.incidents.values.filter { incident in
                incident.pages.contains { [.sms, .call].contains($0.method) && $0.status == .ended(.sent) }
            }.map(\.id).sorted()
        }
        let now = telephone.now()
        for id in ids {
            var methods: [PageID: ContactMethod] = [:]
            // What left in another's message has that one's entry.
            var carried: Set<AttemptID> = []
            for event in (try? await engine.events(of: id)) ?? [] {
                switch event.payload {
                case .pageRequested(let e): methods[e.page] = e.method
                case .attemptBegun(let e): if e.leader != nil { carried.insert(e.attempt) }
                case .attemptEnded(let e) where e.outcome.result == .sent && now - event.at < Self.longestWatch:
                    guard !carried.contains(e.attempt), let method = methods[e.attempt.page],
                        let kind = Telephone.Kind(rawValue: method.rawValue),
                        let (label, sid) = Self.taken(e.outcome.evidence)
                    else { continue }
                    telephone.ledger.take(
                        PhoneLedger.Entry(
                            attempt: e.attempt, kind: kind, label: label, sid: sid, takenAt: event.at, dueAt: now))
                default: break
                }
            }
        }
    }

    /// The account and the provider's id in what `PhoneRelay` wrote: "twilio: HTTP 503; signalwire: 3f… queued".
    static func taken(_ evidence: String) -> (label: String, sid: String)? {
        let tries = evidence.split(separator: ";").map { String($0.drop { $0 == " " }) }
        let vendors = PhoneSettings.Vendor.allCases.map(\.rawValue)
        guard let last = tries.last(where: { line in vendors.contains { line.hasPrefix($0) } && line.contains(": ") }),
            let label = last.split(separator: ":").first.map(String.init),
            let sid = evidence.split(separator: " ").dropLast().last.map(String.init), PhoneResource.isSID(sid),
            sid.contains(where: \.isNumber)
        else { return nil }
        return (label, sid)
    }

    // MARK: Hanging up

    private func hangUp() async {
        for entry in telephone.ledger.entries where entry.kind == .call {
            guard engine.read({ $0.book.isOver(entry.attempt) }), let api = telephone.account(labelled: entry.label)
            else { continue }
            telephone.ledger.close(entry.sid)
            // Each by itself: a slow provider must not let another's call ring on. It ends within its time.
            Task { await self.hangUp(entry, api) }
        }
    }

    private func hangUp(_ entry: PhoneLedger.Entry, _ api: PhoneAPI) async {
        for _ in 1...3 {
            switch await api.post("Calls/\(entry.sid).json", [("Status", "completed")], within: .seconds(5)) {
            case .ok, .refused: return
            case .later, .doubtful: try? await Task.sleep(for: .seconds(1))
            }
        }
        telephone.log.warning("a call could not be hung up", metadata: ["page.id": "\(entry.attempt.page)"])
    }

    // MARK: Asking

    private func look() async {
        await withDiscardingTaskGroup { group in
            for api in telephone.everybody {
                group.addTask {
                    await self.lookAfterReplies(api)
                    await self.lookAfterStates(api)
                }
            }
        }
    }

    private func lookAfterStates(_ api: PhoneAPI) async {
        let now = telephone.now()
        for entry in telephone.ledger.entries where entry.label == api.label && entry.dueAt <= now {
            guard now - entry.takenAt < Self.longestWatch else {
                telephone.ledger.close(entry.sid)
                continue
            }
            // 2, 3, 4.5 seconds, up to a minute.
            let factor = min(entry.looks, 9)
            let wait = min(
                Duration.milliseconds(2000 * Int64(3).power(factor) / Int64(2).power(factor)), Self.longestInterval)
            telephone.ledger.postpone(entry.sid, until: now + wait)
            await look(entry, api)
        }
    }

    private func look(_ entry: PhoneLedger.Entry, _ api: PhoneAPI) async {
        let path = entry.kind == .sms ? "Messages" : "Calls"
        guard case .ok(let json) = await api.get("\(path)/\(entry.sid).json", within: .seconds(5)),
            let resource = PhoneResource(json)
        else { return }
        let outcome =
            entry.kind == .sms
            ? PhoneStatus.message(resource.status, error: resource.error)
            : PhoneStatus.call(resource.status, answeredBy: resource.answeredBy, error: resource.error)
        if let outcome, !(await reports.report(entry.attempt, outcome, by: api.label)) { return }
        if PhoneStatus.isFinal(resource.status) { telephone.ledger.close(entry.sid) }
    }

    private func lookAfterReplies(_ api: PhoneAPI) async {
        let now = telephone.now()
        guard telephone.accounts(.sms).contains(where: { $0.label == api.label }),
            mailboxes.withLock({ $0[api.label]?.dueAt ?? now }) <= now
        else { return }
        let isTold = telephone.callbacks(api.settings) != nil
        // By the day, as the provider keeps it.
        let since = (now - Self.lookBack).rfc3339.prefix(10)
        var query = [(name: "DateSent>", value: String(since)), ("PageSize", "50")]
        if let number = telephone.replyNumber(api) { query.append(("To", number.text)) }
        let answer = await api.get("Messages.json", query, within: .seconds(5))
        guard case .ok(let json) = answer else {
            return mailboxes.withLock { boxes in
                let troubles = (boxes[api.label]?.troubles ?? 0) + 1
                let wait = min(Self.replyInterval * (1 << min(troubles, 5)), Self.longestInterval)
                boxes[api.label] = Mailbox(dueAt: now + wait, troubles: troubles)
            }
        }
        mailboxes.withLock {
            $0[api.label] = Mailbox(dueAt: now + (isTold ? Self.replyIntervalBeside : Self.replyInterval))
        }
        // The newest come first.
        for message in PhoneResource.list(json, "messages").reversed() where message.direction == "inbound" {
            guard let from = message.from, let at = message.createdAt, begunAt - at < Self.lookBack else { continue }
            // One that came before the start may have been answered then.
            await take(message, from, api, isOld: at < begunAt)
        }
    }

    private func take(_ message: PhoneResource, _ from: String, _ api: PhoneAPI, isOld: Bool) async {
        let answer = await replies.receive(sid: message.sid, from: from, body: message.body, isOptOut: false)
        guard case .text(let text) = answer, !isOld, let number = PhoneNumber(from) else { return }
        _ = await SMSPager.submit(SMSText(answer: text), to: number, api, telephone, token: nil, within: .seconds(5))
    }
}

extension Int64 {
    fileprivate func power(_ exponent: Int) -> Int64 { (0..<exponent).reduce(1) { power, _ in power * self } }
}
