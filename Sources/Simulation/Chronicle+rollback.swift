import Incidents

/// What the log says about rollbacks, against what may be.
extension Chronicle {
    mutating func readRollback(_ event: Event) throws {
        if let id = event.payload.incident { _ = try story(id) }
    }

    /// Triggered again because a rollback did not end well.
    func checkTriggeredByRollback(_ story: Story, _ e: IncidentTriggered) throws {}

    func checkAskedByRollback(_ story: Story) throws {}
}
