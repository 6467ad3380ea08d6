import Engine
import Foundation
import Incidents
import Integrations
import Testing

extension V2Driver {
    func observe() async -> ServingObservation {
        await withCheckedContinuation { continuation in observe { continuation.resume(returning: $0) } }
    }

    func apply(_ version: String, expecting state: ServingState) async -> ServingOutcome {
        await withCheckedContinuation { continuation in
            apply(ServingChange(to: version, expected: state)) { continuation.resume(returning: $0) }
        }
    }

    func check(_ version: String) async -> [ServingCheck.Kind: ServingCheck] {
        let checks = await withCheckedContinuation { continuation in
            check(version: version) { continuation.resume(returning: $0) }
        }
        return Dictionary(uniqueKeysWithValues: checks.map { ($0.kind, $0) })
    }

    func state() async throws -> ServingState {
        let observation = await observe()
        guard case .seen(let state) = observation else { throw Trouble("\(observation)") }
        return state
    }
}

/// Triton as it is on PyPI, on the processor.
@Suite("Rolling back on a real Triton", .serialized)
struct ServingTests {
    @Test("a bad version is seen, taken back, seen to be good, and the way back is the same")
    func thereAndBack() async throws {
        let triton = try await ModelServer(.triton)
        defer { triton.remove() }
        let driver = triton.driver(repository: triton.repository)
        let bad = try await driver.state()
        #expect(bad.version == "2")
        #expect(bad.available == ["1", "2"])
        var checks = await driver.check("2")
        #expect(checks[.readiness]?.result == .passed)
        #expect(checks[.golden]?.result == .failed)
        #expect(checks[.golden]?.evidence == "version 2: y[0] is 15.0, not 10")

        let back = await driver.apply("1", expecting: bad)
        #expect(back.result == .applied, "\(back.evidence)")
        #expect(try await triton.answeringVersion() == "1")
        let good = try await driver.state()
        #expect(back.state == good)
        #expect(good.version == "1" && good.generation != bad.generation)
        checks = await driver.check("1")
        #expect(checks.values.allSatisfy { $0.result == .passed } && checks.count == 2, "\(checks)")
        checks = await driver.check("2")
        #expect(checks[.readiness]?.result == .failed)
        #expect(checks[.golden]?.evidence == "answered by version 1, not 2")

        let again = await driver.apply("1", expecting: bad)
        #expect(again.result == .applied)
        #expect(again.evidence == "version 1 was served already, and nothing was sent")

        let forth = await driver.apply("2", expecting: good)
        #expect(forth.result == .applied, "\(forth.evidence)")
        #expect(try await triton.answeringVersion() == "2")
    }

    @Test("what was changed by others meanwhile is left alone")
    func changedUnderneath() async throws {
        let triton = try await ModelServer(.triton)
        defer { triton.remove() }
        let planned = try await triton.driver().state()
        let other = await triton.driver().apply("1", expecting: planned)
        #expect(other.result == .applied, "\(other.evidence)")
        // Version 2 answers again, but it is configured in another way than when the plan was made.
        let undone = await triton.driver().apply("2", expecting: try await triton.driver().state())
        #expect(undone.state?.version == "2")
        let outcome = await triton.driver().apply("1", expecting: planned)
        #expect(outcome.result == .changedUnderneath)
        #expect(outcome.state == undone.state)
        #expect(try await triton.answeringVersion() == "2")
    }

    @Test("a version that is missing or will not load is refused, and what was served goes on")
    func refused() async throws {
        let triton = try await ModelServer(.triton)
        defer { triton.remove() }
        let driver = triton.driver()
        let before = try await driver.state()
        let missing = await driver.apply("9", expecting: before)
        #expect(missing.result == .refused)
        #expect(missing.evidence.contains("at least one version must be available"), "\(missing.evidence)")
        try triton.add(
            version: "3",
            """
            class TritonPythonModel:
                def initialize(self, args):
                    raise RuntimeError("the weights are damaged")

                def execute(self, requests):
                    return []
            """)
        let damaged = await driver.apply("3", expecting: before)
        #expect(damaged.result == .refused)
        #expect(damaged.evidence.contains("the weights are damaged"), "\(damaged.evidence)")
        #expect(damaged.state?.version == "2")
        let word = await driver.apply("../1", expecting: before)
        #expect(word.result == .refused)
        #expect(try await triton.answeringVersion() == "2")
        #expect(try await driver.state().generation == before.generation)
    }

