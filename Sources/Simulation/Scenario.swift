import Incidents
import OnCall
import Timekeeping

/// A story in a file: a small configuration, what happens when, and what the log must say about it.
///
/// `SmallDirectory` and `World.act` show the language, `Tests/Scenarios` its use. What is not said goes well: the
/// store is quick, pagers deliver at once and nobody answers.
package struct Scenario: Sendable {
    package let title: String
    let setting: [Line]
    let script: [Line]
    let end: Moment
    package let expected: [String]

    struct Line: Sendable {
        let number: Int
        var at = Moment.zero
        let text: String

        var words: [String] { text.split(separator: " ").map(String.init) }
    }

    /// - Throws: `ScenarioProblem` for what cannot be read.
    package init(_ text: String) throws {
        var setting: [Line] = []
        var script: [Line] = []
        var expected: [String] = []
        var end: Moment?
        var title: String?
        var isExpecting = false
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = Line(number: index + 1, text: raw.split(separator: " ").joined(separator: " "))
            if line.text.hasPrefix("#") {
                title = title ?? String(line.text.drop { $0 == "#" || $0 == " " })
            } else if line.text.isEmpty {
                continue
            } else if line.text == "expect:" {
                isExpecting = true
            } else if isExpecting {
                expected.append(line.text)
            } else if line.words[0] == "at", line.words.count > 2 {
                let at = try Self.moment(line.words[1], line)
                script.append(Line(number: line.number, at: at, text: line.words.dropFirst(2).joined(separator: " ")))
            } else if line.words[0] == "until", line.words.count == 2 {
                end = try Self.moment(line.words[1], line)
            } else {
                setting.append(line)
            }
        }
        guard let end else { throw ScenarioProblem(nil, "it does not say `until` when to watch") }
        self.title = title ?? ""
        self.setting = setting
        self.script = script
        self.end = end
        self.expected = expected
    }

    private static func moment(_ text: String, _ line: Line) throws -> Moment {
        let parts = text.split(separator: ":").map { Int64($0) }
        guard parts.count == 3, let hours = parts[0], let minutes = parts[1] else {
            throw ScenarioProblem(line, "'\(text)' is not a time such as 00:05:00")
        }
        guard let seconds = parts[2] else {
            throw ScenarioProblem(line, "'\(text)' is not a time such as 00:05:00")
        }
        return Moment(milliseconds: ((hours * 60 + minutes) * 60 + seconds) * 1000)
    }

    /// Plays it, with every promise checked on the way.
    /// - Returns: the lines of the log's story, each with its time.
    package func play() throws -> [String] {
        let reader = SmallDirectory(setting)
        let world = World(
            seed: 0, began: try reader.began(), directory: try reader.directory(version: 1),
            limits: try reader.limits(),
            plant: nil)
        world.setting = setting
        world.script = script
        world.serving = try reader.serving()
        do {
            try world.start()
            try world.run(until: .zero)
            for (index, line) in script.enumerated() { world.schedule(.script(index), after: line.at - .zero) }
            try world.run(until: end)
            try world.checkReplay()
        } catch var broken as Broken {
            broken.at = world.now
            broken.trace = world.trace.lines
            throw broken
        }
        return world.trace.story
    }

    /// How what happened differs from what was expected, line by line; nil when it does not.
    package func difference(from actual: [String]) -> String? {
        guard actual != expected else { return nil }
        let changes = actual.difference(from: expected)
        var lines: [String] = []
        var (old, new) = (0, 0)
        let removed = Set(changes.removals.map(offset))
        let inserted = Set(changes.insertions.map(offset))
        while old < expected.count || new < actual.count {
            if old < expected.count, removed.contains(old) {
                lines.append("- " + expected[old])
                old += 1
            } else if new < actual.count, inserted.contains(new) {
                lines.append("+ " + actual[new])
                new += 1
            } else {
                lines.append("  " + actual[new])
                (old, new) = (old + 1, new + 1)
            }
        }
        return lines.joined(separator: "\n")
    }

    private func offset(_ change: CollectionDifference<String>.Change) -> Int {
        switch change {
        case .insert(let offset, _, _), .remove(let offset, _, _): offset
        }
    }
}

/// A scenario that cannot be read.
package struct ScenarioProblem: Error, CustomStringConvertible {
    package let description: String

    init(_ line: Scenario.Line?, _ what: String) {
        description = line.map { "line \($0.number): \(what): \($0.text)" } ?? what
    }
}
