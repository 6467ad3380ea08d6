import Engine
import Foundation
import Incidents
import Integrations
import Testing

@Suite("Looking at a model server and changing it")
struct V2DriverTests {
    private let client = CurlClient()

    @Test("a change sends the whole configuration as it was read, with the one version, and is seen to be made")
    func applied() async throws {
        let serving = try ScriptedServing()
        defer { serving.stop() }
        let driver = serving.driver(client)
        let before = try await driver.state()
        #expect(before.version == "2" && before.available == ["1", "2"])
        let outcome = await driver.apply("1", expecting: before)
        #expect(outcome.result == .applied, "\(outcome.evidence)")
        #expect(outcome.state == (try await driver.state()))
        #expect(outcome.state?.version == "1")
        let sent = try JSONValue(json: Array(try #require(serving.loaded.first).utf8))
        var expected = try JSONValue(json: Array(ScriptedServing.configuration.utf8))
        guard case .object(var members) = expected else { return }
        members["version_policy"] = ["specific": ["versions": .array([.number("1")])]]
        expected = .object(members)
        #expect(sent == expected, "Numbers keep their digits.")
        #expect(serving.loads == 1)

        let again = await driver.apply("1", expecting: before)
        #expect(again.result == .applied)
        #expect(serving.loads == 1, "What is served already is not sent again.")
    }

    @Test("nothing is sent where another version or another generation is served")
    func changedUnderneath() async throws {
        let serving = try ScriptedServing()
        defer { serving.stop() }
        let driver = serving.driver(client)
        let state = try await driver.state()
        for expected in [
            ServingState(version: "3", generation: state.generation, available: state.available),
            ServingState(version: state.version, generation: "other", available: state.available),
            ServingState(version: nil, generation: state.generation, available: state.available),
        ] {
            let outcome = await driver.apply("1", expecting: expected)
            #expect(outcome.result == .changedUnderneath)
            #expect(outcome.state == state)
        }
        #expect(serving.loads == 0)
    }

    @Test("the generation is another with the configuration, the versions and what is loading, and not with what ended")
    func generation() async throws {
        let serving = try ScriptedServing()
        defer { serving.stop() }
        let driver = serving.driver(client)
        let first = try await driver.state().generation
        #expect(try await driver.state().generation == first)
        func index(_ entries: String) async throws -> String {
            serving.change { $0.odd["/repository/index"] = ScriptedServing.json(entries) }
            return try await driver.state().generation
        }
        let ready = #"{"name":"ranker","version":"2","state":"READY"}"#
        let unloading = try await index(#"[{"name":"ranker","version":"1","state":"UNLOADING"},\#(ready)]"#)
        #expect(unloading == first)
        let loading = try await index(#"[{"name":"ranker","version":"3","state":"LOADING"},\#(ready)]"#)
        let both = try await index(#"[{"name":"ranker","version":"1","state":"READY"},\#(ready)]"#)
        #expect(try await index("[\(ready)]") == first)
        serving.change { $0.odd["/models/ranker/config"] = ScriptedServing.json(#"{"name":"ranker","x":1}"#) }
        let configured = try await driver.state().generation
        #expect(Set([first, loading, both, configured]).count == 4)
    }

    @Test("versions are ordered as numbers, and what is no version of Triton's is passed over")
    func order() async throws {
        let serving = try ScriptedServing { state in
            let versions = ["10", "9", "2", "007", "../1", "-3", "99999999999999999999", "10"]
            let entries = versions.map { #"{"name":"ranker","version":"\#($0)","state":"READY"}"# }
            let others = [#"{"name":"other","version":"77","state":"READY"}"#, #"{"name":"ranker"}"#, "7", "null"]
            state.odd["/repository/index"] = ScriptedServing.json("[\((entries + others).joined(separator: ","))]")
        }
        defer { serving.stop() }
        let state = try await serving.driver(client).state()
        #expect(state.version == "10")
        #expect(state.available == ["2", "9", "10"])
    }

    @Test(
        "a server that answers oddly is unreachable, with the reason, and nothing is sent to it",
        arguments: [
            ("", "HTTP 500", TestServer.Reaction.answer(500)),
            ("", "does not answer as a V2 server", .answer(200, body: Array("<html>".utf8))),
            ("", "calls itself \"nginx", ScriptedServing.json(#"{"name":"nginx \u001b[31m"}"#)),
            ("", "closed without an answer", .close),
            ("/repository/index", "cannot be read", .bytes("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[{\"name\"")),
            ("/repository/index", "cannot be read", ScriptedServing.json(#"{"error":"x"}"#)),
            ("/repository/index", "has no model ranker", ScriptedServing.json("[]")),
            ("/repository/index", "has no model ranker", ScriptedServing.json(#"[[],{},{"name":7},"ranker"]"#)),
            ("/repository/index", "cannot be read", .answer(200, body: [UInt8](repeating: 91, count: 3_000_000))),
            ("/models/ranker/config", "configuration cannot be read", ScriptedServing.json("[1]")),
            ("/models/ranker/config", "configuration cannot be read", .answer(500)),
            ("/models/ranker/config", "HTTP 302", .answer(302, headers: ["Location": "/elsewhere"])),
        ])
    func odd(path: String, words: String, reaction: TestServer.Reaction) async throws {
        let serving = try ScriptedServing { $0.odd[path] = reaction }
        defer { serving.stop() }
        let driver = serving.driver(client)
        guard case .unreachable(let reason) = await driver.observe() else {
            Issue.record("it was seen")
            return
        }
        #expect(reason.contains(words), "\(reason)")
        #expect(reason.count <= 200 && !reason.contains("\u{1B}"))
        let state = ServingState(version: "2", generation: "x", available: [])
        #expect(await driver.apply("1", expecting: state).result == .notSent)
        #expect(await driver.check("1").first { $0.kind == .readiness }?.result == .unknown)
        #expect(serving.loads == 0)
    }

    @Test("a server that hangs is unreachable within the time, and nothing it is asked takes longer")
    func hangs() async throws {
        let serving = try ScriptedServing { $0.odd[""] = .hang }
        defer { serving.stop() }
        let driver = serving.driver(
            client, golden: false, patience: V2Driver.Patience(look: .milliseconds(200), change: .milliseconds(400)))
        #expect(
            await driver.observe()
                == .unreachable("\(serving.server.url().dropLast()) does not answer as a V2 server: it timed out"))
        #expect(await driver.check("1").map(\.result) == [.unknown])
        let state = ServingState(version: "2", generation: "x", available: [])
        #expect(await driver.apply("1", expecting: state).result == .notSent)
    }

    @Test(
        "a load that is refused changes nothing, and the server's words are the evidence",
        arguments: [
            (400, #"{"error":"load failed: \u001b[31mweights\n are damaged"}"#, "load failed: weights are damaged"),
            (500, #"{"error":"failed to poll from model repository"}"#, "failed to poll"),
            (500, "Internal Server Error", "HTTP 500"), (401, "", "HTTP 401"), (302, "", "HTTP 302"),
            (
                503, #"{"error":"explicit model load / unload is not allowed if polling is enabled"}"#,
                "--model-control-mode=explicit"
            ),
        ])
    func refused(status: Int, body: String, words: String) async throws {
        let serving = try ScriptedServing {
            $0.load = .answer(status, body: Array(body.utf8))
            $0.loads = false
        }
        defer { serving.stop() }
        let driver = serving.driver(client)
        let before = try await driver.state()
        let outcome = await driver.apply("1", expecting: before)
        #expect(outcome.result == .refused)
        #expect(outcome.evidence.contains(words), "\(outcome.evidence)")
        #expect(outcome.evidence.count <= 200)
        #expect(outcome.state == before)
    }

    @Test(
        "a load whose answer is lost is applied when the version answers, and in doubt while another does",
        arguments: [
            TestServer.Reaction.close, .answer(504), .answer(502, body: Array("<html>".utf8)), .answer(408),
            .bytes("HTTP/1.1 "), .answer(200),
        ], [true, false])
    func lost(reaction: TestServer.Reaction, loads: Bool) async throws {
        let serving = try ScriptedServing {
            $0.load = reaction
            $0.loads = loads
        }
        defer { serving.stop() }
        let driver = serving.driver(client)
        let outcome = await driver.apply("1", expecting: try await driver.state())
        #expect(outcome.result == (loads ? .applied : .inDoubt), "\(outcome.evidence)")
        #expect(outcome.state?.version == (loads ? "1" : "2"))
        #expect(serving.loads == 1, "It is never sent again.")
    }

    @Test(
        "a refusal is believed when what is served agrees: the version that was meant is applied, another is in doubt")
    func refusedAndChanged() async throws {
        let no = TestServer.Reaction.answer(500, body: Array(#"{"error":"out of memory"}"#.utf8))
        let serving = try ScriptedServing { $0.load = no }
        defer { serving.stop() }
        let driver = serving.driver(client)
        let applied = await driver.apply("1", expecting: try await driver.state())
        #expect(applied.result == .applied)
        #expect(applied.evidence == "Triton: HTTP 500: out of memory, yet version 1 answers")

        serving.change { $0.servesAfterLoad = "none" }
        let lost = await driver.apply("2", expecting: try await driver.state())
        #expect(lost.result == .inDoubt)
        #expect(lost.evidence == "Triton: HTTP 500: out of memory, and now no version answers")
        #expect(lost.state?.version == nil && lost.state != nil)
    }

    @Test(
        "versions that climb out of their place are refused or escaped",
        arguments: ["../1", "..", "1/../../x", "1%2F", "é", ""])
    func hostile(version: String) async throws {
        let serving = try ScriptedServing()
        defer { serving.stop() }
        let driver = serving.driver(client)
        let outcome = await driver.apply(version, expecting: try await driver.state())
        #expect(outcome.result == .refused, "\(outcome.evidence)")
        #expect(await driver.check(version).allSatisfy { $0.result != .passed })
        let places = ["", "repository", "models"]
        for request in serving.server.requests {
            let segments = request.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            #expect(segments.count <= 7 && segments[1] == "v2", "\(request.path)")
            #expect(segments.count < 3 || places.contains(segments[2]))
            #expect(!segments.contains("..") && !segments.contains("%2E%2E"))
        }
        #expect(serving.loads == 0)
    }

    @Test("MLServer without its folder is refused; the version that answers is asked of the golden answer, or of each")
    func mlserver() async throws {
        let serving = try ScriptedServing {
            $0.name = "mlserver"
            $0.served = "1"
            let both = ["1", "2"].map { #"{"name":"ranker","version":"\#($0)","state":"READY"}"# }
            $0.odd["/repository/index"] = ScriptedServing.json("[\(both.joined(separator: ","))]")
        }
        defer { serving.stop() }
        for golden in [true, false] {
            let driver = serving.driver(client, golden: golden)
            let state = try await driver.state()
            #expect(state.version == "1", "Its index calls both ready.")
            let outcome = await driver.apply("2", expecting: state)
            #expect(outcome.result == .refused)
            #expect(outcome.evidence.hasPrefix("MLServer cannot be told which version to serve."))
        }
        let gone = serving.driver(client, repository: "/nowhere")
        guard case .unreachable(let reason) = await gone.observe() else {
            Issue.record("it was seen")
            return
        }
        #expect(reason == "the repository /nowhere cannot be read")
    }
}
