import Timekeeping

/// True elapsed time since a simulated world began. No clock of that world shows it.
package struct Moment: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static let zero = Moment(milliseconds: 0)

    package static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
    package static func + (a: Self, b: Duration) -> Self { Self(milliseconds: a.milliseconds + b.milliseconds) }
    package static func - (a: Self, b: Self) -> Duration { .milliseconds(a.milliseconds - b.milliseconds) }

    /// `01:02:03`, with milliseconds where they are not zero; hours go on past 24.
    package var description: String {
        let seconds = milliseconds / 1000
        let fraction = milliseconds % 1000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        return fraction == 0 ? clock : "\(clock).\(padded(fraction, 3))"
    }

    private func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// `45 s`, `5 min`, `1 h 30 min`: a wait as people say it.
func spoken(_ wait: Duration) -> String {
    let milliseconds = abs(wait.milliseconds)
    let sign = wait < .zero ? "-" : ""
    if milliseconds % 1000 != 0 { return "\(sign)\(milliseconds) ms" }
    let seconds = milliseconds / 1000
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")].filter { $0.0 != 0 }
    return sign + (parts.isEmpty ? "0 s" : parts.map { "\($0.0) \($0.1)" }.joined(separator: " "))
}
