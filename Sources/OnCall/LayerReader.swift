import Timekeeping

/// Reads one layer: whose turn it is, and who is on call for it.
///
/// Remembers what it found and for how long that holds, so a walk asks each part again only when its own time is over.
struct LayerReader {
    let plan: LayerPlan
    /// In which the rest holds.
    private(set) var span = Span.none
    /// Nil when the layer does not answer.
    private(set) var position: RotationPosition?
    /// Who is on call for it; nobody when it does not answer, or when all of them are removed or off.
    private(set) var duties: [Shift.Assignment] = []

    private var clock: LocalClock
    var clockReads: Int { clock.reads }
    private var open = (span: Span.none, isOpen: false)
    private var turn: (span: Span, position: RotationPosition?) = (.none, nil)

    init(_ plan: LayerPlan) {
        self.plan = plan
        clock = LocalClock(plan.zone)
    }

    /// `exceptions` must stand at `instant`.
    mutating func move(to instant: Instant, _ exceptions: Exceptions) {
        if span.contains(instant) { return }
        if !open.span.contains(instant) {
            open.span = Span()
            open.isOpen = plan.hours.isOpen(at: instant, clock: &clock, narrowing: &open.span)
        }
        span = open.span
        guard open.isOpen else {
            (position, duties) = (nil, [])
            return
        }
        if !turn.span.contains(instant) {
            turn.span = Span()
            turn.position = plan.position(at: instant, clock: &clock, narrowing: &turn.span)
        }
        span.narrow(to: turn.span)
        position = turn.position
        duties = turn.position.map { exceptions.settle($0, narrowing: &span) } ?? []
    }
}
