import Foundation
import Incidents

/// Finds and reads the files of a configuration.
struct SourceFolder {
    static let mostFiles = 200
    static let contactsName = "contacts.yaml"

    let problems: Problems
    private let files = FileManager.default

    init(problems: Problems) { self.problems = problems }

    /// The folder that a configuration at `path` lies in: itself, or the file's.
    static func folder(of path: String) -> String {
        isFolder(path) ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// One file, or the `*.yaml` and `*.yml` files of a folder in order of name, but no hidden ones and no contacts.
    func sources(at path: String, butNot contacts: String?) -> [SourceFile] {
        guard files.fileExists(atPath: path) else {
            fail(path, "does not exist", "Name a folder of YAML files, or one file.")
            return []
        }
        guard Self.isFolder(path) else { return source(at: path).map { [$0] } ?? [] }
        guard let names = try? files.contentsOfDirectory(atPath: path).sorted() else {
            fail(path, "cannot be listed", "May Tocsin read it?")
            return []
        }
        let wanted = names.filter { name in
            let place = "\(path)/\(name)"
            return Self.isYAML(name) && name != Self.contactsName && !Self.isFolder(place)
                && contacts.map { URL(fileURLWithPath: $0).path != URL(fileURLWithPath: place).path } ?? true
        }
        warnAboutFolders(names, in: path)
        if wanted.isEmpty { fail(path, "holds no *.yaml file", "Put the configuration there.") }
        guard wanted.count <= Self.mostFiles else {
            fail(path, "holds more than \(Self.mostFiles) files", "Is it the right folder?")
            return []
        }
        return wanted.compactMap { source(at: "\(path)/\($0)") }
    }

    /// The file's text under its own name, or nil, which is said.
    func source(at path: String) -> SourceFile? {
        let name = URL(fileURLWithPath: path).lastPathComponent
        guard !Self.isFolder(path), let file = FileHandle(forReadingAtPath: path) else {
            fail(name, "cannot be read", "Does \(path) exist, and may Tocsin read it?")
            return nil
        }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: YAMLText.longestBytes + 1) ?? Data() else {
            fail(name, "cannot be read", "May Tocsin read \(path)?")
            return nil
        }
        guard data.count <= YAMLText.longestBytes else {
            fail(name, "is larger than 1 MiB", "Split it into several files of one folder.")
            return nil
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            fail(name, "is not UTF-8 text", "Save it as UTF-8.")
            return nil
        }
        return SourceFile(path: name, text: text)
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func isYAML(_ name: String) -> Bool {
        !name.hasPrefix(".") && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
    }

    /// Files in folders within are not read; somebody may think they are.
    private func warnAboutFolders(_ names: [String], in path: String) {
        for name in names where !name.hasPrefix(".") && Self.isFolder("\(path)/\(name)") {
            let inner = (try? files.contentsOfDirectory(atPath: "\(path)/\(name)")) ?? []
            if inner.contains(where: Self.isYAML) {
                problems.warn(
                    ConfigurationProblem(
                        file: name, message: "is a folder inside the configuration, so its files are not read",
                        hint: "Move them up."))
            }
        }
    }

    private func fail(_ name: String, _ message: String, _ hint: String) {
        problems.error(ConfigurationProblem(file: name, message: message, hint: hint))
    }
}
