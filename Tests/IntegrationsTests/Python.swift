import Foundation
import Integrations

/// An independent reader: Python's own modules, nothing installed.
enum Python {
    /// What the program printed, as JSON.
    static func answer(_ program: String, _ input: [UInt8]) throws -> JSONValue {
        // Files and not pipes: a pipe is inherited by whatever else starts meanwhile, and then it does not end.
        let folder = FileManager.default.temporaryDirectory.appending(path: "python-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (asked, answered) = (folder.appending(path: "asked"), folder.appending(path: "answered"))
        try Data(input).write(to: asked)
        try Data().write(to: answered)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        process.standardInput = try FileHandle(forReadingFrom: asked)
        process.standardOutput = try FileHandle(forWritingTo: answered)
        try process.run()
        process.waitUntilExit()
        return try JSONValue(json: Array(try Data(contentsOf: answered)))
    }

    /// A mail as `email` reads it: `headers`, `defects`, `parts`, `to`, `longest_line`.
    static func read(mail: [UInt8]) throws -> JSONValue {
        try answer(
            """
            import sys, json, email, email.policy
            raw = sys.stdin.buffer.read()
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            parts = [p for p in mail.walk() if not p.is_multipart()]
            print(json.dumps({
                "headers": [[k, str(v)] for k, v in mail.items()],
                "defects": [str(d) for d in mail.defects] + [str(d) for v in mail.values() for d in v.defects],
                "type": mail.get_content_type(),
                "to": [[a.display_name, a.addr_spec] for a in mail["To"].addresses],
                "parts": [{"type": p.get_content_type(), "charset": p.get_content_charset(),
                           "text": p.get_content().replace("\\r\\n", "\\n")}
                          for p in parts],
                "longest_line": max(len(line) for line in raw.split(b"\\r\\n")),
                "bare": raw.replace(b"\\r\\n", b"").count(b"\\n") + raw.replace(b"\\r\\n", b"").count(b"\\r"),
            }))
            """, mail)
    }
}

extension JSONValue {
    var strings: [String] {
        guard case .array(let elements) = self else { return [] }
        return elements.compactMap(\.scalar)
    }

    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// Of a mail that Python read: the values of that header.
    func header(_ name: String) -> [String] {
        (self["headers"]?.elements ?? []).map(\.strings).filter { $0.first == name }.map { $0[1] }
    }
}
