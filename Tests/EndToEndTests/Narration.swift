import Foundation

/// Prints what has happened, one line a step, each with the seconds since the beginning.
struct Narration {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    init(_ title: String) {
        start = clock.now
        print("\(title):")
    }

    func callAsFunction(_ what: String) {
        let tenths = (clock.now - start) / .milliseconds(100)
        print("\(String(format: "%6.1f", tenths / 10)) s  \(what)")
    }
}
