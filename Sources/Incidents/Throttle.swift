import Timekeeping

/// How messages to one person by one method are spaced out in a storm (S17).
///
/// Whatever leaves takes along everything else that is owed to that person by that method, so this says only when the
/// next message may leave.
public struct Throttle: Hashable, Sendable {
    /// After a message, pages of other incidents wait until so long after it, to be told together.
    public let window: Duration
    /// A page of a service that was not heard of for so long does not wait; nil where every page does.
    public let firstOfService: Duration?
    /// What may have rung is not rung again within the window, also not to try again.
    public let isExclusive: Bool
    /// Pages in one message at most; the others leave at once in another.
    public let most: Int

    /// By method. One that is missing is a machine, or a list that nobody is woken by: each page is a message.
    ///
    /// A call's window is longer than others', since a phone rings for up to 40 seconds and two calls never ring one
    /// person at once.
    public static let table: [ContactMethod: Throttle] = [
        .push: Throttle(window: .seconds(30), firstOfService: .minutes(10), isExclusive: false, most: 100),
        .sms: Throttle(window: .seconds(30), firstOfService: .minutes(10), isExclusive: false, most: 100),
        .chat: Throttle(window: .seconds(30), firstOfService: nil, isExclusive: false, most: 100),
        .mail: Throttle(window: .seconds(30), firstOfService: nil, isExclusive: false, most: 100),
        .call: Throttle(window: .seconds(45), firstOfService: nil, isExclusive: true, most: .max),
    ]
}
