import Engine
import Incidents

extension Engine {
    /// Asks the log something. When it cannot be read the asker is told to try again, and the
    /// operator's log why.
    func readingLog<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch {
            throw Problem.logUnreadable(error)
        }
    }

    /// - Throws: `Problem` 404 when there is no such incident, 503 when the log cannot be read.
    func file(of id: Incident.ID) async throws -> IncidentFile {
        let events = try await readingLog { try await self.events(of: id) }
        guard let file = IncidentFile(events) else { throw Refusal.noSuchIncident(id).problem }
        return file
    }
}
