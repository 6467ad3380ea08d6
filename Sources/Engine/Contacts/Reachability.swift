import Incidents
import OnCall
import Timekeeping

/// Who can be reached by what, and what to do about the rest: the one place that says so, for `check`, for `/me` and
/// for the directory that pages are decided with.
///
/// A method works when its channel is configured and, where it needs one, an address is known. Whether anybody reads
/// what is sent there is another question. Slack ids that were found by mail address count once they are in `contacts`.
public struct Reachability: Sendable {
    private let channels: ChannelSettings
    private let contacts: [UserID: ContactDetails]

    public init(channels: ChannelSettings, contacts: [UserID: ContactDetails]) {
        self.channels = channels
        self.contacts = contacts
    }

    /// Why a method does not reach somebody.
    public struct Obstacle: Sendable, Hashable, CustomStringConvertible {
        public let method: ContactMethod
        /// A clause: `no mail address is known`.
        public let reason: String
        /// What the person or the operator can do: `enter one at /me, or in the contacts file`. Nil when `reason` says
        /// it.
        public let wayOut: String?
        /// The method works for nobody, whatever their addresses.
        public let lacksChannel: Bool

        /// One clause with the way out.
        public var description: String { wayOut.map { "\(reason): \($0)" } ?? reason }
    }

    /// What works for `user`. The inbox always does.
    public func methods(_ user: UserID) -> Set<ContactMethod> {
        Set(ContactMethod.allCases.filter { blocking(user, $0) == nil })
    }

    /// Why `method` does not work for `user`, in one clause with the way out; nil when it works.
    public func obstacle(_ user: UserID, to method: ContactMethod) -> String? {
        blocking(user, method)?.description
    }

    /// Everything that does not work for `user`, in the order of the methods' names.
    public func obstacles(_ user: UserID) -> [Obstacle] {
        ContactMethod.allCases.sorted().compactMap { blocking(user, $0) }
    }

    /// No channel is configured, and nobody has a webhook of their own: pages reach nothing but inboxes.
    public var isInboxOnly: Bool {
        channels.webhook == nil && channels.smtp == nil && channels.ntfy == nil && channels.slack == nil
            && channels.sms.isEmpty && channels.call.isEmpty
            && contacts.values.allSatisfy { $0.webhook == nil }
    }

    /// The same directory, with what reaches everybody as it is now.
    public func equip(_ directory: Directory) -> Directory {
        var equipped = directory
        equipped.inboxCounts = isInboxOnly
        for user in directory.users.keys { equipped.users[user]?.reachableBy = methods(user) }
        return equipped
    }

    /// Everybody who would be paged and can be reached by nothing but the inbox, which wakes nobody; ordered by id.
    ///
    /// - Parameter now: rosters that are over by then do not count; nil means that all count.
    public func report(_ directory: Directory, now: Instant? = nil) -> [ReachabilityProblem] {
        let paged = PagedPeople(directory, now: now)
        return paged.places.keys.sorted().compactMap { user in
            guard methods(user).isSubset(of: [.inbox]) else { return nil }
            return ReachabilityProblem(user: user, pagedBy: paged.places[user] ?? [], obstacles: obstacles(user))
        }
    }

    private func blocking(_ user: UserID, _ method: ContactMethod) -> Obstacle? {
        let details = contacts[user]
        switch method {
        case .inbox: return nil
        case .webhook:
            if channels.webhook != nil || details?.webhook != nil { return nil }
            return missing(method, "there is no channels.webhook, and no webhook of their own in the contacts file")
        case .mail:
            guard channels.smtp != nil else { return missing(method, "there is no channels.smtp") }
            return details?.mail == nil ? unknown(method, "mail address", Self.entering) : nil
        case .push:
            guard channels.ntfy != nil else { return missing(method, "there is no channels.ntfy") }
            return details?.push == nil ? unknown(method, "ntfy topic", Self.entering) : nil
        case .chat:
            guard channels.slack != nil else { return missing(method, "there is no channels.slack") }
            let wayOut = "write slack: U... under users.\(user) in the configuration"
            return details?.slack == nil ? unknown(method, "Slack id", wayOut) : nil
        case .sms:
            guard !channels.sms.isEmpty else { return missing(method, "there is no channels.sms") }
            return details?.phone == nil ? unknown(method, "phone number", Self.entering) : nil
        case .call:
            guard !channels.call.isEmpty else {
                return missing(method, "there is no channels.call, and nobody in channels.sms who can call")
            }
            return details?.phone == nil ? unknown(method, "phone number", Self.entering) : nil
        }
    }

    private static let entering = "enter one at /me, or in the contacts file"

    private func missing(_ method: ContactMethod, _ reason: String) -> Obstacle {
        Obstacle(method: method, reason: reason, wayOut: nil, lacksChannel: true)
    }

    private func unknown(_ method: ContactMethod, _ what: String, _ wayOut: String) -> Obstacle {
        Obstacle(method: method, reason: "no \(what) is known", wayOut: wayOut, lacksChannel: false)
    }
}

extension [Reachability.Obstacle] {
    /// What is in the way, each once: SMS and call lack the same number.
    public var clauses: [String] {
        reduce(into: []) { clauses, obstacle in
            if !clauses.contains(obstacle.description) { clauses.append(obstacle.description) }
        }
    }
}
