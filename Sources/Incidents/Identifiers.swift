import OnCall

/// A name given in the configuration. Distinct types, so a service can never be passed where a policy is meant.
public protocol ConfiguredName: RawRepresentable, Hashable, Comparable, Sendable, Codable, ExpressibleByStringLiteral,
    CustomStringConvertible
where RawValue == String {
    init(rawValue: String)
}

extension ConfiguredName {
    public init(stringLiteral value: String) { self.init(rawValue: value) }
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    public var description: String { rawValue }
}

public struct ServiceID: ConfiguredName {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

public struct PolicyID: ConfiguredName {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

public struct TeamID: ConfiguredName {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

public struct IntegrationID: ConfiguredName {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Tocsin's own voice: alerts about Tocsin and its senders.
    public static let tocsin: IntegrationID = "tocsin"
}

/// A client's name for one request, so that its retry is recognised and answered as before.
public struct RequestID: ConfiguredName {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// Which signal this is: the integration it came through and that integration's dedup key.
public struct AlertKey: Hashable, Comparable, Sendable, Codable {
    public let integration: IntegrationID
    public let key: String

    public init(integration: IntegrationID, key: String) {
        self.integration = integration
        self.key = key
    }

    public static func < (a: AlertKey, b: AlertKey) -> Bool {
        (a.integration, a.key) < (b.integration, b.key)
    }
}

/// Alerts with the same group, in the same service, belong to the same incident (S6).
public struct GroupKey: Hashable, Sendable, Codable {
    public let service: ServiceID
    public let key: String

    public init(service: ServiceID, key: String) {
        self.service = service
        self.key = key
    }
}

/// One page: the `ordinal`th of its incident. Unique within an organisation, and the same after every replay.
public struct PageID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let incident: Incident.ID
    public let ordinal: Int

    public init(incident: Incident.ID, ordinal: Int) {
        self.incident = incident
        self.ordinal = ordinal
    }

    public static func < (a: PageID, b: PageID) -> Bool {
        (a.incident, a.ordinal) < (b.incident, b.ordinal)
    }

    /// `42-3`: the third page of INC-42.
    public var description: String { "\(incident.number)-\(ordinal)" }

    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let ordinal = Int(parts[1]), number > 0, ordinal > 0
        else { return nil }
        self.init(incident: Incident.ID(number), ordinal: ordinal)
    }
}

/// One try at sending a page.
public struct AttemptID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let page: PageID
    public let number: Int

    public init(page: PageID, number: Int) {
        self.page = page
        self.number = number
    }

    public static func < (a: AttemptID, b: AttemptID) -> Bool { (a.page, a.number) < (b.page, b.number) }
    public var description: String { "\(page).\(number)" }
}
