import EngineCore
import Incidents
import Timekeeping

extension Engine {
    /// The incident's rollbacks, in order.
    /// - Throws: `RecordStoreError` when the log cannot be read.
    public func rollbacks(of incident: Incident.ID) async throws -> [RollbackFile] {
        RollbackFile.all(in: try await events(of: incident))
    }

    /// What is known of what serves a service; nil when nobody has seen it, or when it cannot be rolled back.
    public func servingRecord(of service: ServiceID) -> ServingRecord? {
        read { core in
            guard let target = core.directory.services[service]?.rollback?.target else { return nil }
            return core.book.serving[service].flatMap { $0.target == target ? $0 : nil }
        }
    }

    /// Why a yes to this plan would be a yes to something else; nil when it is the incident's latest. A button and a
    /// page are looked at long after they were made.
    public func objection(toApproving plan: RollbackID) -> String? {
        let (known, latest) = read { core in
            let all = core.book.incidents[plan.incident]?.rollbacks ?? []
            return (all.first { $0.id == plan }, all.last)
        }
        guard latest?.id != plan else { return nil }
        guard let known else { return "There is no rollback \(plan). Nothing was done." }
        let end = known.end.map { " It \($0.words)." } ?? ""
        let other = latest.map { " The latest is \($0.id). Look first: rollback status \(plan.incident)" } ?? ""
        return "Plan \(plan) is void.\(end) Nothing was done.\(other)"
    }
}

extension RollbackEnd {
    /// What became of it, as a clause about it: "expired", "was called off".
    public var words: String {
        switch self {
        case .succeeded: "succeeded"
        case .reverted: "made nothing better and was taken back"
        case .frozen: "is frozen: nobody can say that it is well"
        case .refused: "was not made"
        case .expired: "expired"
        case .cancelled: "was called off"
        }
    }
}
