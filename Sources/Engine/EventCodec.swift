import Foundation
import Incidents
import Timekeeping

/// An event's payload as it is kept.
public struct EncodedEvent: Sendable, Hashable {
    public let kind: String
    public let version: Int
    /// JSON with sorted keys.
    public let facts: String
    /// JSON with sorted keys; nil when the event has no free text.
    public let text: String?
}

/// Turns events into bytes and back.
///
/// Kind and version stand beside the payload and every kind has its line in two switches, so the format follows from
/// what is written here and not from how Swift happens to encode an enum. What was written by an earlier Tocsin is read
/// for ever; what was written by a later one is refused, never half understood.
public enum EventCodec {
    public static func encode(_ event: Event) -> EncodedEvent {
        let kind = event.payload.kind
        return EncodedEvent(
            kind: kind.rawValue, version: kind.version, facts: facts(of: event.payload), text: event.text.map(json))
    }

    /// Reads a record back. The digests are not checked here; see `HashChain`.
    /// - Throws: `RecordStoreError.unreadable`, naming sequence, kind and version.
    public static func decode(_ record: Record) throws(RecordStoreError) -> Event {
        let event = try decode(
            kind: record.kind, version: record.version, facts: record.facts, text: record.text,
            sequence: record.sequence, at: record.at, request: record.request)
        guard event.stream.description == record.stream else {
            throw .unreadable(
                sequence: record.sequence, "it is filed under '\(record.stream)' and belongs to '\(event.stream)'")
        }
        return event
    }

    /// - Parameter text: nil when there was none or it was erased; the event is then without it.
    /// - Throws: `RecordStoreError.unreadable`, naming sequence, kind and version.
    public static func decode(
        kind name: String, version: Int, facts: String, text: String?, sequence: Int64, at: Instant, request: String?
    ) throws(RecordStoreError) -> Event {
        guard let kind = EventKind(rawValue: name) else {
            throw .unreadable(
                sequence: sequence,
                "its kind '\(name)' (version \(version)) is not known here. Use the newer Tocsin that wrote it")
        }
        guard (1...kind.version).contains(version) else {
            throw .unreadable(
                sequence: sequence,
                "'\(name)' is known up to version \(kind.version), and this is version \(version). "
                    + "Use the newer Tocsin that wrote it")
        }
        do {
            return Event(
                sequence: sequence, at: at, request: request.map(RequestID.init(rawValue:)),
                payload: try payload(kind, Facts(json: facts)), text: try text.map { try Facts(json: $0).read() })
        } catch {
            throw .unreadable(sequence: sequence, "'\(name)' version \(version): \(describe(error))")
        }
    }

    private static func facts(of payload: EventPayload) -> String {
        switch payload {
        case .engineStarted(let e): json(e)
        case .clockStepped(let e): json(e)
        case .logRecovered(let e): json(e)
        case .directoryApplied(let e): json(e)
        case .overrideAdded(let e): json(e)
        case .overrideRemoved(let e): json(e)
        case .timeOffAdded(let e): json(e)
        case .timeOffRemoved(let e): json(e)
        case .holidaysRead(let e): json(e)
        case .coverRequested(let e): json(e)
        case .coverAnswered(let e): json(e)
        case .coverWithdrawn(let e): json(e)
        case .handoffTold(let e): json(e)
        case .digestTold(let e): json(e)
        case .calendarIssued(let e): json(e)
        case .calendarRevoked(let e): json(e)
        case .silenceAdded(let e): json(e)
        case .silenceEnded(let e): json(e)
        case .alertSuppressed(let e): json(e)
        case .suppressionEnded(let e): json(e)
        case .incidentOpened(let e): json(e)
        case .alertFired(let e): json(e)
        case .alertResolved(let e): json(e)
        case .alertsCounted(let e): json(e)
        case .alertKeptFiring(let e): json(e)
        case .severityChanged(let e): json(e)
        case .incidentTriggered(let e): json(e)
        case .escalationStarted(let e): json(e)
        case .stepTaken(let e): json(e)
        case .stepDeferred(let e): json(e)
        case .dutyChanged(let e): json(e)
        case .lastResortRaised(let e): json(e)
        case .escalationExhausted(let e): json(e)
        case .runStarted(let e): json(e)
        case .runDeferred(let e): json(e)
        case .pageRequested(let e): json(e)
        case .attemptBegun(let e): json(e)
        case .attemptEnded(let e): json(e)
        case .attemptReported(let e): json(e)
        case .pageEnded(let e): json(e)
        case .acknowledged(let e): json(e)
        case .ownerChanged(let e): json(e)
        case .ownerAsked(let e): json(e)
        case .noteAdded(let e): json(e)
        case .incidentResolved(let e): json(e)
        case .holdEnded(let e): json(e)
        case .incidentSnoozed(let e): json(e)
        case .peoplePaged(let e): json(e)
        case .chatPosted(let e): json(e)
        case .chatTold(let e): json(e)
        case .chatClosed(let e): json(e)
        case .runbookLinked(let e): json(e)
        case .contactVerified(let e): json(e)
        case .contactRemoved(let e): json(e)
        case .servingVersionChanged(let e): json(e)
        case .servingVersionProved(let e): json(e)
        case .rollbackPlanned(let e): json(e)
        case .rollbackSurveyed(let e): json(e)
        case .rollbackApproved(let e): json(e)
        case .rollbackApprovalAsked(let e): json(e)
        case .rollbackChangeBegun(let e): json(e)
        case .rollbackChangeEnded(let e): json(e)
        case .rollbackVerified(let e): json(e)
        case .rollbackEnded(let e): json(e)
        case .automaticRollbackArmed(let e): json(e)
        case .automaticRollbackRefused(let e): json(e)
        }
    }

