import Engine
import Foundation
import Incidents
import Integrations
import Testing

@Suite("What a server may call its versions")
struct VersionNameTests {
    private let client = CurlClient()

    private static func index(_ versions: [String]) -> TestServer.Reaction {
        let entries = versions.map { JSONValue.object(["name": "ranker", "version": .string($0), "state": "READY"]) }
        return ScriptedServing.json(JSONValue.array(entries).text)
    }

    @Test(
        "a version that cannot be one is refused, wherever a server names it",
        arguments: ["", " ", "1 2", "1\n", "\u{1B}[31m1", "\u{202E}1", "1\u{A0}2", String(repeating: "9", count: 101)])
    func names(version: String) async throws {
        let triton = try ScriptedServing { $0.odd["/repository/index"] = Self.index(["1", version, "2"]) }
        defer { triton.stop() }
        let mlserver = try ScriptedServing {
            $0.name = "mlserver"
            let answer = JSONValue.object(["model_version": .string(version), "outputs": .array([])])
            $0.odd["/models/ranker/infer"] = ScriptedServing.json(answer.text)
        }
        defer { mlserver.stop() }
        for server in [triton, mlserver] {
            guard case .unreachable(let reason) = await server.driver(client).observe() else {
                Issue.record("it was seen")
                return
            }
            #expect(reason.contains("a version that cannot be one") && reason.count <= 200, "\(reason)")
            #expect(PlainText.printable(reason) == reason)
        }
    }

    @Test("a settings file that names a version which cannot be one is refused, with the file")
    func namesInFiles() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tocsin-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("model-settings.json")
        let serving = try ScriptedServing { $0.name = "mlserver" }
        defer { serving.stop() }
        let driver = serving.driver(client, repository: folder.path)
        for (version, isGood) in [("3", true), ("3 or 4", false)] {
            try Data(#"{"name":"ranker","parameters":{"version":"\#(version)"}}"#.utf8).write(to: file)
            let observation = await driver.observe()
            #expect(
                isGood
                    == (observation != .unreachable("\(file.path) names a version that cannot be one")),
                "\(observation)")
        }
    }

    @Test("an index of a thousand versions is read, and of one more is not", arguments: [1000, 1001])
    func manyVersions(count: Int) async throws {
        let serving = try ScriptedServing { $0.odd["/repository/index"] = Self.index((1...count).map(String.init)) }
        defer { serving.stop() }
        switch await serving.driver(client).observe() {
        case .seen(let state): #expect(count == 1000 && state.available.count == 1000 && state.version == "1000")
        case .unreachable(let reason):
            #expect(count == 1001 && reason == "its index has more than 1000 versions of model ranker")
        }
    }
}
