import Foundation
import Integrations
import Testing

/// `tocsin simulate`, the built program: what it says, how it exits, and whether the running server does just that.
@Suite("tocsin simulate: what an alert would do")
struct SimulateCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "simulate-\(UUID().uuidString)")

    private static let steps = "[{page: [schedule sun], wait: 5m}, {page: [user ben], wait: 20m}]"
    private static let configuration = Installation.configuration(webhook: "http://127.0.0.1:9/", steps: steps)
    private static let uncounted =
        "Overrides, time off, silences and holidays by address that the server recorded are not counted. "
        + "Give --database to count them."

    private func simulate(
        _ arguments: String..., configuration: String = Self.configuration
    ) throws -> (status: Int32, said: String, objected: String) {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "tocsin.yaml")
        let (output, errors) = (folder.appending(path: "said.txt"), folder.appending(path: "errors.txt"))
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        for one in [output, errors] { _ = FileManager.default.createFile(atPath: one.path, contents: nil) }
        let process = Process()
        process.executableURL = try Installation.binary()
        process.arguments = ["simulate", "--config", file.path] + arguments
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOf: output, encoding: .utf8),
            try String(contentsOf: errors, encoding: .utf8)
        )
    }

    private struct Report: Decodable {
        struct Page: Decodable {
            let at: String, afterSeconds: Int, user: String, method: String, theirTime: String, handedOver: Bool
        }
        struct Event: Decodable { let kind: String, sentence: String, afterSeconds: Int }
        let reached: Bool, pages: [Page], events: [Event], whyNobody: String?, notes: [String], goesOnAt: String?

        init(_ said: String) throws {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            self = try decoder.decode(Self.self, from: Data(said.utf8))
        }

        /// "0 ana webhook"
        var calls: [String] { pages.map { "\($0.afterSeconds / 60) \($0.user) \($0.method)" } }
    }

    @Test("the whole trace as a table: on the reader's clocks, in UTC, and on those of whoever is paged")
    func table() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let told = try simulate(
            "Disk \u{1B}[31mfull", "--at", "2026-12-24T23:58", "--in", "Europe/Berlin", "--for", "6m")
        #expect(told.status == 0, "\(told)")
        let ground = "has turn 1 of layer amer"
        let golden = """
            “Disk full” at thu 2026-12-24 23:58:00 (Europe/Berlin), 2026-12-24T22:58:00Z. Nothing is sent or recorded.

            Berlin     UTC        after
            thu 2026-12-24
            23:58:00   22:58:00   0 s          Opened as sev2, service ranker: no route matched
            23:58:00   22:58:00   0 s          Alert “Disk full” (tocsin) fired, sev2
            23:58:00   22:58:00   0 s          Escalation by policy ml began: 2 steps
            23:58:00   22:58:00   0 s          Step 1 of policy ml: Ben Okoro, who \(ground) (schedule sun); waits 5 min
            23:58:00   22:58:00   0 s          Reaching Ben Okoro by webhook at once (a step of the escalation policy)
            23:58:00   22:58:00   0 s          Paged Ben Okoro by webhook (step 1 of policy ml: \(ground)), \
            thu 17:58 where they are (America/New_York)
            fri 2026-12-25
            00:03:00   23:03:00   5 min        Step 2 of policy ml: Ben Okoro, who is named in the policy; waits 20 min
            00:03:00   23:03:00   5 min        Reaching Ben Okoro by webhook at once (a step of the escalation policy)
            00:03:00   23:03:00   5 min        Paged Ben Okoro by webhook (step 2 of policy ml: is named in the policy), \
            thu 18:03 where they are (America/New_York)

            This is what the first 6 min bring. Tocsin looks again at fri 2026-12-25 00:23:00.
            First reached: Ben Okoro by webhook, at once.
            \(Self.uncounted)

            """
        #expect(told.said == golden, "\(told.said)")
    }

    @Test("JSON lists every page with its moment, and an acknowledgement stops them until it times out")
    func acknowledged() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let unanswered = try Report(simulate("--at", "2026-12-24T03:00", "--in", "Europe/Berlin", "--json").said)
        #expect(Array(unanswered.calls.prefix(3)) == ["0 chi webhook", "5 ben webhook", "25 dia inbox"])
        #expect(unanswered.pages[0].at == "2026-12-24T02:00:00Z")
        #expect(unanswered.pages[0].theirTime == "2026-12-24T11:00:00+09:00")
        #expect(unanswered.reached && unanswered.goesOnAt != nil)

        let answered = try simulate(
            "--at", "2026-12-24T02:00:00Z", "--ack-after", "3m", "--by", "dia", "--for", "20m", "--json")
        let report = try Report(answered.said)
        #expect(report.calls == ["0 chi webhook"], "\(answered.said)")
        #expect(report.events.contains { $0.kind == "acknowledged" && $0.afterSeconds == 180 })
        #expect(answered.objected == Self.uncounted + "\n")

        let over = try Report(
            simulate("--at", "2026-12-24T02:00:00Z", "--resolve-after", "4m", "--json").said)
        #expect(over.calls == ["0 chi webhook"] && over.goesOnAt == nil)
        #expect(over.events.contains { $0.kind == "incidentResolved" && $0.afterSeconds == 240 })
    }

    @Test("nobody is reached: exit 1 with the reason; quiet hours only put off, and the morning's page is told")
    func nobody() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let failing = try simulate("--at", "2026-12-24T02:00:00Z", "--failing", "webhook")
        #expect(failing.status == 1, "\(failing.said)")
        #expect(
            failing.said.contains("Nobody would be reached within 2 h: only inboxes would hold it."), "\(failing.said)")

        let asleep = Self.configuration.replacingOccurrences(
            of: "zone: Asia/Tokyo, high:", with: "zone: Asia/Tokyo, quiet: \"22:00-12:00\", low: [webhook now], high:")
        let put = ["--severity", "sev3", "--at", "2026-12-24T00:30:00Z"]
        let soon = try simulate(put[0], put[1], put[2], put[3], "--for", "1h", configuration: asleep)
        #expect(soon.status == 1 && soon.said.contains("Nobody would be paged within 1 h. "), "\(soon)")
        let later = try simulate(put[0], put[1], put[2], put[3], "--json", configuration: asleep)
        #expect(later.status == 0, "\(later)")
        #expect(try Report(later.said).pages.first?.at == "2026-12-24T03:00:00Z", "\(later.said)")
    }

    @Test("what cannot be asked is said in one sentence, and exits 2")
    func refused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        func expect(_ words: String, _ told: (status: Int32, said: String, objected: String)) {
            #expect(told.status == 2 && told.objected.contains(words) && told.said.isEmpty, "\(told)")
        }
        let file = folder.appending(path: "alert.json").path
        expect("There is no service 'disk' in the configuration.", try simulate("--service", "disk"))
        expect("There is no user 'zoe' in the configuration.", try simulate("--ack-after", "5m", "--by", "zoe"))
        expect(
            "the clocks of Europe/Berlin are set forward over '2027-03-28T02:30'",
            try simulate("--at", "2027-03-28T02:30", "--in", "Europe/Berlin"))
        expect("'Europe/Berlni' is no zone of the tz database", try simulate("--in", "Europe/Berlni"))
        expect("--alert: \(file) cannot be read.", try simulate("--alert", file))
        expect("--for: 'long' is no length of time.", try simulate("--for", "long"))
        expect("--label: 'x' is not name=value.", try simulate("--label", "x"))
        expect("--failing: 'pigeon' is no method.", try simulate("--failing", "pigeon"))
        expect("There is no database at", try simulate("--database", file))
        expect("policies", try simulate(configuration: Self.configuration + "\npolicies: {}\n"))
        try "{\"version\": \"4\"}".write(toFile: file, atomically: true, encoding: .utf8)
        expect("`alerts` is not an array.", try simulate("--alert", file))
    }

    @Test("the running server does what was foretold of the same alert: the same events, the same person, the same way")
    func agrees() async throws {
        let receiver = try await Receiver()
        let configuration = Installation.configuration(webhook: receiver.url, steps: Self.steps)
        let tocsin = try Installation(configuration: configuration)
        defer { tocsin.remove() }
        defer { try? FileManager.default.removeItem(at: folder) }
        try await tocsin.start()
        let body = """
            {"version": "4", "groupKey": "{}", "status": "firing", "groupLabels": {}, "alerts": [{"status": "firing",
             "labels": {"alertname": "Slow", "severity": "critical"}, "annotations": {"summary": "ranker is slow"},
             "startsAt": "2026-11-23T10:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "c0ffee"}]}
            """
        #expect(try await tocsin.request(.post, tocsin.hook, body: body).0 < 300)
        let page = try await eventually("the page arrives") { receiver.entries.first }
        let lived = try await eventually("the page has ended") { () -> [[String: any Sendable]]? in
            let items = try #require(
                try await tocsin.get("/incidents/1/timeline")["items"] as? [[String: any Sendable]])
            return items.contains { $0["kind"] as? String == "pageEnded" } ? items : nil
        }
        let opened = try #require(lived.first?["at"] as? String)

        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "alert.json").path
        try body.write(toFile: file, atomically: true, encoding: .utf8)
        let told = try simulate(
            "--alert", file, "--at", opened, "--database", tocsin.database, "--json", "--for", "1m",
            configuration: configuration)
        #expect(told.status == 0 && told.objected.isEmpty, "\(told)")
        let report = try Report(told.said)
        #expect(report.events.map(\.kind) == lived.map { $0["kind"] as? String ?? "?" })
        #expect(report.pages.map(\.user) == [page.user] && report.pages.map(\.method) == ["webhook"])
        let sentences = lived.map { $0["sentence"] as? String ?? "?" }
        // How a provider answered is the only thing that cannot be foretold.
        let foretold = zip(report.events, sentences).filter { $0.0.kind != "attemptEnded" && $0.0.kind != "pageEnded" }
        #expect(foretold.map(\.0.sentence) == foretold.map(\.1))
        await receiver.stop()
    }
}
