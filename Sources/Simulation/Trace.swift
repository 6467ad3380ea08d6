/// What happened in a world, line by line.
package struct Trace: Sendable, Equatable {
    package private(set) var lines: [String] = []
    /// Only what the log says: what a scenario expects.
    package private(set) var story: [String] = []

    mutating func add(_ text: String, at now: Moment, isStory: Bool) {
        let line = "\(now) \(text)"
        lines.append(line)
        if isStory { story.append(line) }
    }
}
