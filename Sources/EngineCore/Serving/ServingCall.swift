import Incidents

/// Something to be done at a service's serving layer. One at a time for each service.
public struct ServingCall: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// What is served?
        case observe
        /// Is it well, and is it this version?
        case check(version: String)
        /// Make the change, if what is served is as expected.
        case change(ServingChange)
    }

    /// Stands for it in the answer.
    public let number: Int
    public let service: ServiceID
    public let kind: Kind

    public init(number: Int, service: ServiceID, kind: Kind) {
        self.number = number
        self.service = service
        self.kind = kind
    }
}

public enum ServingAnswer: Hashable, Sendable {
    case observed(ServingObservation)
    case checked([ServingCheck])
    case changed(ServingOutcome)
}
