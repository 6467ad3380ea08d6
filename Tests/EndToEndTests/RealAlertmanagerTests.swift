import Foundation
import Integrations
import Testing

/// Debian's Prometheus and Alertmanager, unmodified, in front of the built program.
@Suite(.serialized)
struct RealAlertmanagerTests {
    @Test("a rule fires, who is on call is paged and acknowledges by the link, the rule stops, it resolves")
    func acknowledged() async throws {
        let receiver = try await Receiver()
        let tocsin = try Installation(
            configuration: Installation.configuration(
                webhook: receiver.url, steps: "[{page: [schedule sun], wait: 5m}]"))
        defer { tocsin.remove() }
        try await tocsin.start()
        let monitoring = try Monitoring(hook: tocsin.hook, folder: tocsin.folder)
        defer { monitoring.stop() }
        try await monitoring.start()

        try await monitoring.fire()
        let page = try await eventually("a page arrives", within: .seconds(60)) { receiver.entries.first }
        #expect(page.user == Installation.onCall(at: Date()))
        #expect(page.reason == "step")
        #expect(page.incident == "INC-1")

        // A link scanner looks and does not touch.
        let (looked, html) = try await tocsin.request(.get, page.acknowledgeURL)
        #expect(looked == 200)
        #expect(String(decoding: html, as: UTF8.self).contains("Acknowledge"))
        #expect(try await tocsin.get("/incidents/1")["state"] as? String == "triggered")
        let (tapped, _) = try await tocsin.request(.post, page.acknowledgeURL)
        #expect((200..<400).contains(tapped))
        let incident = try await tocsin.get("/incidents/1")
        #expect(incident["state"] as? String == "acknowledged")
        #expect(incident["owner"] as? String == page.user)

        try await monitoring.clear()
        try await eventually("the incident resolves", within: .seconds(60)) {
            try await tocsin.get("/incidents/1")["state"] as? String == "resolved" ? true : nil
        }
        #expect(receiver.entries.count == 1)
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }

    @Test("nobody acknowledges: each step, then the last resort")
    func nobodyAcknowledges() async throws {
        let receiver = try await Receiver()
        let tocsin = try Installation(
            configuration: Installation.configuration(
                webhook: receiver.url,
                steps: "[{page: [schedule sun], wait: 10s}, {page: [user ana, user ben, user chi], wait: 10s}]"))
        defer { tocsin.remove() }
        try await tocsin.start()
        let monitoring = try Monitoring(hook: tocsin.hook, folder: tocsin.folder)
        defer { monitoring.stop() }
        try await monitoring.start()

        try await monitoring.fire()
        try await eventually("the last resort is paged", within: .seconds(90)) {
            receiver.entries.contains { $0.reason == "lastResort" } ? true : nil
        }
        let entries = receiver.entries
        let first = Installation.onCall(at: Date())
        #expect(entries[0].user == first && entries[0].reason == "step")
        #expect(Set(entries[1..<4].map(\.user)) == ["ana", "ben", "chi"])
        #expect(entries[1..<4].allSatisfy { $0.reason == "step" })
        #expect(entries[4].user == "dia" && entries[4].reason == "lastResort")
        #expect(entries.count == 5)
        let timeline = try await tocsin.get("/incidents/1/timeline")
        let kinds = try #require(timeline["items"] as? [[String: any Sendable]]).compactMap { $0["kind"] as? String }
        #expect(kinds.filter { $0 == "stepTaken" }.count == 2)
        #expect(kinds.contains("lastResortRaised"))
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }
}
