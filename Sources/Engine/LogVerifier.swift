import EngineCore
import Incidents

/// Proves a log offline: that nothing in it was changed, added, moved or taken out, and that all of it can be read.
///
/// Reads page by page, so a long log takes time and not memory. A chain cannot show that records are missing at its
/// end: for that, keep what an earlier report said (`lastSequence`, `lastHash`) elsewhere, and give it as `knownHead`.
public enum LogVerifier {
    static let pageSize = 1000

    /// The chain and every payload, up to the first record that is wrong.
    /// - Parameter knownHead: a place the log is known to have reached, from an earlier report.
    /// - Throws: what the store throws.
    public static func verify(_ store: any RecordStore, knownHead: HashChain? = nil) throws -> LogReport {
        var report = LogReport()
        while true {
            let page = try store.records(after: report.head.lastSequence, limit: Self.pageSize)
            guard !page.isEmpty else { break }
            for record in page {
                if let problem = check(record, &report.head, knownHead) {
                    report.problem = problem
                    return report
                }
                report.count += 1
                if record.textDigest != nil, record.text == nil { report.erasedTexts += 1 }
                if record.kind == EventKind.incidentOpened.rawValue { report.incidents += 1 }
            }
        }
        if let knownHead, report.head.lastSequence < knownHead.lastSequence {
            report.problem = LogProblem(report.head.lastSequence + 1, .truncated(knownLast: knownHead.lastSequence))
        }
        return report
    }

    private static func check(_ record: Record, _ chain: inout HashChain, _ knownHead: HashChain?) -> LogProblem? {
        if let problem = chain.follow(record) {
            return LogProblem(record.sequence, .chain(problem))
        }
        if let knownHead, knownHead.lastSequence == record.sequence, knownHead.lastHash != record.hash {
            return LogProblem(record.sequence, .rewritten)
        }
        do throws(RecordStoreError) {
            _ = try EventCodec.decode(record)
            return nil
        } catch {
            return LogProblem(record.sequence, .unreadable(error))
        }
    }

    /// Whether the incident list says what the events say. Only of use when nobody is writing.
    /// - Parameter report: of a log found sound; events of any other cannot be folded.
    /// - Returns: one sentence for each row that does not, at most `limit`; empty when all agree.
    /// - Throws: what the store throws, and `RecordStoreError.unreadable`.
    public static func readModelProblems(
        _ store: any RecordStore, _ report: LogReport, limit: Int = 20
    ) throws -> [String] {
        precondition(report.isSound, "the incident list cannot be held against a log that is not sound")
        var problems: [String] = []
        var listed = 0
        var query = IncidentQuery(limit: Self.pageSize)
        while problems.count < limit {
            let page = try store.summaries(query)
            guard let last = page.last else { break }
            for summary in page where problems.count < limit {
                if let problem = try problem(with: summary, store) { problems.append(problem) }
            }
            listed += page.count
            query.before = last.incident
        }
        if problems.count < limit, listed != report.incidents {
            problems.append("\(report.incidents) incidents were opened and \(listed) are listed")
        }
        return problems
    }

    private static func problem(with summary: IncidentSummary, _ store: any RecordStore) throws -> String? {
        var recovery = Recovery()
        for record in try store.records(stream: Event.Stream.incident(summary.incident).description) {
            recovery.fold(try EventCodec.decode(record))
        }
        guard let incident = recovery.book.incidents[summary.incident] else {
            return "\(summary.incident) is listed and was never opened"
        }
        let differences = [
            summary.service == incident.service ? nil : "service",
            summary.state == incident.state ? nil : "state",
            summary.severity == incident.severity ? nil : "severity",
            summary.urgency == incident.urgency ? nil : "urgency",
            summary.owner == incident.owner ? nil : "owner",
            summary.openedAt == incident.openedAt ? nil : "time of opening",
            summary.acknowledgedAt == incident.acknowledgedAt ? nil : "time of acknowledgement",
            summary.resolvedAt == incident.resolution?.at ? nil : "time of resolution",
            summary.alertCount == incident.alerts.count ? nil : "number of alerts",
            summary.firingCount == incident.firingCount ? nil : "number of alerts firing",
        ].compactMap { $0 }
        guard !differences.isEmpty else { return nil }
        return "\(summary.incident) is listed with another \(differences.joined(separator: ", ")) than its events say"
    }
}

/// What `LogVerifier` found.
public struct LogReport: Sendable, Hashable {
    /// Records that were proved, up to the fault or the end.
    public internal(set) var count = 0
    public internal(set) var erasedTexts = 0
    public internal(set) var incidents = 0
    /// The last record that was proved.
    public internal(set) var head = HashChain()
    /// The first thing wrong; nil when all is well.
    public internal(set) var problem: LogProblem?

    public var isSound: Bool { problem == nil }
    public var lastSequence: Int64 { head.lastSequence }
    public var lastHash: String { head.lastHash }
}

/// The first bad record of a log, and what is wrong with it.
public struct LogProblem: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        case chain(ChainProblem)
        case unreadable(RecordStoreError)
        /// The chain holds, but it is not the one that was known.
        case rewritten
        case truncated(knownLast: Int64)
    }

    public let sequence: Int64
    public let kind: Kind

    public init(_ sequence: Int64, _ kind: Kind) {
        self.sequence = sequence
        self.kind = kind
    }

    public var description: String {
        switch kind {
        case .chain(let problem): "Record \(sequence): \(problem.explanation)."
        case .unreadable(let error): error.description
        case .rewritten: "Record \(sequence): the log was written anew; its hash here is not the one that was known."
        case .truncated(let last):
            "Record \(sequence) is missing: the log ends before record \(last), which it had reached."
        }
    }
}
