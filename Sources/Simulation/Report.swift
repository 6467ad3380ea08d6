import EngineCore
import Incidents
import Timekeeping

/// What a run of simulated worlds came to.
package struct Report: Sendable, CustomStringConvertible {
    package var worlds = 0
    package var firstSeed: UInt64
    package var lastSeed: UInt64
    package var incidents = 0
    package var pages = 0
    package var attempts = 0
    package var arrivals = 0
    package var events = 0
    package var simulated = Duration.zero
    package var faults = FaultCounts()

    init(seed: UInt64) {
        firstSeed = seed
        lastSeed = seed
    }

    package static func += (a: inout Self, b: Self) {
        a.worlds += b.worlds
        a.lastSeed = b.lastSeed
        a.incidents += b.incidents
        a.pages += b.pages
        a.attempts += b.attempts
        a.arrivals += b.arrivals
        a.events += b.events
        a.simulated += b.simulated
        a.faults += b.faults
    }

    package var description: String {
        let counts = FaultClass.allCases.map { "  \(faults[$0])  \($0.rawValue)" }.joined(separator: "\n")
        return """
            \(incidents) incidents in \(worlds) worlds, seeds \(firstSeed) to \(lastSeed): no promise broken.
            \(simulated.milliseconds / 864_000 / 365) hundredths of a year went by in them.
            \(events) events, \(pages) pages, \(attempts) attempts, \(arrivals) arrivals.
            Faults:
            \(counts)
            """
    }
}

/// How the worlds of a run are made.
package struct RunOptions: Sendable {
    /// A bug to put into the engine, to see whether the promises notice.
    package var plant: PlantedBug?

    /// Whether every line is written down from the start, and not only when a promise was broken.
    package var isTraced: Bool

    /// Whether something can be rolled back in every world, and not only in some.
    package var hasRollbacks: Bool

    package init(plant: PlantedBug? = nil, isTraced: Bool = false, hasRollbacks: Bool = false) {
        self.plant = plant
        self.isTraced = isTraced
        self.hasRollbacks = hasRollbacks
    }
}
