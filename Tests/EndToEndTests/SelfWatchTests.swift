import Foundation
import Integrations
import Testing

/// Disks that are really full, files that really cannot be written: what was promised must hold, and everybody who can
/// do something about it must hear of it without the log.
@Suite(.serialized)
struct SelfWatchTests {
    private static let steps = "[{page: [schedule sun], wait: 30m}]"

    /// A disk of its own, a few megabytes large; nil where this machine does not let us have one.
    private final class TinyDisk: Sendable {
        let path: String

        init(megabytes: Int) throws {
            path = FileManager.default.temporaryDirectory.appending(path: "tocsin-disk-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            _ = try Installation.run(
                URL(filePath: "/usr/bin/mount"), ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tocsin-test", path])
        }

        func fill() throws {
            _ = FileManager.default.createFile(atPath: "\(path)/filler", contents: nil)
            let file = try FileHandle(forWritingTo: URL(filePath: "\(path)/filler"))
            let block = Data(repeating: 7, count: 4096)
            while (try? file.write(contentsOf: block)) != nil {}
            try file.close()
        }

        func free() throws { try FileManager.default.removeItem(atPath: "\(path)/filler") }

        func remove() {
            _ = try? Installation.run(URL(filePath: "/usr/bin/umount"), ["-l", path])
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    private static let isRoot = geteuid() == 0

    private func firing(_ number: Int) -> String {
        """
        {"version":"4","status":"firing","groupKey":"{}:{alertname=\\"a\(number)\\"}","alerts":[{"status":"firing",\
        "labels":{"alertname":"a\(number)","severity":"critical"},"annotations":{},\
        "startsAt":"2026-11-23T09:34:08.443Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"",\
        "fingerprint":"a\(number)"}]}
        """
    }

    /// Sends alerts, a new one each time, until one is answered so.
    private func fire(_ tocsin: Installation, until wanted: Int, from first: Int) async throws {
        var number = first
        try await eventually("an alert is answered \(wanted)") { () -> Bool? in
            number += 1
            // A connection kept from before a restart may break.
            let answer = try? await tocsin.request(.post, tocsin.hook, body: firing(number))
            return answer?.0 == wanted ? true : nil
        }
    }

    private func metric(_ tocsin: Installation, _ line: String) async throws -> Bool {
        let (_, body) = try await tocsin.request(.get, "\(tocsin.server)/metrics")
        return String(decoding: body, as: UTF8.self).contains("\n\(line)")
    }

    private func doctor(_ tocsin: Installation) async throws -> [String: String] {
        let lines = try #require(try await tocsin.get("/doctor")["lines"] as? [[String: any Sendable]])
        return Dictionary(
            lines.map { line in
                let name = [line["check"] as? String, line["subject"] as? String].compactMap(\.self)
                return (name.joined(separator: " "), "\(line["state"] ?? ""): \(line["why"] ?? "")")
            }
        ) { first, _ in first }
    }

    private func title(_ entry: Receiver.Entry) -> String { String(decoding: entry.body, as: UTF8.self) }

    /// More than half a minute: that is how long a hiccup may last before somebody is woken for it.
    @Test(
        "a full disk: senders are told to try again, the last resort hears of it, and it goes on by itself",
        .enabled(if: isRoot))
    func diskFull() async throws {
        let disk = try TinyDisk(megabytes: 3)
        defer { disk.remove() }
        let receiver = try await Receiver()
        let tocsin = try Installation(
            configuration: Installation.configuration(webhook: receiver.url, steps: Self.steps),
            databaseFolder: disk.path)
        defer { tocsin.remove() }
        try await tocsin.start()
        try await fire(tocsin, until: 202, from: 0)
        try await eventually("the first page arrives") { receiver.entries.first }
        #expect(try await metric(tocsin, "tocsin_log_writable 1\n"))

        try disk.fill()
        try await fire(tocsin, until: 503, from: 100)
        let (ready, why) = try await tocsin.request(.get, "\(tocsin.server)/readyz?verbose")
        #expect(ready == 503)
        #expect(String(decoding: why, as: UTF8.self).contains("the disk is full"))
        #expect(try await metric(tocsin, "tocsin_log_writable 0\n"))
        #expect(try await metric(tocsin, "tocsin_log_failures_total{kind=\"full\"} "))
        #expect(try await doctor(tocsin)["log"]?.hasPrefix("failing: cannot be written since") == true)
        // Who is on call is known without the log.
        let onCall = try #require(try await tocsin.get("/oncall")["items"] as? [[String: any Sendable]])
        #expect(onCall.count == 1)
        try await eventually("the last resort hears of it", within: .seconds(60)) {
            receiver.entries.first { title($0).contains("cannot write its log") && title($0).contains("disk is full") }
        }

        try disk.free()
        try await fire(tocsin, until: 202, from: 200)
        try await eventually("the last resort hears that it is over") {
            receiver.entries.first { title($0).contains("can write its log again") }
        }
        #expect(receiver.entries.filter { title($0).contains("cannot write its log") }.count == 1)
        #expect(try await metric(tocsin, "tocsin_log_writable 1\n"))
        #expect(try await doctor(tocsin)["log"]?.hasPrefix("ok: ") == true)
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }

    /// The immutable flag, which not even root writes past (chattr(1)). Not on `-shm`: that is memory of SQLite's, and a
    /// kernel that takes it away ends the process; the next start then waits as below.
    private func protect(_ tocsin: Installation, _ isProtected: Bool) throws {
        let files = ["", "-wal"].map { tocsin.database + $0 }
            .filter { FileManager.default.fileExists(atPath: $0) }
        _ = try Installation.run(URL(filePath: "/usr/bin/chattr"), [isProtected ? "+i" : "-i"] + files)
    }

    @Test(
        "a database that cannot be written, running and at a start: told without it, and mended without a restart",
        .enabled(if: isRoot))
    func readOnly() async throws {
        let receiver = try await Receiver()
        let tocsin = try Installation(
            configuration: Installation.configuration(webhook: receiver.url, steps: Self.steps))
        defer { tocsin.remove() }
        try await tocsin.start()
        try await fire(tocsin, until: 202, from: 0)
        do {
            try protect(tocsin, true)
        } catch {
            return print("no immutable files here, so this was not tried: \(error)")
        }
        try await fire(tocsin, until: 503, from: 100)
        #expect(try await metric(tocsin, "tocsin_log_writable 0\n"))
        try protect(tocsin, false)
        try await fire(tocsin, until: 202, from: 200)
        #expect(try await metric(tocsin, "tocsin_log_writable 1\n"))

        // Who is on call was written down beside the database, with the ways to reach them.
        tocsin.stop()
        let said = try Installation.run(
            Installation.binary(),
            ["oncall", "--server", "http://127.0.0.1:9", "--token", "x", "--database", "\(tocsin.database).gone"])
        #expect(said.contains("As known at "))
        #expect(said.contains("sun: ") && said.contains("last resort: Dia Lim (dia)"))
        let mode = try FileManager.default.attributesOfItem(
            atPath: tocsin.folder.appending(path: "last-known.json").path)[.posixPermissions]
        #expect(mode as? Int == 0o600)

        try protect(tocsin, true)
        async let started: Void = tocsin.start()
        try await eventually("the last resort hears that it cannot start", within: .seconds(60)) {
            receiver.entries.first { title($0).contains("cannot start") }
        }
        try protect(tocsin, false)
        try await started
        try await fire(tocsin, until: 202, from: 300)
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }

    @Test("one Tocsin watches another: its heartbeats are heard, and when it dies somebody is paged")
    func heartbeats() async throws {
        let receiver = try await Receiver()
        let watching = Installation.configuration(webhook: receiver.url, steps: Self.steps)
            .replacing(
                "integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}",
                with: "integrations: {other: {type: heartbeat, key: {env: KEY_AM}, expect_every: 30s}}")
        let watcher = try Installation(configuration: watching)
        defer { watcher.remove() }
        try await watcher.start()
        let address = "\(watcher.server)/hooks/heartbeat/\(watcher.key)"
        let watched = try Installation(
            configuration: Installation.configuration(webhook: receiver.url, steps: Self.steps)
                + "\nheartbeat: {url: {env: BEAT}, every: 10s}\n", environment: ["BEAT": address])
        defer { watched.remove() }
        try await watched.start()
        try await eventually("a heartbeat was sent") {
            try await metric(watched, "tocsin_heartbeats_total{outcome=\"sent\"} ") ? true : nil
        }
        #expect(try await doctor(watched)["heartbeat out"]?.hasPrefix("ok: last sent") == true)
        #expect(try await doctor(watcher)["heartbeat in other"]?.hasPrefix("ok: heard") == true)
        #expect(try await watcher.request(.get, address).0 == 200)
        #expect(try await watcher.request(.get, "\(watcher.server)/hooks/heartbeat/nobody").0 == 404)

        watched.kill()
        try await eventually("somebody is paged for its silence", within: .seconds(75)) {
            receiver.entries.first { title($0).contains("other has fallen silent") }
        }
        #expect(try await doctor(watcher)["heartbeat in other"]?.hasPrefix("failing: silent") == true)
        // Any request counts, also one without a body.
        #expect(try await watcher.request(.get, address).0 == 200)
        try await eventually("it resolves by itself") {
            try await watcher.get("/incidents/1")["state"] as? String == "resolved" ? true : nil
        }
        await receiver.stop()
    }

    @Test("a channel that fails is said by doctor and metrics, and no more when it works")
    func channel() async throws {
        let port = try Installation.freePort()
        let tocsin = try Installation(
            configuration: Installation.configuration(webhook: "http://127.0.0.1:\(port)/pages", steps: Self.steps))
        defer { tocsin.remove() }
        try await tocsin.start()
        try await tocsin.fire("RankerSlow")
        try await eventually("doctor says it") {
            try await doctor(tocsin)["channel webhook"]?.hasPrefix("failing: ") == true ? true : nil
        }
        #expect(try await metric(tocsin, "tocsin_channel_failing{channel=\"webhook\"} 1\n"))
        let (code, said) = Self.exit(of: ["doctor", "--server", tocsin.server, "--token", try tocsin.token()])
        #expect(code == 2)
        #expect(said.contains("[failing] channel webhook: "))
        let receiver = try await Receiver(port: port)
        try await eventually("it works again") {
            try await doctor(tocsin)["channel webhook"]?.hasPrefix("ok: ") == true ? true : nil
        }
        #expect(try await metric(tocsin, "tocsin_channel_failing{channel=\"webhook\"} 0\n"))
        let (after, _) = Self.exit(
            of: [
                "doctor", "--server", tocsin.server, "--token", try tocsin.token(), "--database", tocsin.database,
                "--json",
            ])
        #expect(after == 1, "no heartbeat out and no watchdog, which are worth a warning")
        await receiver.stop()
    }

    /// A program that ends otherwise than well, and what it said.
    private static func exit(of arguments: [String]) -> (Int32, String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = try? Installation.binary()
        process.arguments = arguments
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return (-1, "it did not start") }
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }
}
