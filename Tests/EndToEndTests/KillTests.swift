import Engine
import Foundation
import Incidents
import Integrations
import SQLiteStore
import Synchronization
import Testing

/// `kill -9` at the worst moments: what was promised must be there afterwards.
@Suite(.serialized)
struct KillTests {
    private func firing(_ name: String) -> String {
        """
        {"version":"4","status":"firing","groupKey":"{}:{alertname=\\"\(name)\\"}","alerts":[{"status":"firing",\
        "labels":{"alertname":"\(name)","severity":"critical"},"annotations":{},\
        "startsAt":"2026-11-23T09:34:08.443Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"",\
        "fingerprint":"\(name)"}]}
        """
    }

    private let steps = "[{page: [schedule sun], wait: 30m}]"

    @Test("killed before the send: after the restart exactly one page arrives")
    func beforeTheSend() async throws {
        let port = try Installation.freePort()
        let tocsin = try Installation(
            configuration: Installation.configuration(webhook: "http://127.0.0.1:\(port)/pages", steps: steps))
        defer { tocsin.remove() }
        try await tocsin.start()
        // Nobody listens: the page is recorded, owed, and cannot leave.
        let (status, _) = try await tocsin.request(.post, tocsin.hook, body: firing("before"))
        #expect(status == 202)
        tocsin.kill()

        let receiver = try await Receiver(port: port)
        try await tocsin.start()
        try await eventually("the page arrives after the restart") { receiver.entries.first }
        try await pageIsSettled(tocsin)
        #expect(receiver.entries.count == 1)
        #expect(Set(receiver.entries.map(\.id)).count == 1)
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }

    @Test("killed during the send: at most two pages arrive, and the second says that it is a repeat")
    func duringTheSend() async throws {
        let receiver = try await Receiver()
        receiver.behave(.hold)
        let tocsin = try Installation(
            configuration: Installation.configuration(webhook: receiver.url, steps: steps))
        defer { tocsin.remove() }
        try await tocsin.start()
        let (status, _) = try await tocsin.request(.post, tocsin.hook, body: firing("during"))
        #expect(status == 202)
        try await eventually("the page arrives and is not answered") { receiver.entries.first }
        tocsin.kill()

        receiver.behave(.accept)
        receiver.release()
        try await tocsin.start()
        try await pageIsSettled(tocsin)
        let entries = receiver.entries
        #expect(entries.count == 2)
        #expect(entries.map(\.isRepeat) == [false, true])
        #expect(Set(entries.map(\.id)).count == 1, "both carry the same id, so a receiver can tell")
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        await receiver.stop()
    }

    private func pageIsSettled(_ tocsin: Installation) async throws {
        try await eventually("the page ends") {
            let timeline = try await tocsin.get("/incidents/1/timeline")
            let items = timeline["items"] as? [[String: any Sendable]] ?? []
            return items.contains { $0["kind"] as? String == "pageEnded" } ? true : nil
        }
    }

    @Test("a storm of 2 000 alerts, killed at a random moment: what was answered 2xx is in the log, 20 times over")
    func storm() async throws {
        let rounds = Int(ProcessInfo.processInfo.environment["TOCSIN_STORM_ROUNDS"] ?? "") ?? 20
        let receiver = try await Receiver()
        for round in 1...rounds { try await storm(round, receiver) }
        await receiver.stop()
    }

    private func storm(_ round: Int, _ receiver: Receiver) async throws {
        let tocsin = try Installation(
            configuration: Installation.configuration(webhook: receiver.url, steps: steps))
        defer { tocsin.remove() }
        try await tocsin.start()
        let names = (1...2_000).map { "storm\(round)x\($0)" }
        let killAfter = Int.random(in: 1..<1_900)
        let answered = Shared<Set<String>>([])

        await send(names, to: tocsin, width: 16) { name in
            let count = answered.withLock { answered in
                answered.insert(name)
                return answered.count
            }
            if count == killAfter { tocsin.kill() }
        }
        tocsin.kill()
        let promised = answered.withLock { $0 }
        let kept = try fingerprints(in: tocsin)
        #expect(promised.subtracting(kept).isEmpty, "round \(round), killed after \(killAfter): a promise was lost")
        // What is kept and was not answered is what was under way at that moment, no more.
        #expect(kept.subtracting(promised).count <= 16, "round \(round), killed after \(killAfter)")

        try await tocsin.start()
        await send(names.filter { !promised.contains($0) }, to: tocsin, width: 16) { name in
            answered.withLock { _ = $0.insert(name) }
        }
        tocsin.stop()
        #expect(answered.withLock { $0 } == Set(names))
        #expect(try fingerprints(in: tocsin) == Set(names), "round \(round): after the retries both sets are the same")
        #expect(try tocsin.verifyLog().contains("The log is whole"))
        print(
            "storm round \(round): killed after \(killAfter) answers, \(kept.count) alerts in the log, \(names.count) after the retries"
        )
    }

    /// Sends every alert, `width` at a time, and reports the ones answered 2xx.
    private func send(
        _ names: [String], to tocsin: Installation, width: Int, _ report: @escaping @Sendable (String) -> Void
    ) async {
        let hook = tocsin.hook
        let client = tocsin.client
        let queue = Shared(names[...])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<width {
                group.addTask { [self] in
                    while let name = queue.withLock({ $0.popFirst() }) {
                        let result = await client.send(
                            OutboundRequest(
                                method: .post, url: hook, headers: [("Content-Type", "application/json")],
                                body: Array(firing(name).utf8)))
                        if case .response(let response) = result, (200..<300).contains(response.status) { report(name) }
                    }
                }
            }
        }
    }

    /// The alerts in the log, each of which must be there once.
    private func fingerprints(in tocsin: Installation) throws -> Set<String> {
        let store = try SQLiteStore(path: tocsin.database, readOnly: true)
        var keys: [String] = []
        var last: Int64 = 0
        while case let records = try store.records(after: last, limit: 5_000), let end = records.last {
            for record in records where record.kind == "alertFired" {
                guard case .alertFired(let fired) = try EventCodec.decode(record).payload else { continue }
                keys.append(fired.alert.key)
            }
            last = end.sequence
        }
        #expect(Set(keys).count == keys.count, "an alert is in the log twice")
        return Set(keys)
    }
}

/// A value that several tasks share.
private final class Shared<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    func withLock<T: Sendable>(_ body: (inout Value) -> T) -> T {
        mutex.withLock { value in
            var copy = value
            let result = body(&copy)
            value = copy
            return result
        }
    }
}
