/// Which instants a local time stands for.
///
/// A zone that moves its clocks forward skips some local times, and one that moves them back repeats some. The caller
/// must say which is meant; there is no good default.
public enum LocalTimeResolution: Hashable, Sendable {
    case unique(Instant)
    /// No clock ever showed this: at `transition` it jumped over it.
    case skipped(transition: Instant)
    /// Clocks showed this more than once, first at `first`, last at `last`.
    case repeated(first: Instant, last: Instant)
}
