import Timekeeping

/// An era that never begins, because the next one begins at the same handoff.
public struct EclipsedEra: Hashable, Sendable {
    /// Both by their places in `Layer.eras`.
    public let era: Int
    public let by: Int
    /// The day of that handoff.
    public let handoff: CivilDate
}

extension Layer {
    /// In order of their dates. Eras of different dates can wait for the same handoff, too.
    public var eclipsedEras: [EclipsedEra] {
        let order = eras.indices.sorted { (eras[$0].begins, $0) < (eras[$1].begins, $1) }
        return zip(order, order.dropFirst()).compactMap { era, next in
            guard let first = Turns.firstHandoff(of: self, era: eras[era]),
                first == Turns.firstHandoff(of: self, era: eras[next])
            else { return nil }
            return EclipsedEra(era: era, by: next, handoff: first)
        }
    }
}
