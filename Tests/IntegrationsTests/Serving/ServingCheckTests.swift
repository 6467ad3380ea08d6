import Engine
import Foundation
import Incidents
import Integrations
import Testing

@Suite("Whether what is served is well")
struct ServingCheckTests {
    private let client = CurlClient()

    @Test("the version that is meant is ready and answers: passed; another answers: failed")
    func readiness() async throws {
        let serving = try ScriptedServing()
        defer { serving.stop() }
        let driver = serving.driver(client)
        #expect(
            await driver.check("2") == [
                ServingCheck(.readiness, .passed, evidence: "version 2 is ready and answers"),
                ServingCheck(.golden, .passed, evidence: "version 2 answered the golden request as it should"),
            ])
        #expect(
            await driver.check("1") == [
                ServingCheck(.readiness, .failed, evidence: "version 1 is not ready: HTTP 400: no"),
                ServingCheck(.golden, .failed, evidence: "answered by version 2, not 1"),
            ])
        // It lies: version 1 is ready too, and does not answer.
        serving.change { $0.odd["/models/ranker/versions/1/ready"] = .answer(200) }
        #expect(await driver.check("1")[0].evidence == "version 1 is ready, but version 2 answers")
        serving.change { $0.odd["/models/ranker/versions/2/ready"] = .answer(502) }
        #expect(await driver.check("2")[0].result == .unknown)
    }

    private static func answer(_ data: String, version: String = #""2""#) -> String {
        #"{"model_version":\#(version),"outputs":[{"name":"x","data":[9]},{"name":"y","data":\#(data)}]}"#
    }

    @Test(
        "a golden answer is equal within the tolerance or it is not, and what cannot be read is unknown",
        arguments: [
            (answer("[1,2]"), ServingCheck.Result.passed), (answer("[[1.009],[1.991]]"), .passed),
            (answer("[1,2.011]"), .failed), (answer("[1]"), .failed), (answer("[1,2,3]"), .failed),
            (answer("[1,NaN]"), .failed), (answer("[1,null]"), .failed), (answer("[1,-Infinity]"), .failed),
            (answer("[1,1e999]"), .failed), (answer("[1,\"2\"]"), .failed), (answer("[1,true]"), .failed),
            (answer("{}"), .failed), (answer("[1,2]", version: "2"), .passed),
            (answer("[1,2]", version: #""02""#), .failed), (answer("[1,2]", version: "null"), .unknown),
            (#"{"model_version":"2"}"#, .failed), (#"{"model_version":"2","outputs":[]}"#, .failed),
            (#"{"model_version":"2","outputs":{"y":[1,2]}}"#, .failed), ("[]", .unknown), ("{", .unknown),
            (#"{"model_version":"2","outputs":[{"name":"y","data":[1,2]}"#, .unknown), ("", .unknown),
        ])
    func golden(answer: String, expected: ServingCheck.Result) async throws {
        let serving = try ScriptedServing { $0.odd["/models/ranker/infer"] = ScriptedServing.json(answer) }
        defer { serving.stop() }
        let check = try #require(await serving.driver(client).check("2").last)
        #expect(check.kind == .golden)
        #expect(check.result == expected, "\(check.evidence)")
    }

    @Test(
        "a golden request that the server complains of has failed, and one that nobody answered is unknown",
        arguments: [
            (TestServer.Reaction.answer(500, body: Array("oops".utf8)), ServingCheck.Result.failed),
            (.answer(404, body: Array(#"{"error":"no available versions"}"#.utf8)), .failed),
            (.answer(503, body: Array(#"{"error":"not at ready state"}"#.utf8)), .failed),
            (.answer(503), .unknown), (.answer(429), .unknown), (.close, .unknown),
            (.answer(200, body: [UInt8](repeating: 91, count: 2_000_000)), .unknown),
        ])
    func goldenRefused(reaction: TestServer.Reaction, expected: ServingCheck.Result) async throws {
        let serving = try ScriptedServing { $0.odd["/models/ranker/infer"] = reaction }
        defer { serving.stop() }
        #expect(await serving.driver(client).check("2").last?.result == expected)
    }

    private static func vector(_ values: String...) -> String {
        let series = values.map { #"{"metric":{},"value":[1763892000.1,"\#($0)"]}"# }
        return #"{"status":"success","data":{"resultType":"vector","result":[\#(series.joined(separator: ","))]}}"#
    }

    @Test(
        "every series keeps within the bound, or it has failed; no number is unknown",
        arguments: [
            (vector("0.31"), ServingCheck.Result.passed, "p99 is 0.31, below 0.8"),
            (vector("0.8"), .failed, "p99 is 0.8, not below 0.8"),
            (vector("0.1", "0.7"), .passed, "p99 is 0.7, below 0.8, the worst of 2 series"),
            (vector("0.1", "1.5", "0.2"), .failed, "p99 is 1.5, not below 0.8, the worst of 3 series"),
            (vector("+Inf"), .failed, "p99 is +Inf, not below 0.8"),
            (vector("-Inf"), .passed, "p99 is -Inf, below 0.8"),
            (vector("NaN"), .unknown, "p99 cannot be told: not a number"),
            (vector("0.1", "NaN"), .unknown, "p99 cannot be told: not a number"),
            (vector("NaN", "2"), .failed, "p99 is 2, not below 0.8, the worst of 2 series"),
            (vector(), .unknown, "p99 cannot be told: no data"),
            (vector("1e400"), .unknown, "p99 cannot be told: a sample cannot be read"),
            (vector("nan(0x1)"), .unknown, "p99 cannot be told: a sample cannot be read"),
            (
                #"{"status":"success","data":{"resultType":"scalar","result":[1,"0.5"]}}"#, .passed,
                "p99 is 0.5, below 0.8"
            ),
            (
                #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#, .unknown,
                "p99 cannot be told: the query gives no number"
            ),
            (
                #"{"status":"success","data":{"resultType":"vector","result":[{"value":0.1}]}}"#, .unknown,
                "p99 cannot be told: a sample cannot be read"
            ),
            (
                #"{"status":"success","data":{"resultType":"vector","result":[{"value":[1,0.1]}]}}"#, .unknown,
                "p99 cannot be told: a sample cannot be read"
            ),
            (
                #"{"status":"error","errorType":"timeout","error":"query timed out"}"#, .unknown,
                "p99 cannot be told: Prometheus answers HTTP 200: query timed out"
            ),
            ("", .unknown, "p99 cannot be told: Prometheus answers HTTP 200"),
        ])
    func metric(answer: String, expected: ServingCheck.Result, evidence: String) async throws {
        let prometheus = try TestServer { _, _ in ScriptedServing.json(answer) }
        defer { prometheus.stop() }
        let serving = try ScriptedServing()
        defer { serving.stop() }
        let metric = ServingSettings.Metric(
            prometheus: String(prometheus.url().dropLast()), query: "p99", bound: .below(0.8))
        let checks = await serving.driver(client, golden: false, metric: metric).check("2")
        #expect(checks.map(\.kind) == [.readiness, .metric])
        #expect(checks.last == ServingCheck(.metric, expected, evidence: evidence))
        #expect(prometheus.requests.map { String(decoding: $0.body, as: UTF8.self) } == ["query=p99"])
    }

    @Test("above is the other way round, and without a Prometheus nothing can be told")
    func above() async throws {
        let prometheus = try TestServer { _, _ in ScriptedServing.json(Self.vector("1", "3")) }
        defer { prometheus.stop() }
        let serving = try ScriptedServing()
        defer { serving.stop() }
        for (bound, expected) in [(0.5, ServingCheck.Result.passed), (1, .failed), (2, .failed)] {
            let metric = ServingSettings.Metric(
                prometheus: String(prometheus.url().dropLast()), query: "up", bound: .above(bound))
            #expect(await serving.driver(client, metric: metric).check("2").last?.result == expected)
        }
        let metric = ServingSettings.Metric(prometheus: nil, query: "up", bound: .above(0))
        #expect(
            await serving.driver(client, metric: metric).check("2").last
                == ServingCheck(.metric, .unknown, evidence: "up cannot be told: no Prometheus is configured"))
    }

    @Test("a Prometheus that hangs or refuses the query is unknown within the time")
    func metricHangs() async throws {
        for reaction in [
            TestServer.Reaction.hang, .answer(400, body: Array(#"{"status":"error","error":"parse error"}"#.utf8)),
        ] {
            let prometheus = try TestServer { _, _ in reaction }
            defer { prometheus.stop() }
            let serving = try ScriptedServing()
            defer { serving.stop() }
            let metric = ServingSettings.Metric(
                prometheus: String(prometheus.url().dropLast()), query: "up", bound: .above(0))
            let driver = serving.driver(
                client, golden: false, metric: metric, patience: V2Driver.Patience(look: .seconds(1)))
            let checks = await driver.check("2")
            #expect(checks.map(\.kind) == [.readiness, .metric])
            #expect(checks.last?.result == .unknown)
        }
    }
}
