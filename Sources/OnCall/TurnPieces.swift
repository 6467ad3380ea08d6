/// Periods that follow each other on the wall clock and begin again after the last one, numbered from 0 at the anchor.
struct TurnPieces: Hashable {
    /// In seconds from the beginning of the cycle.
    private let starts: [Int64]
    let cycleSeconds: Int64
    let shortestSeconds: Int64

    /// At least one, each positive.
    init(seconds: [Int64]) {
        var end: Int64 = 0
        starts = seconds.map { length in
            defer { end += length }
            return end
        }
        cycleSeconds = end
        shortestSeconds = seconds.min() ?? end
    }

    /// How many periods make a cycle.
    var count: Int { starts.count }

    /// In seconds from the anchor.
    func start(of period: Int) -> Int64 {
        if starts.count == 1 { return Int64(period) * cycleSeconds }
        let cycles = Int(floorDivide(Int64(period), by: Int64(starts.count)))
        return Int64(cycles) * cycleSeconds + starts[period - cycles * starts.count]
    }

    /// The period that holds what lies `seconds` after the anchor; negative before it.
    func period(at seconds: Int64) -> Int {
        let cycles = floorDivide(seconds, by: cycleSeconds)
        if starts.count == 1 { return Int(cycles) }
        let rest = seconds - cycles * cycleSeconds
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= rest { low = middle } else { high = middle }
        }
        return Int(cycles) * starts.count + low
    }
}
