import Timekeeping

/// Reads a schedule's layers: which of them answer, and who is on call then.
struct LayersReader {
    private var layers: [LayerReader]
    private var exceptions: Exceptions

    init(_ layers: [LayerPlan], _ exceptions: Exceptions) {
        self.layers = layers.map(LayerReader.init)
        self.exceptions = exceptions
    }

    var clockReads: Int { layers.reduce(0) { $0 + $1.clockReads } }

    /// The latest layer of whose people at least one is there answers; layers marked `also` add theirs.
    mutating func segment(at instant: Instant) -> Segment {
        exceptions.move(to: instant)
        var span = exceptions.span
        var duties: [Shift.Assignment] = []
        var answering: RotationPosition?
        var somebodyWasRemoved = false

        for index in layers.indices.reversed() where !layers[index].plan.also {
            layers[index].move(to: instant, exceptions)
            span.narrow(to: layers[index].span)
            guard layers[index].position != nil else { continue }
            duties = layers[index].duties
            if !duties.isEmpty {
                answering = layers[index].position
                break
            }
            somebodyWasRemoved = true
        }
        for index in layers.indices where layers[index].plan.also {
            layers[index].move(to: instant, exceptions)
            span.narrow(to: layers[index].span)
            guard let position = layers[index].position else { continue }
            if layers[index].duties.isEmpty { somebodyWasRemoved = true } else { answering = answering ?? position }
            duties.add(layers[index].duties)
        }
        exceptions.complete(&duties)
        return Segment(
            span: span,
            duties: duties,
            hole: !duties.isEmpty ? nil : somebodyWasRemoved ? .everyoneRemoved : .noLayerCovers,
            rotation: answering,
            displaced: exceptions.displaced)
    }
}

extension [Shift.Assignment] {
    /// Each person is on call once, for the reason that came first.
    mutating func add(_ more: [Shift.Assignment]) {
        for assignment in more where !contains(where: { $0.user == assignment.user }) { append(assignment) }
    }
}
