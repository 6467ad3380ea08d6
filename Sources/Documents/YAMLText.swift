import Incidents
import Yams

/// One file of the configuration, parsed and made safe to walk: plain names as keys, no tags, no bombs.
struct YAMLText {
    /// More than any team's configuration has, and few enough to walk in no time: aliases could make billions.
    static let mostNodes = 100_000
    static let deepest = 32
    static let longestBytes = 1 << 20

    /// The file's value, or nil when it is empty or cannot be parsed, which is said.
    static func root(of source: SourceFile, _ problems: Problems) -> Field? {
        func fail(_ place: Place?, _ message: String, _ hint: String = "") -> Field? {
            problems.error(
                ConfigurationProblem(
                    file: source.path, line: place?.line, column: place?.column, message: message, hint: hint))
            return nil
        }
        guard source.text.utf8.count <= longestBytes else {
            return fail(nil, "is larger than 1 MiB", "Split it into several files of one folder.")
        }
        if let line = AliasGuard.suspiciousLine(in: source.text) {
            return fail(
                Place(line: line, column: 1), "a key is a list, a mapping or an alias", "Keys must be plain names.")
        }
        do {
            let parser = try Parser(yaml: source.text, resolver: .basic, encoding: .utf8)
            guard let node = try parser.singleRoot() else { return nil }
            var copier = NodeCopier()
            let copy = copier.copy(node, depth: 0)
            if let (place, message, hint) = copier.problem { return fail(place, message, hint) }
            return Field(node: copy, file: source.path, path: "", problems: problems)
        } catch let error as YamlError {
            let (place, message, hint) = describe(error, in: source.text)
            return fail(place, message, hint)
        } catch {
            return fail(nil, "cannot be parsed as YAML")
        }
    }

    /// Without the snippet Yams would show: the line may hold a secret.
    private static func describe(_ error: YamlError, in text: String) -> (Place?, String, String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            let hint =
                problem.contains("tab") || problem.contains("cannot start any token")
                ? "Indent with spaces; put quotes around text that begins with @, ` or %." : ""
            return (Place(mark), "is not YAML: \(problem)", hint)
        case .composer(_, let problem, let mark, _):
            let isSecond = problem.contains("another document")
            return (
                Place(mark), isSecond ? "holds a second document" : "is not YAML: \(problem)",
                isSecond ? "Put it into a file of its own and drop the line with ---." : ""
            )
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.sorted().map(quoted).joined(separator: ", ")
            return (Place(context.mark), "\(names) is written more than once in the same mapping", "Keep one.")
        case .reader(let problem, let offset, _, _):
            let line = offset.map { text.prefix($0).count { $0.isNewline } + 1 }
            return (line.map { Place(line: $0, column: 1) }, "cannot be read: \(problem)", "Save it as UTF-8 text.")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return (nil, "cannot be parsed as YAML", "")
        }
    }
}
