import Timekeeping

/// Random numbers that are the same for the same seed, on every machine and in every version of Swift.
///
/// xoshiro256**, filled from the seed by SplitMix64, as its authors advise (Blackman and Vigna, 2018).
package struct SeededRandom: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    package init(seed: UInt64) {
        var mixer = seed
        func mixed() -> UInt64 {
            mixer &+= 0x9E37_79B9_7F4A_7C15
            var z = mixer
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        state = (mixed(), mixed(), mixed(), mixed())
    }

    package mutating func next() -> UInt64 {
        let turned = state.1 &* 5
        let result = ((turned << 7) | (turned >> 57)) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = (state.3 << 45) | (state.3 >> 19)
        return result
    }

    /// A number of the range, each about as likely.
    package mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// True that often in a thousand.
    package mutating func chance(_ perMille: Int) -> Bool { number(0...999) < perMille }

    package mutating func pick<Element>(_ choices: [Element]) -> Element { choices[number(0...choices.count - 1)] }

    /// One of the choices, each as likely as its weight says.
    package mutating func pick<Element>(weighted choices: [(Int, Element)]) -> Element {
        var left = number(0...choices.reduce(0) { $0 + $1.0 } - 1)
        for (weight, choice) in choices {
            left -= weight
            if left < 0 { return choice }
        }
        preconditionFailure("The weights add up to more than their sum.")
    }

    /// A time between the two, short and long ones alike likely: each doubling has the same share.
    package mutating func time(_ shortest: Duration, _ longest: Duration) -> Duration {
        let low = max(1, Int(shortest.milliseconds))
        let high = max(low, Int(longest.milliseconds))
        var doublings = 0
        while low << (doublings + 1) <= high { doublings += 1 }
        let floor = low << number(0...doublings)
        return .milliseconds(number(floor...max(floor, min(floor * 2, high))))
    }

    /// In an order of its own.
    package mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for index in result.indices.reversed() where index > 0 { result.swapAt(index, number(0...index)) }
        return result
    }
}
