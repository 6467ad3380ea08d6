import Engine
import Incidents
import OnCall
import Timekeeping

/// Pages by calling. Sent means that a provider has taken the call over; whether a person answered is reported later,
/// and an answering machine, a busy line and no answer are failures then.
public final class CallPager: Pager {
    private let telephone: Telephone
    private let address: @Sendable (UserID) -> String?

    /// - Parameter address: that person's number, in E.164.
    public init(telephone: Telephone, address: @escaping @Sendable (UserID) -> String?) {
        self.telephone = telephone
        self.address = address
    }

    /// Mailboxes take over after twenty to thirty seconds; some phones ring longer.
    static let ringSeconds = 40

    public func send(_ message: PageMessage, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        // Nobody waits for it: it answers by `done`, and ends within its time.
        Task { done(await send(message)) }
    }

    public func send(_ notice: Notice, to address: String?, done: @escaping @Sendable (AttemptOutcome) -> Void) {
        Task { done(await send(notice, to: address ?? self.address(notice.user))) }
    }

    private func send(_ message: PageMessage) async -> AttemptOutcome {
        guard let number = address(message.user).flatMap({ PhoneNumber($0) }) else { return Self.noNumber }
        let telephone = telephone
        let relay = PhoneRelay(telephone: telephone, kind: .call, attempt: message.attempt, person: message.user) {
            api, isRepeat, time in
            var fields: [(name: String, value: String)] = [("MachineDetection", "Enable")]
            if let callbacks = telephone.callbacks(api.settings) {
                let token = "t=\(message.phoneToken)"
                fields += [
                    ("Url", "\(callbacks)/voice?\(token)"), ("Method", "POST"),
                    ("StatusCallback", "\(callbacks)/call-status?\(token)"), ("StatusCallbackMethod", "POST"),
                ]
                fields += ["initiated", "ringing", "answered", "completed"].map { ("StatusCallbackEvent", $0) }
            } else {
                fields.append(("Twiml", PhoneScript.page(SpokenPage(message, isRepeat: isRepeat))))
            }
            return await Self.submit(fields, to: number, api, telephone, within: time)
        } find: { api, time in
            await Self.find(message, to: number, api, telephone, within: time)
        }
        return await relay.send(isRepeat: message.isRepeat)
    }

    private func send(_ notice: Notice, to address: String?) async -> AttemptOutcome {
        guard let number = address.flatMap({ PhoneNumber($0) }) else { return Self.noNumber }
        switch notice.kind {
        case .code, .test, .alarm: break
        case .change, .handoff, .cover, .digest:
            return AttemptOutcome(.failedForGood, evidence: "nobody is called for that")
        }
        let telephone = telephone
        let relay = PhoneRelay(telephone: telephone, kind: .call, attempt: nil, person: notice.user) { api, _, time in
            await Self.submit([("Twiml", PhoneScript.notice(notice))], to: number, api, telephone, within: time)
        } find: { _, _ in
            .unknown
        }
        return await relay.send(isRepeat: false)
    }

    private static let noNumber = AttemptOutcome(.failedForGood, evidence: "no phone number is known")

    private static func submit(
        _ fields: [(name: String, value: String)], to number: PhoneNumber, _ api: PhoneAPI, _ telephone: Telephone,
        within time: Duration
    ) async -> PhoneAPI.Answer {
        switch await telephone.sender(api, .call, within: time) {
        case .failure(let trouble): return .later(trouble.reason, retryAfter: nil)
        case .success(let sender):
            let all = [(name: "To", value: number.text), (sender.name, sender.value), ("Timeout", "\(ringSeconds)")]
            return await api.post("Calls.json", all + fields, within: time)
        }
    }

    /// A call to that person that was begun lately, has not failed, and is no other attempt's: nothing in a call names
    /// its page, so what is known to be another's is left out; and with others about, any could be another's. A second
    /// call that says so is better than none.
    private static func find(
        _ page: PageMessage, to number: PhoneNumber, _ api: PhoneAPI, _ telephone: Telephone, within time: Duration
    ) async -> PhoneRelay.Found {
        guard !page.isAmongOthers, page.others.isEmpty else { return .unknown }
        let answer = await api.get("Calls.json", [("To", number.text), ("PageSize", "50")], within: time)
        guard case .ok(let json) = answer, json["calls"] != nil else { return .unknown }
        let found = PhoneResource.list(json, "calls").first { call in
            guard let createdAt = call.createdAt, page.sentAt - createdAt <= .minutes(3) else { return false }
            let owner = telephone.ledger.owner(of: call.sid)
            return (owner == nil || owner?.page == page.attempt.page)
                && call.direction != "inbound" && call.status != "canceled"
                && PhoneStatus.call(call.status, answeredBy: call.answeredBy)?.result != .failedForGood
        }
        return found.map { .found($0) } ?? .nothing
    }
}
