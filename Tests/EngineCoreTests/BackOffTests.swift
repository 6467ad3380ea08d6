import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// When attempts that failed for now come back.
@Suite struct BackOffTests {
    /// When each of forty pages that fail together, and are each a message, has its next attempts, in milliseconds from the failure before.
    private static func waits(asked: Duration? = nil, attempts: Int = 1) -> [[Int64]] {
        var limits = Limits()
        limits.slotsPerMethod = 100
        var core = CoreTests.ready(limits, CoreTests.directory(methods: [.webhook]))
        let keys = (1...40).map { "db\($0)" }
        let signals = keys.map { CoreTests.alert($0) }
        var now = CoreTests.start
        var failed: [PageID: Instant] = [:]
        var waits: [PageID: [Int64]] = [:]
        var effects = core.handle(.submitted(Ticket(1), .alerts(signals, unreadable: [], from: "prod")), now: now)
        while true {
            while !effects.isEmpty {
                var next: [Effect] = []
                for batch in effects.batches { next += core.handle(.appended(batch: batch.number), now: now) }
                for transmission in effects.begun where transmission.method == .webhook {
                    let page = transmission.attempt.page
                    if let failed = failed[page] { waits[page, default: []].append((now - failed).milliseconds) }
                    failed[page] = now
                    let outcome = AttemptOutcome(.failedForNow, evidence: "busy", retryAfter: asked)
                    next += core.handle(.attemptEnded(transmission.attempt, outcome), now: now)
                }
                effects = next
            }
            let done = waits.count == keys.count && waits.values.allSatisfy { $0.count >= attempts }
            guard !done, let deadline = core.nextDeadline(), deadline - CoreTests.start < .hours(12) else { break }
            now = max(deadline, now)
            effects = core.handle(.tick, now: now)
        }
        return waits.sorted { $0.key < $1.key }.map(\.value)
    }

    @Test("pages that fail together come back spread over 20 % more and less than the usual wait")
    func spread() {
        let waits = Self.waits(attempts: 3)
        #expect(waits.count == 40)
        for (index, usual) in [2000, 5000, 10_000].enumerated() {
            let those = waits.compactMap { $0.indices.contains(index) ? $0[index] : nil }
            #expect(those.allSatisfy { $0 >= Int64(usual * 8 / 10) && $0 <= Int64(usual * 12 / 10) }, "\(those)")
            #expect(Set(those).count > 30, "they would come back together: \(those)")
            #expect(those.contains { $0 < Int64(usual * 9 / 10) } && those.contains { $0 > Int64(usual * 11 / 10) })
        }
        #expect(Self.waits(attempts: 3) == waits, "the same attempt always waits as long")
    }

    @Test("nobody comes back before the receiver said, nor later than a fifth more, and never after more than 144 s")
    func asked() {
        let half = Self.waits(asked: .seconds(30)).map { $0[0] }
        #expect(half.allSatisfy { $0 >= 30_000 && $0 <= 36_000 } && Set(half).count > 30, "\(half)")
        let greedy = Self.waits(asked: .hours(1)).map { $0[0] }
        #expect(greedy.allSatisfy { $0 >= 120_000 && $0 <= 144_000 } && Set(greedy).count > 30, "\(greedy)")
    }
}
