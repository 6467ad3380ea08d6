import Incidents
import Timekeeping

/// An event together with what proves that it is in the log: its record's hash.
public struct RecordedEvent: Sendable, Hashable {
    public let event: Event
    /// Lower-case hex.
    public let hash: String
    /// It had a text, and that was erased.
    public let isErased: Bool

    public init(event: Event, hash: String, isErased: Bool = false) {
        self.event = event
        self.hash = hash
        self.isErased = isErased
    }

    /// - Throws: `RecordStoreError.unreadable`.
    public init(_ record: Record) throws {
        event = try EventCodec.decode(record)
        hash = record.hash
        isErased = record.textDigest != nil && record.text == nil
    }

    public var citation: Citation { Citation(sequence: event.sequence, hash: String(hash.prefix(8))) }
}

/// Names one record of the log: its sequence number and the first eight hex digits of its hash, `12:a1b2c3d4`.
public struct Citation: Sendable, Hashable, Codable, CustomStringConvertible {
    public let sequence: Int64
    public let hash: String

    public init(sequence: Int64, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }

    public var description: String { "\(sequence):\(hash)" }
}

extension EventPayload {
    /// Whether a post-mortem must tell of it. What is not of note is bookkeeping: an attempt's beginning and a page's
    /// end are told by its outcome, a run by its pages, and a chat room is only a mirror.
    public var isOfNote: Bool {
        switch self {
        case .attemptBegun, .pageEnded, .runStarted, .runDeferred, .alertsCounted, .chatPosted, .chatTold: false
        case .engineStarted, .clockStepped, .logRecovered, .directoryApplied, .overrideAdded, .overrideRemoved,
            .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested, .coverAnswered, .coverWithdrawn,
            .handoffTold, .digestTold, .calendarIssued, .calendarRevoked, .silenceAdded, .silenceEnded,
            .alertSuppressed,
            .suppressionEnded,
            .contactVerified, .contactRemoved, .incidentOpened, .alertFired, .alertResolved, .alertKeptFiring,
            .severityChanged, .incidentTriggered, .escalationStarted, .stepTaken, .stepDeferred, .dutyChanged,
            .lastResortRaised,
            .escalationExhausted, .pageRequested, .attemptEnded, .attemptReported, .acknowledged, .ownerChanged,
            .ownerAsked,
            .incidentSnoozed, .peoplePaged, .noteAdded, .incidentResolved, .holdEnded, .chatClosed,
            .runbookLinked, .servingVersionChanged, .servingVersionProved, .rollbackPlanned, .rollbackSurveyed,
            .rollbackApproved, .rollbackApprovalAsked,
            .rollbackChangeBegun, .rollbackChangeEnded, .rollbackVerified, .rollbackEnded, .automaticRollbackArmed,
            .automaticRollbackRefused:
            true
        }
    }
}
