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
        var settling = Settling(scene: scene, names: names)
        return settling.settle(Self.readOnce(line, in: scene, names: names))
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
    private var settled: [Choice] = []
    private var obstacle: Reading?
    private var readings = 0
    private var isCut = false

    /// Two ambiguous clock times are four choices; more than a dozen helps nobody.
    private static let mostChoices = 12
    private static let deepest = 4
    /// A line of nothing but ambiguous names has more meanings than anybody could wait for.
    private static let mostReadings = 60

    init(scene: Scene, names: NameReader) {
        self.scene = scene
        self.names = names
    }

    mutating func settle(_ reading: Reading) -> Reading {
        guard case .choose(let question, let choices) = reading else { return reading }
        expand(choices, under: "", depth: 0)
        guard !settled.isEmpty else {
            return obstacle ?? .wrong("That could mean too many things. Nothing was done.", hint: "Say it in parts.")
        }
        return .choose(isCut ? "\(question) There are more than these." : question, settled)
    }

    private mutating func expand(_ choices: [Choice], under label: String, depth: Int) {
        for choice in choices {
            guard settled.count < Self.mostChoices, readings < Self.mostReadings else {
                isCut = true
                return
            }
            readings += 1
            let full = label.isEmpty ? choice.label : "\(label), \(choice.label)"
            switch CommandReader.readOnce(choice.line, in: scene, names: names) {
            case .order:
                if !settled.contains(where: { $0.line == choice.line }) {
                    settled.append(Choice(label: full, line: choice.line))
                }
            case .choose(_, let further):
                if depth < Self.deepest { expand(further, under: full, depth: depth + 1) } else { isCut = true }
            case .wrong(let what, let hint):
                obstacle = obstacle ?? .wrong(what, hint: hint)
            }
        }
    }
}
