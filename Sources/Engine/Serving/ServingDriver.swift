import Incidents

/// The port to one service's serving layer: it looks and it changes, and decides nothing. What is done with what it
/// says, and whether it is asked again, is the core's business.
///
/// Each call returns at once. `done` is called exactly once, from any thread, and never on the caller's stack. Evidence
/// is one line of at most 200 characters.
public protocol ServingDriver: Sendable {
    /// Looks what is served, within nine seconds.
    func observe(done: @escaping @Sendable (ServingObservation) -> Void)

    /// Makes the change where what is served is still what was expected, and waits until it is seen to be made, ten
    /// minutes at most. Where the version is served already it is `applied` and nothing is sent, so a change that was
    /// in doubt can be asked for again. The caller never has two changes of one serving layer under way.
    func apply(_ change: ServingChange, done: @escaping @Sendable (ServingOutcome) -> Void)

    /// Looks whether `version` answers and answers well, within nine seconds: one `ServingCheck` for each kind that is
    /// configured. What could not be found out is `unknown`.
    func check(version: String, done: @escaping @Sendable ([ServingCheck]) -> Void)
}
