import Timekeeping

/// How hostile a world is: chances in a thousand, and which kinds of fault there are in it at all.
struct Temper {
    var crashAtEffect = 0
    var appendFault = 0
    var recoveryFault = 0
    var pagerFault = 0
    var servingFault = 0
    /// The store is of the remote kind: an append may still land after a recovery has begun.
    var storeIsRemote = false
    /// The weight of each kind in the order of `PagerTrouble`.
    var pagerWeights = [Int](repeating: 1, count: PagerTrouble.allCases.count)
    var appendWeights = [Int](repeating: 1, count: AppendTrouble.allCases.count)

    static let calm = Temper()

    static func wild(_ random: inout SeededRandom) -> Temper {
        Temper(
            crashAtEffect: random.pick([0, 0, 2, 5, 15]), appendFault: random.pick([0, 0, 8, 25, 60]),
            recoveryFault: random.pick([0, 100, 300]), pagerFault: random.pick([0, 50, 150, 400]),
            servingFault: random.pick([0, 200, 400]),
            storeIsRemote: random.chance(600), pagerWeights: swarm(of: PagerTrouble.allCases.count, &random),
            appendWeights: swarm(of: AppendTrouble.allCases.count, &random))
    }

    /// Some of them, each as often as it happens: a world in which everything goes wrong at once is one world, and bugs
    /// live where one kind of trouble is frequent and another absent.
    private static func swarm(of count: Int, _ random: inout SeededRandom) -> [Int] {
        let weights = (0..<count).map { _ in random.chance(550) ? random.number(1...10) : 0 }
        return weights.contains { $0 > 0 } ? weights : [Int](repeating: 1, count: count)
    }

    func pagerTrouble(_ random: inout SeededRandom) -> PagerTrouble {
        random.pick(weighted: zip(pagerWeights, PagerTrouble.allCases).map { ($0, $1) })
    }

    /// One thread serves a local store: its appends are answered, and in time.
    func appendTrouble(_ random: inout SeededRandom) -> AppendTrouble {
        let possible = zip(appendWeights, AppendTrouble.allCases).filter { storeIsRemote || !$1.isRemote }
        let weights = possible.contains { $0.0 > 0 } ? possible.map { ($0, $1) } : possible.map { (1, $1) }
        return random.pick(weighted: weights)
    }
}

enum PagerTrouble: CaseIterable {
    case failsForNow, asksForPatience, failsForGood, neverReports, reportsLate, dropsArrived, dropsLost, reportsTwice,
        reportsFailure, reportsFirst, reportsAfterAnHour, slow
}

enum AppendTrouble: CaseIterable {
    case fails, lies, slow, unanswered, late

    var isRemote: Bool { self == .unanswered || self == .late }
}