    @Test("without explicit model control it is refused, with what to set")
    func notExplicit() async throws {
        let triton = try await ModelServer(.triton, isExplicit: false)
        defer { triton.remove() }
        let driver = triton.driver()
        let outcome = await driver.apply("1", expecting: try await driver.state())
        #expect(outcome.result == .refused)
        #expect(outcome.evidence.hasPrefix("Start Triton with --model-control-mode=explicit."), "\(outcome.evidence)")
    }

    @Test("nothing is sent to a server that is gone, and no look calls it well")
    func dead() async throws {
        let triton = try await ModelServer(.triton)
        defer { triton.remove() }
        let driver = triton.driver()
        let before = try await driver.state()
        triton.kill()
        guard case .unreachable(let reason) = await driver.observe() else { throw Trouble("it was seen") }
        #expect(reason.contains("no connection could be made"))
        let outcome = await driver.apply("1", expecting: before)
        #expect(outcome.result == .notSent)
        #expect(await driver.check("1").values.allSatisfy { $0.result == .unknown })
    }

    @Test("a server that dies while it loads leaves doubt, never success")
    func killedWhileLoading() async throws {
        let triton = try await ModelServer(.triton)
        defer { triton.remove() }
        try triton.add(
            version: "3",
            """
            import time

            class TritonPythonModel:
                def initialize(self, args):
                    time.sleep(600)

                def execute(self, requests):
                    return []
            """)
        let driver = triton.driver(
            patience: V2Driver.Patience(settling: .seconds(1), pause: .milliseconds(100)))
        let before = try await driver.state()
        async let applying = driver.apply("3", expecting: before)
        try await eventually("it loads") {
            try await triton.request(.post, "/v2/repository/index", body: "{}").1.contains("LOADING") ? true : nil
        }
        #expect(try await triton.answeringVersion() == "2")
        triton.kill()
        let outcome = await applying
        #expect(outcome.result == .inDoubt, "\(outcome.evidence)")
        #expect(outcome.state == nil)
    }
}

/// MLServer, whose load request names no version: files are renamed.
@Suite("Rolling back on a real MLServer", .serialized)
struct MLServerTests {
    @Test("newer versions are set aside and put back", arguments: [true, false])
    func thereAndBack(golden: Bool) async throws {
        let server = try await ModelServer(.mlserver)
        defer { server.remove() }
        let driver = server.driver(repository: server.repository, golden: golden)
        let bad = try await driver.state()
        #expect(bad.version == "2")
        #expect(bad.available == ["1", "2"])
        #expect(await driver.check("2")[.golden]?.result == (golden ? .failed : nil))

        let back = await driver.apply("1", expecting: bad)
        #expect(back.result == .applied, "\(back.evidence)")
        #expect(back.evidence.contains("version 2 set aside"))
        #expect(try await server.answeringVersion() == "1")
        let good = try await driver.state()
        #expect(back.state == good)
        #expect(good.version == "1" && good.generation != bad.generation && good.available == ["1", "2"])
        let checks = await driver.check("1")
        #expect(checks.values.allSatisfy { $0.result == .passed } && checks.count == (golden ? 2 : 1), "\(checks)")
        #expect(await driver.check("2")[.readiness]?.result == .failed)

        let forth = await driver.apply("2", expecting: good)
        #expect(forth.result == .applied, "\(forth.evidence)")
        #expect(forth.evidence.contains("version 2 put back"))
        #expect(try await server.answeringVersion() == "2")
        #expect(try await driver.state() == bad)
    }

    @Test("without its folder it is refused, and so are a missing version and one that will not load")
    func refused() async throws {
        let server = try await ModelServer(.mlserver)
        defer { server.remove() }
        let outside = server.driver()
        let unaided = await outside.apply("1", expecting: try await outside.state())
        #expect(unaided.result == .refused)
        #expect(unaided.evidence.hasPrefix("MLServer cannot be told which version to serve."))

        let driver = server.driver(repository: server.repository)
        let missing = await driver.apply("../1", expecting: try await driver.state())
        #expect(missing.result == .refused)

        let applied = await driver.apply("1", expecting: try await driver.state())
        #expect(applied.result == .applied, "\(applied.evidence)")
        try server.add(
            version: "2.damaged",
            """
            {"name": "ranker", "implementation": "ranker.Ranker",
             "parameters": {"version": "0", "extra": {"damaged": true}}}
            """)
        let before = try await driver.state()
        let damaged = await driver.apply("0", expecting: before)
        #expect(damaged.result == .refused, "\(damaged.evidence)")
        #expect(try await server.answeringVersion() == "1")
        #expect(try await driver.state() == before, "The files must be as they were.")
    }
}
