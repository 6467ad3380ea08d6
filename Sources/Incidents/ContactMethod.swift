import Timekeeping

/// A way to reach a person. The built-in inbox needs nothing; the others need a channel and, mostly, an address.
public enum ContactMethod: String, Sendable, Codable, CaseIterable, Comparable {
    case inbox, webhook, push, chat, sms, call, mail

    public static func < (a: ContactMethod, b: ContactMethod) -> Bool { a.rawValue < b.rawValue }
}

/// One line of a person's rules: use this method, that long after their run began.
public struct NotificationRule: Hashable, Sendable, Codable {
    public let method: ContactMethod
    /// Elapsed time from the start of the run.
    public let afterMilliseconds: Int64

    public init(_ method: ContactMethod, after: Duration = .zero) {
        self.method = method
        self.afterMilliseconds = after.milliseconds
    }

    public var after: Duration { .milliseconds(afterMilliseconds) }

    /// Somebody who set no rules (S12): what reaches a screen at once, then SMS, then a ringing phone; mail beside.
    public static let standard: [NotificationRule] = [
        .init(.push), .init(.chat), .init(.webhook), .init(.inbox), .init(.mail),
        .init(.sms, after: .minutes(1)), .init(.call, after: .minutes(3)),
    ]
}
