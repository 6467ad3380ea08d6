import Timekeeping

/// Which layers of a schedule answer, and who is on call then.
struct LayersReader {
    private var clock: LocalClock
    private var layers: [LayerReader]

    init(_ layers: [Layer], zone: ZoneRules) {
        clock = LocalClock(zone)
        self.layers = layers.map(LayerReader.init)
    }

    /// The latest layer whose person is there answers; layers marked `also` add theirs.
    mutating func segment(at instant: Instant, exceptions: inout Exceptions) -> Segment {
        var span = Span()
        var duties: [Shift.Assignment] = []
        var answering: Candidate?
        var somebodyWasRemoved = false

        for index in layers.indices.reversed() where !layers[index].layer.also {
            let candidate = layers[index].candidate(at: instant, clock: &clock, narrowing: &span)
            guard let candidate else { continue }
            guard let settled = exceptions.settle(candidate) else {
                somebodyWasRemoved = true
                continue
            }
            duties.append(settled)
            answering = candidate
            break
        }
        for index in layers.indices where layers[index].layer.also {
            let candidate = layers[index].candidate(at: instant, clock: &clock, narrowing: &span)
            guard let candidate else { continue }
            guard let settled = exceptions.settle(candidate) else {
                somebodyWasRemoved = true
                continue
            }
            if !duties.contains(where: { $0.user == settled.user }) { duties.append(settled) }
            answering = answering ?? candidate
        }
        if duties.isEmpty, let cover = exceptions.settleHole() { duties.append(cover) }

        span.narrow(to: exceptions.span)
        let users = duties.map(\.user)
        return Segment(
            span: span,
            duties: duties,
            hole: !duties.isEmpty ? nil : somebodyWasRemoved ? .everyoneRemoved : .noLayerCovers,
            rotation: answering.map { answering in
                .init(
                    layer: answering.layer, position: answering.position, taken: users, timeOff: exceptions.timeOff)
            })
    }
}
