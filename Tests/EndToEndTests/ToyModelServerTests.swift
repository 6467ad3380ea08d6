import Foundation
import Integrations
import Testing
import tocsin

/// The toy model server answers as Triton was seen to answer, its traps included.
struct ToyModelServerTests {
    private typealias Answered = (status: Int, body: String, json: JSONValue?)

    private let client = CurlClient()

    private func server(
        _ versions: [Int: ToyModel] = [1: .good, 2: .quick], unloading: Duration = .seconds(3600)
    ) async throws -> ToyModelServer {
        try await ToyModelServer(model: "ranker", versions: versions, unloading: unloading)
    }

    /// Runs the story against a server, which is gone afterwards whatever happens.
    private func with(
        _ server: ToyModelServer, _ story: (ToyModelServer) async throws -> Void
    ) async throws {
        do {
            try await story(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private func get(_ server: ToyModelServer, _ path: String) async throws -> Answered {
        try await send(.get, server.url + path, "")
    }

    private func post(_ server: ToyModelServer, _ path: String, _ body: String = "{}") async throws -> Answered {
        try await send(.post, server.url + path, body)
    }

    private func send(_ method: OutboundRequest.Method, _ url: String, _ body: String) async throws -> Answered {
        let result = await client.send(OutboundRequest(method: method, url: url, body: Array(body.utf8)))
        guard case .response(let response) = result else { throw Trouble("\(url): \(result)") }
        return (response.status, String(decoding: response.body, as: UTF8.self), try? JSONValue(json: response.body))
    }

    private func load(_ server: ToyModelServer, versions: String? = nil) async throws -> Answered {
        guard let versions else { return try await post(server, "/v2/repository/models/ranker/load") }
        let configuration = try #require(try await get(server, "/v2/models/ranker/config").json)
        guard case .object(var members) = configuration else { throw Trouble("the configuration is no object") }
        members["version_policy"] = try JSONValue(json: Array(versions.utf8))
        let body: JSONValue = ["parameters": ["config": .string(JSONValue.object(members).text)]]
        return try await post(server, "/v2/repository/models/ranker/load", body.text)
    }

    private func states(_ server: ToyModelServer, _ body: String = "{}") async throws -> [String] {
        let answer = try await post(server, "/v2/repository/index", body)
        guard case .array(let rows)? = answer.json else { throw Trouble("the index is no array: \(answer.body)") }
        return rows.map { "\($0["version"]?.scalar ?? "-") \($0["state"]?.scalar ?? "-")" }
    }

    private let question =
        #"{"id":"7","inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[[1,0,0,0]]}]}"#

    private func answering(_ server: ToyModelServer) async throws -> String {
        try await post(server, "/v2/models/ranker/infer", question).json?["model_version"]?.scalar ?? "nobody"
    }

    @Test("before a load nothing is served, and it says so as Triton does")
    func nothingLoaded() async throws {
        try await with(server()) { server in
            #expect(try await get(server, "/v2/health/ready").status == 200)
            let ready = try await get(server, "/v2/models/ranker/ready")
            #expect(ready.status == 400 && ready.body.isEmpty)
            #expect(try await states(server) == ["- -"])
            let answer = try await post(server, "/v2/models/ranker/infer", question)
            #expect(answer.status == 404)
            #expect(answer.body == #"{"error":"Request for unknown model: 'ranker' has no available versions"}"#)
        }
    }

    @Test("a plain load serves the newest version, which answers with its number")
    func plainLoad() async throws {
        try await with(server()) { server in
            let loaded = try await load(server)
            #expect(loaded.status == 200 && loaded.body.isEmpty)
            #expect(try await states(server) == ["2 READY"])
            let answer = try #require(try await post(server, "/v2/models/ranker/infer", question).json)
            #expect(answer["model_name"] == "ranker" && answer["model_version"] == "2" && answer["id"] == "7")
            guard case .array(let outputs)? = answer["outputs"] else { throw Trouble("no outputs") }
            #expect(outputs.first?["name"] == "score" && outputs.first?["datatype"] == "FP32")
            #expect(outputs.first?["data"] == [.number("0.10000000149011612")])
        }
    }

    @Test("a load with a configuration brings version 1 back, and version 2 is seen going before it is gone")
    func override() async throws {
        try await with(server()) { server in
            _ = try await load(server)
            let loaded = try await load(server, versions: #"{"specific":{"versions":[1]}}"#)
            #expect(loaded.status == 200 && loaded.body.isEmpty)
            #expect(try await answering(server) == "1")
            #expect(try await states(server) == ["1 READY", "2 UNLOADING"])
            #expect(try await states(server, #"{"ready":true}"#) == ["1 READY"])
            #expect(try await get(server, "/v2/models/ranker/versions/1/ready").status == 200)
            #expect(try await get(server, "/v2/models/ranker/versions/2/ready").status == 400)
            let there = try await post(server, "/v2/models/ranker/versions/2/infer", question)
            #expect(there.status == 503 && there.body.contains("is not at ready state"))
            let policy = try await get(server, "/v2/models/ranker/config").json?["version_policy"]
            #expect(policy == ["specific": ["versions": [.number("1")]]])
        }
    }

    @Test("an old version that is gone is unavailable, and the index says why")
    func gone() async throws {
        try await with(server(unloading: .zero)) { server in
            _ = try await load(server)
            _ = try await load(server, versions: #"{"specific":{"versions":[1]}}"#)
            #expect(try await states(server) == ["1 READY", "2 UNAVAILABLE"])
            #expect(try await post(server, "/v2/repository/index").body.contains(#""reason":"unloaded""#))
        }
    }

    @Test("the trap: a plain load afterwards forgets the configuration and serves version 2 again")
    func forgets() async throws {
        try await with(server()) { server in
            _ = try await load(server)
            _ = try await load(server, versions: #"{"specific":{"versions":[1]}}"#)
            _ = try await load(server)
            #expect(try await answering(server) == "2")
        }
    }

    @Test("two versions at once answer by name, and the newer one answers whoever names none")
    func both() async throws {
        try await with(server()) { server in
            _ = try await load(server)
            _ = try await load(server, versions: #"{"all":{}}"#)
            #expect(server.ready == [1, 2])
            let named = try await post(server, "/v2/models/ranker/versions/1/infer", question)
            #expect(named.json?["model_version"] == "1")
            #expect(try await answering(server) == "2")
        }
    }

    @Test(
        "a load that fails is 400 and leaves what was served",
        arguments: [
            #"{"specific":{"versions":[9]}}"#, #"{"specific":{"versions":[]}}"#,
        ])
    func failedLoad(policy: String) async throws {
        try await with(server()) { server in
            _ = try await load(server)
            let failed = try await load(server, versions: policy)
            #expect(failed.status == 400 && failed.body.contains("failed to load 'ranker'"))
            #expect(try await answering(server) == "2")
            #expect(try await states(server) == ["2 READY"])
        }
    }

    @Test(
        "a configuration that is not whole is refused",
        arguments: [
            #"{"parameters":{"config":"{\"version_policy\":{\"specific\":{\"versions\":[1]}}}"}}"#,
            #"{"parameters":{"config":"{\"name\":\"ranker\",\"backend\":\"toy\"}"}}"#,
            #"{"parameters":{"config":"not JSON"}}"#, #"{"parameters":{"config":{"name":"ranker"}}}"#, "{",
        ])
    func refused(body: String) async throws {
        try await with(server()) { server in
            _ = try await load(server)
            let refused = try await post(server, "/v2/repository/models/ranker/load", body)
            #expect(refused.status == 400 && refused.json?["error"] != nil)
            #expect(try await answering(server) == "2")
        }
    }

    @Test("the load of an unknown model is 500, anything else about it 404")
    func unknownModel() async throws {
        try await with(server()) { server in
            let load = try await post(server, "/v2/repository/models/nope/load")
            #expect(load.status == 500)
            #expect(load.body == #"{"error":"failed to load 'nope', failed to poll from model repository"}"#)
            #expect(try await get(server, "/v2/models/nope/config").status == 404)
            #expect(try await post(server, "/v2/models/nope/infer", question).status == 404)
        }
    }

    @Test("a version that is added lies there until a load")
    func added() async throws {
        try await with(server([1: .good])) { server in
            _ = try await load(server)
            server.add(2, .quick)
            #expect(try await answering(server) == "1")
            _ = try await load(server)
            #expect(try await answering(server) == "2")
        }
    }

    @Test("unload takes every version away")
    func unload() async throws {
        try await with(server(unloading: .zero)) { server in
            _ = try await load(server)
            #expect(try await post(server, "/v2/repository/models/ranker/unload").status == 200)
            #expect(try await states(server) == ["2 UNAVAILABLE"])
            #expect(try await post(server, "/v2/models/ranker/infer", question).status == 404)
        }
    }

    @Test(
        "a request that is no question to this model is 400 with a reason",
        arguments: [
            "{}", #"{"inputs":[]}"#, #"{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]}"#,
            #"{"inputs":[{"name":"features","shape":[1,4],"datatype":"INT64","data":[1,2,3,4]}]}"#,
            #"{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,2,3]}]}"#,
            #"{"inputs":[{"name":"features","shape":[0,4],"datatype":"FP32","data":[]}]}"#,
            #"{"inputs":[{"name":"features","shape":[9223372036854775807,4],"datatype":"FP32","data":[1,2,3,4]}]}"#,
            #"{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,2,3,"four"]}]}"#,
            #"{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,2,3,1e99]}]}"#,
        ])
    func badQuestion(body: String) async throws {
        try await with(server()) { server in
            _ = try await load(server)
            let answer = try await post(server, "/v2/models/ranker/infer", body)
            #expect(answer.status == 400 && answer.json?["error"]?.scalar?.isEmpty == false)
        }
    }

    @Test("metrics count the answers of each version by Triton's names")
    func metrics() async throws {
        try await with(server()) { server in
            _ = try await load(server)
            for _ in 1...3 { _ = try await answering(server) }
            _ = try await load(server, versions: #"{"specific":{"versions":[1]}}"#)
            _ = try await answering(server)
            let text = try await get(server, "/metrics").body
            #expect(text.contains(#"nv_inference_request_success{model="ranker",version="1"} 1"#))
            #expect(text.contains(#"nv_inference_request_success{model="ranker",version="2"} 3"#))
        }
    }

    @Test("version 2 of the demo is wrong where version 1 is right")
    func wrong() {
        let features: [Float] = [0.9, 0.5, 0.8, 0.2]
        #expect(abs(ToyModel.good.score(features) - 0.73) < 0.001)
        #expect(abs(ToyModel.bad.score(features) - 0.73) > 0.1)
        #expect(ToyModel.bad.latency > ToyModel.good.latency)
    }
}

extension ToyModel {
    /// Another version, as fast as the first.
    fileprivate static let quick = ToyModel(weights: [0.1, 0.2, 0.3, 0.4])
}
