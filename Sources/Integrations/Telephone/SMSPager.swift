import Dispatch
import Engine
import Incidents
import OnCall
import Timekeeping

/// Pages by SMS. Sent means that a provider has taken it over; what becomes of it then is reported later.
public final class SMSPager: Pager {
    private let telephone: Telephone
    private let address: @Sendable (UserID) -> String?

    /// - Parameter address: that person's number, in E.164.
    public init(telephone: Telephone, address: @escaping @Sendable (UserID) -> String?) {
        self.telephone = telephone
        self.address = address
    }

    /// A page that comes later than this is no page any more, and the provider drops it.
    static let validitySeconds = 600

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
        let relay = PhoneRelay(telephone: telephone, kind: .sms, attempt: message.attempt, person: message.user) {
            api, isRepeat, time in
            var page = message
            page.isRepeat = isRepeat
            return await Self.submit(SMSText(page), to: number, api, telephone, token: message.phoneToken, within: time)
        } find: { api, time in
            await Self.find(message, to: number, api, within: time)
        }
        return await relay.send(isRepeat: message.isRepeat)
    }

    private func send(_ notice: Notice, to address: String?) async -> AttemptOutcome {
        guard let number = address.flatMap({ PhoneNumber($0) }) else { return Self.noNumber }
        let telephone = telephone
        let relay = PhoneRelay(telephone: telephone, kind: .sms, attempt: nil, person: notice.user) { api, _, time in
            await Self.submit(SMSText(notice), to: number, api, telephone, token: nil, within: time)
        } find: { _, _ in
            .unknown
        }
        return await relay.send(isRepeat: false)
    }

    private static let noNumber = AttemptOutcome(.failedForGood, evidence: "no phone number is known")

    static func submit(
        _ text: SMSText, to number: PhoneNumber, _ api: PhoneAPI, _ telephone: Telephone, token: String?,
        within time: Duration
    ) async -> PhoneAPI.Answer {
        let sender: PhoneSender
        switch await telephone.sender(api, .sms, within: time) {
        case .success(let found): sender = found
        case .failure(let trouble): return .later(trouble.reason, retryAfter: nil)
        }
        var fields = [
            (name: "To", value: number.text), (sender.name, sender.value), ("Body", text.text),
            ("ValidityPeriod", "\(validitySeconds)"),
        ]
        if let token, let callbacks = telephone.callbacks(api.settings) {
            fields.append(("StatusCallback", "\(callbacks)/sms-status?t=\(token)"))
        }
        return await api.post("Messages.json", fields, within: time)
    }

    /// Whether the provider has a message of this page. The page's token is in its text. Those still waiting have no
    /// date of sending, so they are not asked for by it. A message found would not tell what is told besides this time.
    private static func find(
        _ page: PageMessage, to number: PhoneNumber, _ api: PhoneAPI, within time: Duration
    ) async -> PhoneRelay.Found {
        guard page.others.isEmpty else { return .unknown }
        let answer = await api.get("Messages.json", [("To", number.text), ("PageSize", "50")], within: time)
        guard case .ok(let json) = answer, json["messages"] != nil else { return .unknown }
        let found = PhoneResource.list(json, "messages").first { message in
            SMSText.isOf(page, message.body) && message.direction != "inbound"
                && message.createdAt.map { $0 >= page.openedAt - .minutes(1) } ?? true
                && PhoneStatus.message(message.status, error: nil)?.result != .failedForGood
        }
        return found.map { .found($0) } ?? .nothing
    }
}
