/// Knuth's MMIX linear congruential generator: the same seed gives the same test on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        // Only the upper half of a linear congruential state is worth using.
        let high = advance() >> 32
        return high << 32 | advance() >> 32
    }

    private mutating func advance() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}
