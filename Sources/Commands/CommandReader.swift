/// Reads what people type, in chat and everywhere else. One grammar for all faces.
///
/// A pure function of the line and the scene. The first word is the verb, always: a command in the middle of a
/// sentence, a question and a negation do nothing. Whatever could mean two things comes back as the choices.
public struct CommandReader: Sendable {
    /// The longest line read, in Unicode scalars. A longer one is refused whole, never cut.
    public static let longestLine = 4000

    public init() {}

    /// What `line` means when it is said in `scene`. Never fails; costs no more than the line's length and the
    /// number of names and incidents in the scene.
    public func read(_ line: String, in scene: Scene) -> Reading {
        let names = NameReader(scene)
        return Settling(scene: scene, names: names).settle(Self.readOnce(line, in: scene, names: names))
    }

    static func readOnce(_ line: String, in scene: Scene, names: NameReader) -> Reading {
        guard line.unicodeScalars.count <= longestLine else {
            return .wrong(
                "That is longer than \(longestLine) characters. Nothing of it was used.", hint: "Say it in parts.")
        }
        do {
            guard var sentence = try Sentence(line, in: scene, names: names) else {
                return .order(.help(topic: nil), confirmation: nil)
            }
            return try sentence.read()
        } catch let unclear as Unclear {
            return unclear.reading
        } catch {
            return .wrong("This could not be read. Nothing was done.", hint: "Say help for what can be said.")
        }
    }
}

/// Makes every choice a line that needs no further question, and drops those that are not possible.
private struct Settling {
    let scene: Scene
    let names: NameReader

    /// Two ambiguous clock times are four choices; more than a dozen helps nobody.
    static let mostChoices = 12
    static let deepest = 4

    func settle(_ reading: Reading) -> Reading {
        guard case .choose(let question, let choices) = reading else { return reading }
        var settled: [Choice] = []
        var obstacle: Reading?
        expand(choices, under: "", depth: 0, into: &settled, obstacle: &obstacle)
        if !settled.isEmpty { return .choose(question, settled) }
        return obstacle ?? .wrong(question, hint: "Say it more exactly. There is an example in help.")
    }

    private func expand(
        _ choices: [Choice], under label: String, depth: Int, into settled: inout [Choice], obstacle: inout Reading?
    ) {
        for choice in choices where settled.count < Self.mostChoices {
            let full = label.isEmpty ? choice.label : "\(label), \(choice.label)"
            switch CommandReader.readOnce(choice.line, in: scene, names: names) {
            case .order:
                if !settled.contains(where: { $0.line == choice.line }) {
                    settled.append(Choice(label: full, line: choice.line))
                }
            case .choose(_, let further):
                guard depth < Self.deepest else { continue }
                expand(further, under: full, depth: depth + 1, into: &settled, obstacle: &obstacle)
            case .wrong(let what, let hint):
                obstacle = obstacle ?? .wrong(what, hint: hint)
            }
        }
    }
}
