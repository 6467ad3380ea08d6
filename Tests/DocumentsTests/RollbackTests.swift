import Documents
import Engine
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite("How a service is rolled back, as the configuration says it")
struct RollbackTests {
    private static let target = #"target: {v2: {url: "http://triton:8000/", model: ranker}}"#

    /// The base with these lines under the service's rollback.
    private func reading(_ lines: String...) -> Reading {
        Reading().replacing(
            "  ranker: {policy: ml, team: ml}\n",
            "  ranker:\n    policy: ml\n    rollback:\n" + lines.map { "      \($0)\n" }.joined())
    }

    @Test("the example means what it says")
    func example() throws {
        let configuration = try Sources.example().configuration()
        let policy = try #require(configuration.directory.services["ranker"]?.rollback)
        #expect(policy.target == "model ranker at http://triton:8000")
        #expect(!policy.needsSecondPerson && policy.allowsBreakGlass)
        #expect(policy.checks == [.readiness, .metric])
        #expect(policy.verifyMilliseconds == 300_000)
        #expect(policy.minSamples == 20)
        #expect(
            policy.automatic
                == RollbackPolicy.Automatic(
                    matchers: [LabelMatcher(label: "check", comparison: .equal, value: "canary")], after: .minutes(5)))
        let settings = try #require(configuration.serving["ranker"])
        #expect(settings.url == "http://triton:8000" && settings.model == "ranker" && settings.repository == nil)
        // The example has no Prometheus, which is a warning: then no rollback is ever seen to succeed.
        #expect(
            settings.metric
                == ServingSettings.Metric(prometheus: nil, query: "ranker_p99_seconds", bound: .below(0.8)))
        #expect(settings.golden == nil)
    }

    @Test("where nothing is said, one minute, three looks, one person and break-glass; and a warning")
    func standard() throws {
        let configuration = try reading(Self.target).configuration()
        let policy = try #require(configuration.directory.services["ranker"]?.rollback)
        #expect(policy == RollbackPolicy(target: "model ranker at http://triton:8000"))
        #expect(
            configuration.warnings == [
                "tocsin.yaml:32:7: services.ranker.rollback: after a rollback it is only looked whether the version "
                    + "is ready, not whether it answers well. Add verify: {promql: …, below: …} or verify: {golden: "
                    + "{request: …, answer: …}}."
            ])
    }

    @Test("a golden request is JSON with its numbers as written, and its answer is flat")
    func golden() throws {
        let configuration = try reading(
            #"target: {v2: {url: "https://m.example/serve", model: a/b, repository: /models/a/}}"#,
            "approve: {by: on-call, second_person: true, break_glass: false}",
            "verify:",
            "  for: 2s",
            "  golden:",
            #"    request: {inputs: [{name: x, shape: [1, 2], datatype: FP64, data: [[1.50, -2e-3]]}], id: "7", n: null}"#,
            #"    answer: {y: [[10.0, 9007199254740993], [yes, "8"]], z: true, w: no}"#,
            "    tolerance: 1e-3"
        ).configuration()
        #expect(configuration.warnings.isEmpty)
        let settings = try #require(configuration.serving["ranker"])
        #expect(settings.url == "https://m.example/serve")
        #expect(settings.repository == "/models/a")
        let golden = try #require(settings.golden)
        #expect(
            golden.request
                == #"{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[[1.50,-2e-3]]}],"id":"7","n":null}"#
        )
        #expect(
            golden.outputs == [
                ServingSettings.Output(
                    name: "y", values: [.number("10.0"), .number("9007199254740993"), .text("yes"), .text("8")]),
                ServingSettings.Output(name: "z", values: [.truth(true)]),
                ServingSettings.Output(name: "w", values: [.text("no")]),
            ])
        #expect(golden.tolerance == 0.001)
        let policy = try #require(configuration.directory.services["ranker"]?.rollback)
        #expect(policy.needsSecondPerson && !policy.allowsBreakGlass)
        #expect(policy.checks == [.readiness, .golden])
        #expect(policy.verifyMilliseconds == 2000 && policy.minSamples == 2)
    }

    @Test("an answer can be pasted as the server gave it")
    func pasted() throws {
        let answer =
            #"{"model_name":"r","model_version":"2","outputs":[{"name":"y","datatype":"FP32","shape":[1],"data":[20.0]}]}"#
        let configuration = try reading(
            Self.target, "verify: {golden: {request: {\"inputs\":[]}, answer: \(answer)}}"
        ).configuration()
        #expect(
            configuration.serving["ranker"]?.golden
                == ServingSettings.Golden(
                    request: #"{"inputs":[]}"#,
                    outputs: [ServingSettings.Output(name: "y", values: [.number("20.0")])]))
    }

    @Test("the Prometheus of the defaults is asked, whichever bound it is")
    func prometheus() throws {
        let reading = reading(Self.target, #"verify: {promql: 'up{job="a"}', above: -1.5e3}"#)
            .replacing("defaults: {", #"defaults: {prometheus: "http://prom:9090/metrics/", "#)
        let configuration = try reading.configuration()
        #expect(configuration.warnings.isEmpty)
        #expect(
            configuration.serving["ranker"]?.metric
                == ServingSettings.Metric(
                    prometheus: "http://prom:9090/metrics", query: #"up{job="a"}"#, bound: .above(-1500)))
    }

    @Test("an empty rollback is none")
    func empty() throws {
        let configuration = try reading().configuration()
        #expect(configuration.directory.services["ranker"]?.rollback == nil)
        #expect(configuration.serving.isEmpty && configuration.warnings.isEmpty)
    }

    @Test("a rollback that a version before took, and that is wrong, does not keep the last good configuration back")
    func restored() throws {
        var recorded = try reading().configuration()
        recorded.sources = recorded.sources.map {
            SourceFile(path: $0.path, text: $0.text.replacing("rollback:\n", with: "rollback: {targt: x}\n"))
        }
        let restored = try Reading().restored(recorded)
        #expect(restored.directory.services["ranker"]?.rollback == nil)
        #expect(restored.warnings.contains { $0.contains("targt") })
    }

    @Test("nobody's golden request is shown, however settings are printed")
    func hidden() throws {
        let settings = try #require(
            try reading(
                Self.target, "verify: {golden: {request: {inputs: [hunter2]}, answer: {y: [hunter2]}}}"
            ).configuration().serving["ranker"])
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!"\(settings)\(String(reflecting: settings))\(dumped)".contains("hunter2"))
    }
}
