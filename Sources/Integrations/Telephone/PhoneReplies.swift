import Engine
import EngineCore
import Incidents
import Logging
import OnCall
import Synchronization
import Timekeeping

/// What people answer to an SMS: a line for the desk, said by whoever the number is proved to be. Each message counts
/// once, however often and on whatever way it comes to us. A number that is nobody's gets no answer at all.
public final class PhoneReplies: Sendable {
    enum Answer: Sendable, Hashable {
        case text(String)
        case silence
        /// Nothing was recorded: the same message may come again.
        case unavailable
    }

    private struct State {
        var claimed: Set<String> = []
        var order: [String] = []
        /// When each person was answered, over the last hour.
        var answered: [UserID: [Instant]] = [:]
    }

    private let person: @Sendable (PhoneNumber) -> UserID?
    private let desk: any CommandDesk
    private let now: @Sendable () -> Instant
    private let log: Logger
    private let state = Mutex(State())

    /// Two machines that answer each other must come to an end.
    static let mostAnswersAnHour = 60
    private static let remembered = 10_000
    static let longestLine = 500

    /// What the provider or the carrier answers by itself. Source: twilio.com/docs/messaging, "default opt-out keywords".
    static let reserved: Set = [
        "stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "start", "unstop", "help",
        "info",
    ]

    public init(
        person: @escaping @Sendable (PhoneNumber) -> UserID?, desk: any CommandDesk,
        now: @escaping @Sendable () -> Instant, log: Logger
    ) {
        self.person = person
        self.desk = desk
        self.now = now
        self.log = log
    }

    /// - Parameters:
    ///   - sid: the provider's id of the message.
    ///   - isOptOut: the provider says that it was a word such as STOP.
    func receive(sid: String, from: String, body: String, isOptOut: Bool) async -> Answer {
        guard claim(sid) else { return .silence }
        let number = PhoneNumber(from)
        let masked = number?.masked ?? "…"
        let line = Self.line(body)
        guard !isOptOut, !Self.reserved.contains(line.lowercased()) else {
            log.notice("a word that the provider answers came by SMS", metadata: ["phone.from": "\(masked)"])
            return .silence
        }
        guard let number, let user = person(number), !line.isEmpty else {
            log.notice("an SMS from a number that is nobody's was not answered", metadata: ["phone.from": "\(masked)"])
            return .silence
        }
        let answer = await desk.answer(
            line, from: Speaker(user: user, via: .sms), here: nil, request: RequestID(rawValue: "sms:\(sid)"))
        if answer.kind == .unavailable {
            release(sid)
            return .unavailable
        }
        guard mayAnswer(user) else { return .silence }
        let choices = answer.choices.map(\.line).joined(separator: ", ")
        return .text(SMSText(answer: choices.isEmpty ? answer.text : "\(answer.text) Reply: \(choices)").text)
    }

    /// The first line; phones put a full stop behind it.
    private static func line(_ body: String) -> String {
        let first = body.prefix(longestLine).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        var line = PlainText.printable(first)
        while let last = line.last, ".!".contains(last) { line.removeLast() }
        return line
    }

    /// Whether this message is seen for the first time.
    private func claim(_ sid: String) -> Bool {
        state.withLock { state in
            guard state.claimed.insert(sid).inserted else { return false }
            state.order.append(sid)
            if state.order.count > Self.remembered { state.claimed.remove(state.order.removeFirst()) }
            return true
        }
    }

    private func release(_ sid: String) {
        state.withLock { state in
            state.claimed.remove(sid)
            state.order.removeAll { $0 == sid }
        }
    }

    private func mayAnswer(_ user: UserID) -> Bool {
        let now = now()
        return state.withLock { state in
            var answered = (state.answered[user] ?? []).filter { now - $0 < .hours(1) && $0 <= now }
            guard answered.count < Self.mostAnswersAnHour else { return false }
            answered.append(now)
            state.answered[user] = answered
            return true
        }
    }
}
