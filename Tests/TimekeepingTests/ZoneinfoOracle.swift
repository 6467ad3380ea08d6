import Foundation
import Timekeeping

/// Starts Python on zoneinfo_oracle.py, restricted to the system's tz database.
enum ZoneinfoOracle {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// One TZif file, which several zone names may share.
    struct File {
        let zone: ZoneID
        let path: String
        let bytes: [UInt8]
    }

    static func zoneNames() throws -> [ZoneID] {
        try run("names", input: "").split(separator: "\n").map { ZoneID(rawValue: String($0)) }
    }

    /// The zones' files without copies. Rules are a function of the bytes alone, so a copy has nothing to add.
    static func distinctFiles(of zones: [ZoneID]) throws -> [File] {
        var seen: Set<[UInt8]> = []
        return try zones.compactMap { zone in
            let bytes = try SystemZones.bytes(zone)
            let path = SystemZones.folder.appendingPathComponent(zone.rawValue).path
            return seen.insert(bytes).inserted ? File(zone: zone, path: path, bytes: bytes) : nil
        }
    }

    /// Asks about each file, with the seconds at which our reader sees a change.
    static func answers(to requests: [(path: String, seconds: [Int64])]) throws -> [Substring] {
        let lines = requests.map { ([$0.path] + $0.seconds.map(String.init)).joined(separator: " ") }
        return try run("answer", input: lines.joined(separator: "\n")).split(separator: "\n")
    }

    /// Through files: a pipe would fill up and stop both sides.
    private static func run(_ command: String, input: String) throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("zoneinfo_oracle.py")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoneinfo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inputFile, outputFile) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try Data(input.utf8).write(to: inputFile)
        try Data().write(to: outputFile)

        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", script.path, command]
        python.environment = ProcessInfo.processInfo.environment
            .merging(["PYTHONTZPATH": SystemZones.folder.path]) { $1 }
        python.standardInput = try FileHandle(forReadingFrom: inputFile)
        python.standardOutput = try FileHandle(forWritingTo: outputFile)
        try python.run()
        python.waitUntilExit()
        guard python.terminationStatus == 0 else {
            throw Failure(description: "python3 with zoneinfo is needed; it ended with \(python.terminationStatus).")
        }
        return String(decoding: try Data(contentsOf: outputFile), as: UTF8.self)
    }
}