    private static func payload(_ kind: EventKind, _ facts: Facts) throws -> EventPayload {
        switch kind {
        case .engineStarted: .engineStarted(try facts.read())
        case .clockStepped: .clockStepped(try facts.read())
        case .logRecovered: .logRecovered(try facts.read())
        case .directoryApplied: .directoryApplied(try facts.read())
        case .overrideAdded: .overrideAdded(try facts.read())
        case .overrideRemoved: .overrideRemoved(try facts.read())
        case .timeOffAdded: .timeOffAdded(try facts.read())
        case .timeOffRemoved: .timeOffRemoved(try facts.read())
        case .holidaysRead: .holidaysRead(try facts.read())
        case .coverRequested: .coverRequested(try facts.read())
        case .coverAnswered: .coverAnswered(try facts.read())
        case .coverWithdrawn: .coverWithdrawn(try facts.read())
        case .handoffTold: .handoffTold(try facts.read())
        case .digestTold: .digestTold(try facts.read())
        case .calendarIssued: .calendarIssued(try facts.read())
        case .calendarRevoked: .calendarRevoked(try facts.read())
        case .silenceAdded: .silenceAdded(try facts.read())
        case .silenceEnded: .silenceEnded(try facts.read())
        case .alertSuppressed: .alertSuppressed(try facts.read())
        case .suppressionEnded: .suppressionEnded(try facts.read())
        case .incidentOpened: .incidentOpened(try facts.read())
        case .alertFired: .alertFired(try facts.read())
        case .alertResolved: .alertResolved(try facts.read())
        case .alertsCounted: .alertsCounted(try facts.read())
        case .alertKeptFiring: .alertKeptFiring(try facts.read())
        case .severityChanged: .severityChanged(try facts.read())
        case .incidentTriggered: .incidentTriggered(try facts.read())
        case .escalationStarted: .escalationStarted(try facts.read())
        case .stepTaken: .stepTaken(try facts.read())
        case .stepDeferred: .stepDeferred(try facts.read())
        case .dutyChanged: .dutyChanged(try facts.read())
        case .lastResortRaised: .lastResortRaised(try facts.read())
        case .escalationExhausted: .escalationExhausted(try facts.read())
        case .runStarted: .runStarted(try facts.read())
        case .runDeferred: .runDeferred(try facts.read())
        case .pageRequested: .pageRequested(try facts.read())
        case .attemptBegun: .attemptBegun(try facts.read())
        case .attemptEnded: .attemptEnded(try facts.read())
        case .attemptReported: .attemptReported(try facts.read())
        case .pageEnded: .pageEnded(try facts.read())
        case .acknowledged: .acknowledged(try facts.read())
        case .ownerChanged: .ownerChanged(try facts.read())
        case .ownerAsked: .ownerAsked(try facts.read())
        case .noteAdded: .noteAdded(try facts.read())
        case .incidentResolved: .incidentResolved(try facts.read())
        case .holdEnded: .holdEnded(try facts.read())
        case .incidentSnoozed: .incidentSnoozed(try facts.read())
        case .peoplePaged: .peoplePaged(try facts.read())
        case .chatPosted: .chatPosted(try facts.read())
        case .chatTold: .chatTold(try facts.read())
        case .chatClosed: .chatClosed(try facts.read())
        case .runbookLinked: .runbookLinked(try facts.read())
        case .contactVerified: .contactVerified(try facts.read())
        case .contactRemoved: .contactRemoved(try facts.read())
        case .servingVersionChanged: .servingVersionChanged(try facts.read())
        case .servingVersionProved: .servingVersionProved(try facts.read())
        case .rollbackPlanned: .rollbackPlanned(try facts.read())
        case .rollbackSurveyed: .rollbackSurveyed(try facts.read())
        case .rollbackApproved: .rollbackApproved(try facts.read())
        case .rollbackApprovalAsked: .rollbackApprovalAsked(try facts.read())
        case .rollbackChangeBegun: .rollbackChangeBegun(try facts.read())
        case .rollbackChangeEnded: .rollbackChangeEnded(try facts.read())
        case .rollbackVerified: .rollbackVerified(try facts.read())
        case .rollbackEnded: .rollbackEnded(try facts.read())
        case .automaticRollbackArmed: .automaticRollbackArmed(try facts.read())
        case .automaticRollbackRefused: .automaticRollbackRefused(try facts.read())
        }
    }

    private struct Facts {
        let json: String
        func read<T: Decodable>() throws -> T { try decoder.decode(T.self, from: Data(json.utf8)) }
    }

    private static let decoder = JSONDecoder()

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    private static func json(_ value: some Encodable) -> String {
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            // Payloads hold strings, integers and booleans, which are always JSON.
            preconditionFailure("\(type(of: value)) cannot be written as JSON: \(error)")
        }
    }

    private static func describe(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        return switch error {
        case .keyNotFound(let key, let context): "'\(path(context, key))' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "'\(path(context))' cannot be read: \(context.debugDescription)"
        @unknown default: "\(error)"
        }
    }

    private static func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
        (context.codingPath + (last.map { [$0] } ?? [])).map(\.stringValue).joined(separator: ".")
    }
}
