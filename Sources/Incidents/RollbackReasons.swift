import OnCall

/// The `ordinal`th rollback of its incident.
public struct RollbackID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let incident: Incident.ID
    public let ordinal: Int

    public init(incident: Incident.ID, ordinal: Int) {
        self.incident = incident
        self.ordinal = ordinal
    }

    public static func < (a: RollbackID, b: RollbackID) -> Bool { (a.incident, a.ordinal) < (b.incident, b.ordinal) }

    /// Reads `42-1`.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count <= 9 && $0.utf8.allSatisfy(digits.contains) }),
            let incident = Int(parts[0]), let ordinal = Int(parts[1]), incident > 0, ordinal > 0
        else { return nil }
        self.init(incident: Incident.ID(incident), ordinal: ordinal)
    }

    /// `42-1`: the first rollback of INC-42.
    public var description: String { "\(incident.number)-\(ordinal)" }
}

public enum RollbackKind: String, Sendable, Codable, CaseIterable {
    /// To the version that served last for a day without an incident, or was declared good.
    case lastGood
    /// To a version that somebody named.
    case named
    /// Back to what an earlier rollback of the incident had replaced.
    case undo
}

/// Why one person is not enough.
public enum SecondPersonReason: String, Sendable, Codable, CaseIterable {
    case policy
    /// Nobody knows that version to be good.
    case unproved

    public var explanation: String {
        switch self {
        case .policy: "the service's policy wants a second person"
        case .unproved: "nothing shows that this version is good"
        }
    }
}

public enum RollbackVerdict: String, Sendable, Codable, CaseIterable {
    case passed, failed
    /// Not enough was seen to say either. Never taken for success.
    case inconclusive
}

public enum RollbackEnd: String, Sendable, Codable, CaseIterable {
    /// It was made, and every check passed for as long as was asked.
    case succeeded
    /// It made nothing better, and what was served before is served again.
    case reverted
    /// Nothing more is done without a person: nobody can say that it is well.
    case frozen
    /// Nothing was changed.
    case refused
    /// Nobody approved it in time.
    case expired
    /// Somebody called it off before it began.
    case cancelled
}

/// Why a rollback ended as it did; what the serving layer said is in the event's detail.
public enum RollbackEndReason: String, Sendable, Codable, CaseIterable {
    case verified
    case takenBack
    case refused
    /// Something else is served than what the plan was made for.
    case changedUnderneath
    /// It was sent, and nobody can say what came of it.
    case neverSettled
    case inconclusive
    /// What was served before could not be brought back.
    case revertFailed
    /// Nothing was served before, so there is nothing to go back to.
    case nothingToRevertTo
    case nobodyApproved
    /// It was approved, and Tocsin was away for too long to begin it.
    case tooLate
    case calledOff
    /// Another plan took its place before anybody had said yes.
    case superseded
    /// The incident was resolved before it was approved.
    case incidentOver

    public var explanation: String {
        switch self {
        case .verified: "every check passed"
        case .takenBack: "it made nothing better"
        case .refused: "the serving layer could not be changed"
        case .changedUnderneath: "something else changed the serving layer meanwhile"
        case .neverSettled: "the request left, and nobody can say what came of it"
        case .inconclusive: "there was not enough to see to call it well"
        case .revertFailed: "what was served before could not be brought back"
        case .nothingToRevertTo: "it made nothing better, and nothing was served before"
        case .nobodyApproved: "nobody approved it in time"
        case .tooLate: "it was approved too long ago to begin it now"
        case .calledOff: "somebody called it off"
        case .superseded: "another plan took its place"
        case .incidentOver: "the incident was resolved first"
        }
    }
}

/// Why no rollback was planned, approved or begun, in a sentence with the way out.
public enum RollbackRefusal: Error, Hashable {
    case noServingLayer(ServiceID)
    case inFlight(RollbackID)
    /// Nobody has seen what is served, or not lately.
    case unseen(ServiceID, why: String)
    case noLastGood(ServiceID)
    case missing(version: String, available: [String])
    case alreadyServed(String)
    case nothingPlanned(Incident.ID)
    /// Another plan waits than the one that was looked at.
    case planVoid(RollbackID)
    case alreadyBegun(RollbackID)
    case notOnCall(UserID, ServiceID)
    /// The same person twice is one person.
    case needsSecondPerson
    case noBreakGlass(ServiceID)
    case needsReason
    case nothingToUndo(Incident.ID)
    /// An earlier one was inconclusive; only a person goes on from there.
    case frozen(RollbackID)
    /// The face could not say who it was, and a yes needs a name.
    case needsName
    case badVersion
    /// A person's word while it burns.
    case tooLateToVouch(ServiceID)

    public var explanation: String {
        switch self {
        case .noServingLayer(let service):
            "Service \(service.rawValue) has no rollback configured. Add services.\(service.rawValue).rollback."
        case .inFlight(let id): "Rollback \(id) of \(id.incident) is under way. One at a time for a service."
        case .unseen(let service, let why):
            "What serves \(service.rawValue) cannot be seen now: \(why). Nothing is changed blindly."
        case .noLastGood(let service):
            "No other version of \(service.rawValue) is known to be good: none has served for a day without an incident"
                + " since Tocsin looks. Name one: a second person is asked."
        case .missing(let version, let available):
            "Version \(version) is not in the serving layer."
                + (available.isEmpty ? "" : " There are: \(available.joined(separator: ", ")).")
        case .alreadyServed(let version): "Version \(version) is what is served already."
        case .nothingPlanned(let id): "No rollback of \(id) waits for approval. Plan one first."
        case .planVoid(let id): "Plan \(id) is void: another has taken its place. Nothing was done. Look first."
        case .alreadyBegun(let id): "Rollback \(id) has begun. When it is over it can be undone."
        case .notOnCall(let user, let service):
            "\(user.rawValue) is not on call for \(service.rawValue) and was not paged for this. "
                + "Whoever is may approve it."
        case .needsSecondPerson: "A second person has to approve it. They have been asked."
        case .noBreakGlass(let service): "The policy of \(service.rawValue) does not let one person go on alone."
        case .needsReason: "Say why one person goes on alone."
        case .nothingToUndo(let id): "No rollback of \(id) has changed anything that could be undone."
        case .frozen(let id):
            "Rollback \(id) of \(id.incident) ended without a verdict. A person has to look before anything more is done."
        case .needsName: "A yes needs a name: say who you are."
        case .tooLateToVouch(let service):
            "An incident of \(service.rawValue) is open. Name the version in a plan instead: a second person is asked."
        case .badVersion: "That is not a version: at most 100 characters, no spaces and no control characters."
        }
    }
}
