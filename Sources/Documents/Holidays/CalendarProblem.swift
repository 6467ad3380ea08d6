/// One thing in an iCalendar text that cannot be read, and was therefore left out.
public struct CalendarProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1; nil when it is about the whole.
    public let line: Int?
    /// A clause with the property first: `RRULE: FREQ=HOURLY is not read here`.
    public let message: String

    public init(line: Int?, message: String) {
        self.line = line
        self.message = message
    }

    /// `line 12: RRULE: FREQ=HOURLY is not read here`
    public var description: String { line.map { "line \($0): \(message)" } ?? message }
}
