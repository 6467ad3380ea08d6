import Timekeeping

/// How hostile a world is: chances in a thousand.
struct Temper {
    var crashAtEffect = 0
    var appendFault = 0
    var recoveryFault = 0
    var pagerFault = 0
    var servingFault = 0
    /// The store is of the remote kind: an append may still land after a recovery has begun.
    var storeIsRemote = false

    static let calm = Temper()

    static func wild(_ random: inout SeededRandom) -> Temper {
        Temper(
            crashAtEffect: random.pick([0, 0, 2, 5, 15]), appendFault: random.pick([0, 0, 8, 25, 60]),
            recoveryFault: random.pick([0, 100, 300]), pagerFault: random.pick([0, 50, 150, 400]),
            servingFault: random.pick([0, 200, 400]),
            storeIsRemote: random.chance(600))
    }
}
