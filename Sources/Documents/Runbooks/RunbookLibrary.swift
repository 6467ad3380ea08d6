import Commands
import Engine
import Foundation
import Incidents
import Timekeeping

/// The runbooks of one or more folders: every `*.md` in them but README.md.
///
/// A runbook of a later folder takes the place of one of the same name in an earlier folder. So those that come with
/// Tocsin stay, and each of them can be replaced.
public struct RunbookLibrary: Sendable {
    /// Those that can be read, in order of name.
    public let runbooks: [Runbook]
    /// What is wrong with folders and front matter, in order of file and line.
    public let errors: [ConfigurationProblem]
    private let files: [RunbookFile]

    static let mostFiles = 200
    static let longestName = 64

    public init(folders: [String]) {
        let problems = Problems()
        var files: [RunbookID: RunbookFile] = [:]
        for folder in folders {
            for file in Self.read(folder, problems) { files[file.id] = file }
        }
        self.files = files.values.sorted { $0.id < $1.id }
        runbooks = self.files.compactMap(\.runbook)
        errors = problems.sortedErrors
    }

    public subscript(_ id: RunbookID) -> Runbook? { runbooks.first { $0.id == id } }

    /// What is wrong with their words: sections and headings that are missing, commands that nobody understands, links
    /// that lead nowhere, and what nobody has looked at for a year.
    /// - Parameter directory: whose names the commands in them may use; nil means those of README.md.
    public func lint(today: CivilDate, directory: Directory? = nil) -> RunbookLint {
        RunbookLint(files, unread: errors, today: today, directory: directory)
    }

    /// The folder that `field` names; else nil, and that is said.
    /// - Parameter isLenient: as a warning.
    static func folder(_ field: Field, beside place: String, isLenient: Bool = false) -> String? {
        guard let path = field.text("Name a folder of Markdown files, such as runbooks.") else { return nil }
        let folder = path.hasPrefix("/") ? path : "\(place)/\(path)"
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue { return folder }
        let message = "there is no folder \(quoted(path))"
        let hint = "It is looked for beside the configuration. Create it, or leave the key out."
        if isLenient { field.warn(message, hint) } else { field.error(message, hint) }
        return nil
    }

    private static func read(_ folder: String, _ problems: Problems) -> [RunbookFile] {
        let name = URL(fileURLWithPath: folder).lastPathComponent
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            problems.error(
                ConfigurationProblem(
                    file: name, message: "cannot be listed",
                    hint: "Does \(printable(folder)) exist, and may Tocsin read it?"))
            return []
        }
        let wanted = names.filter { $0.hasSuffix(".md") && !$0.hasPrefix(".") && $0 != "README.md" }.sorted()
        guard wanted.count <= mostFiles else {
            problems.error(
                ConfigurationProblem(
                    file: name, message: "holds more than \(mostFiles) runbooks", hint: "Is it the right folder?"))
            return []
        }
        var spellings: [String: String] = [:]
        return wanted.compactMap { file in
            let stem = String(file.dropLast(3))
            func fail(_ message: String, _ hint: String) -> RunbookFile? {
                problems.error(ConfigurationProblem(file: printable(file), message: message, hint: hint))
                return nil
            }
            let isName =
                stem.utf8.count <= longestName && stem.first?.isASCIIWordCharacter == true
                && stem.allSatisfy { $0.isASCIIWordCharacter || $0 == "-" || $0 == "." }
            guard isName else {
                return fail(
                    "cannot be a runbook's name",
                    "Take up to \(longestName) letters a-z, digits, -, _ or ., and begin with a letter or digit.")
            }
            if let other = spellings.updateValue(file, forKey: stem.lowercased()) {
                return fail("is spelt like \(other)", "Two runbooks that differ only in case are one on some systems.")
            }
            let source = SourceFolder(problems: problems).source(at: "\(folder)/\(file)")
            guard let source else { return nil }
            guard source.text.utf8.count <= RunbookFile.longestBytes else {
                return fail(
                    "is larger than \(RunbookFile.longestBytes / 1024) KiB",
                    "A runbook is read at night. Make it short.")
            }
            return RunbookFile(source, id: RunbookID(rawValue: stem), problems)
        }
    }
}
