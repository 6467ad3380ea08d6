import Foundation

/// The files Tocsin comes with, wherever it was started from: beside the installed executable
/// (`<prefix>/share/tocsin`), or in the source tree it was built in.
enum ShareFolder {
    /// The folder of that name; nil when there is none.
    static func find(_ name: String) -> String? {
        let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let folder = executable.deletingLastPathComponent()
        var candidates = [folder.deletingLastPathComponent().appendingPathComponent("share/tocsin/\(name)")]
        // .build/x86_64-unknown-linux-gnu/debug/tocsin lies three below the tree's root.
        var tree = folder
        for _ in 0..<4 {
            tree.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: tree.appendingPathComponent("Package.swift").path) {
                candidates.append(tree.appendingPathComponent(name))
            }
        }
        return candidates.map(\.path).first(where: isFolder)
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
