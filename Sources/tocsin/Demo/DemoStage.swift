import Engine
import Foundation
import Integrations
import Synchronization

/// Where the demo plays: numbered steps, each explained in a sentence, with the command a person would type and what it
/// answered. Plain text where nobody looks at a terminal.
final class DemoStage: Sendable {
    private enum Ink: String {
        case bold = "1"
        case faint = "2"
        case green = "32"
        case cyan = "36"
        case red = "31"
    }

    private let steps: Int
    private let isFast: Bool
    private let isColoured: Bool
    private let width: Int
    /// What was printed since the last pause, which is what there is to read.
    private let shown = Mutex((step: 0, lines: 0))

    /// - Parameters:
    ///   - steps: how many there will be.
    ///   - width: columns; longer sentences are broken, lines with links in them never are.
    init(steps: Int, isFast: Bool, isColoured: Bool, width: Int) {
        self.steps = steps
        self.isFast = isFast
        self.isColoured = isColoured
        self.width = max(20, width)
    }

    /// Begins the next step, after there was time to read the last one.
    func step(_ title: String, _ sentence: String) async throws {
        try await pause()
        let number = shown.withLock { shown in
            shown.step += 1
            return shown.step
        }
        let head = "── \(number) of \(steps)  \(title) "
        put("")
        put(head + String(repeating: "─", count: max(2, min(width, 78) - head.count)), .bold)
        say(sentence)
    }

    /// A sentence of ours, broken at the width.
    func say(_ sentence: String) {
        for line in Self.wrap(sentence, to: min(width, 100)) { put(line) }
    }

    /// A command as it would be typed.
    func command(_ text: String) { put("  $ \(text)", .cyan) }

    /// What somebody else wrote: line by line, nothing in it obeyed by the terminal.
    func output(_ lines: [String], atMost limit: Int = 40) {
        for line in lines.prefix(limit) { put("  \(Self.harmless(line))", .faint) }
        if lines.count > limit { put("  … and \(lines.count - limit) more lines", .faint) }
    }

    /// The beginning of a file, each line cut where the terminal ends.
    func excerpt(_ lines: [String], lines count: Int) {
        for line in lines.prefix(count) {
            put("  \(PlainText.cut(Self.harmless(line), to: min(width, 100) - 2))", .faint)
        }
        if lines.count > count { put("  …", .faint) }
    }

    /// A page as its reader sees it. The frame is drawn as wide as there is room.
    func page(_ lines: [String]) {
        for line in lines {
            let isRule = line.hasPrefix("┌") || line.hasPrefix("└")
            put(isRule ? String(Self.harmless(line).prefix(width)) : Self.harmless(line))
        }
    }

    /// That something was seen to be so.
    func proof(_ sentence: String) { for line in Self.wrap("✓ \(sentence)", to: min(width, 100)) { put(line, .green) } }

    func failure(_ sentence: String) { for line in Self.wrap("✗ \(sentence)", to: min(width, 100)) { put(line, .red) } }

    /// Long enough to read what was printed since the last time; no time at all when nobody wants to.
    func pause() async throws {
        let lines = shown.withLock { shown in
            defer { shown.lines = 0 }
            return shown.lines
        }
        guard !isFast, lines > 0 else { return try Task.checkCancellation() }
        try await Task.sleep(for: .milliseconds(min(9_000, 1_500 + 450 * lines)))
    }

    private func put(_ line: String, _ ink: Ink? = nil) {
        shown.withLock { $0.lines += 1 }
        guard isColoured, let ink else { return Terminal.print(line) }
        Terminal.print("\u{1B}[\(ink.rawValue)m\(line)\u{1B}[0m")
    }

    /// With its spaces, which make columns.
    private static func harmless(_ line: String) -> String {
        let indent = line.prefix { $0 == " " }
        let rest = line.dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false)
        return indent + rest.map { PageText.printable(String($0)) }.joined(separator: " ")
    }

    static func wrap(_ text: String, to width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

/// A step that did not do what it says.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Asks until there is an answer. The pause only spares the processor; nothing is taken for done because time has
/// passed.
@discardableResult
func until<T>(
    _ what: String, within limit: Duration = .seconds(30), _ answer: () async throws -> T?
) async throws -> T {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let value = try await answer() { return value }
        try await Task.sleep(for: .milliseconds(30))
    }
    throw DemoFailure("This did not happen within \(limit.components.seconds) seconds: \(what).")
}
