import Engine
import Foundation

/// A model's folder in a repository, with one folder a version in it.
struct ModelFolder: Sendable {
    private let path: String

    init(_ path: String) { self.path = path }

    /// One `model-settings.json` of MLServer's, in force or set aside.
    struct SettingsFile: Hashable, Sendable {
        /// The folder it lies in.
        var folder: String
        /// `unversioned` when it names none.
        var version: String
        var isAside: Bool
    }

    enum Step: Hashable, Sendable {
        case setAside(SettingsFile)
        case putBack(SettingsFile)

        var words: String {
            switch self {
            case .setAside(let file): "version \(file.version) set aside"
            case .putBack(let file): "version \(file.version) put back"
            }
        }
    }

    private static let inForce = "model-settings.json"
    /// MLServer looks for the exact name, so it does not see this one.
    private static let aside = "model-settings.json.tocsin-aside"
    private static let longestFile = 65_536
    private static let mostFolders = 1000

    /// The versions that Triton would find: folders with a number for a name.
    func tritonVersions() throws -> [String] {
        try children().filter { ServingVersion.number($0) != nil }
    }

    /// What MLServer would find of `model` in this folder and the folders in it, and what was set aside there.
    ///
    /// - Throws: `Obstacle`, also for a file that cannot be read: it might be the newest version.
    func settingsFiles(of model: String) throws -> [SettingsFile] {
        var files: [SettingsFile] = []
        for folder in try [path] + children().map({ "\(path)/\($0)" }) {
            for (name, isAside) in [(Self.inForce, false), (Self.aside, true)] {
                let file = "\(folder)/\(name)"
                guard FileManager.default.fileExists(atPath: file) else { continue }
                guard let settings = Self.settings(file) else { throw Obstacle("\(file) cannot be read") }
                guard settings["name"]?.scalar == model else { continue }
                let version = settings["parameters"]?["version"]?.scalar ?? ServingVersion.unversioned
                guard ServingVersion.isName(version) else {
                    throw Obstacle("\(file) names a version that cannot be one")
                }
                files.append(SettingsFile(folder: folder, version: version, isAside: isAside))
            }
        }
        return files
    }

    /// All of the steps or none: what was done is undone when one cannot be.
    ///
    /// - Throws: `Obstacle`.
    func take(_ steps: [Step]) throws {
        var taken: [Step] = []
        for step in steps {
            do {
                try Self.take(step)
                taken.append(step)
            } catch {
                do {
                    try undo(taken)
                } catch let second {
                    throw Obstacle("\(Obstacle(error).reason); then \(Obstacle(second).reason)")
                }
                throw error
            }
        }
    }

    /// The last first.
    func undo(_ steps: [Step]) throws {
        for step in steps.reversed() {
            switch step {
            case .setAside(let file): try Self.take(.putBack(file))
            case .putBack(let file): try Self.take(.setAside(file))
            }
        }
    }

    private static func take(_ step: Step) throws {
        switch step {
        case .setAside(let file): try rename(in: file.folder, inForce, to: aside)
        case .putBack(let file): try rename(in: file.folder, aside, to: inForce)
        }
    }

    /// At once or not at all, and never over another file.
    private static func rename(in folder: String, _ old: String, to new: String) throws {
        guard !FileManager.default.fileExists(atPath: "\(folder)/\(new)") else {
            throw Obstacle("\(folder)/\(old) cannot be renamed: there is a \(new) too")
        }
        guard Foundation.rename("\(folder)/\(old)", "\(folder)/\(new)") == 0 else {
            throw Obstacle("\(folder)/\(old) cannot be renamed: \(String(cString: strerror(errno)))")
        }
    }

    private func children() throws -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw Obstacle("the repository \(path) cannot be read")
        }
        guard names.count <= Self.mostFolders else {
            throw Obstacle("the repository \(path) has more than 1000 entries")
        }
        return names.filter { name in
            var isFolder: ObjCBool = false
            // MLServer passes over what begins with a dot.
            return !name.hasPrefix(".")
                && FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
                && isFolder.boolValue
        }.sorted()
    }

    private static func settings(_ file: String) -> JSONValue? {
        guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: longestFile + 1), data.count <= longestFile else { return nil }
        return try? JSONValue(json: Array(data))
    }
}
