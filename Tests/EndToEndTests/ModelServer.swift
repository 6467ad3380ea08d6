import Engine
import Foundation
import Integrations
import Testing

/// A real model server of `.venv-serving` with a copy of `Models/`: the model `ranker`, whose version 1 answers with the
/// sum of its input, and whose version 2 is slow and wrong. It listens on loopback only.
///
/// `@unchecked`: the process is started once and ended once.
final class ModelServer: @unchecked Sendable {
    enum Kind: String { case triton, mlserver }

    let kind: Kind
    let port: Int
    /// Triton's own metrics, for a Prometheus.
    let metricsPort: Int
    /// Holds a copy of `Models/triton` or `Models/mlserver`.
    let folder: URL
    private let process = Process()
    private let client = CurlClient()
    private var sharedMemory: String { "tocsin_\(port)_" }

    var url: String { "http://127.0.0.1:\(port)" }
    /// The model's own folder in the repository.
    var repository: String { folder.appending(path: "ranker").path }
    private var output: URL { folder.appending(path: "output.log") }

    /// - Parameter isExplicit: whether Triton lets models be loaded by request.
    init(_ kind: Kind, isExplicit: Bool = true) async throws {
        self.kind = kind
        port = try Installation.freePort()
        metricsPort = try Installation.freePort()
        folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(kind)-\(UUID().uuidString)")
        let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Models/\(kind)")
        try FileManager.default.copyItem(at: models, to: folder)
        switch kind {
        case .triton: try prepareTriton(isExplicit: isExplicit)
        case .mlserver: try prepareMLServer()
        }
        guard let program = process.executableURL, FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Trouble("no \(process.executableURL?.path ?? ""): run deploy/python.sh first")
        }
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: output)
        try process.run()
        do {
            // An interpreter with numpy: on a busy machine it takes its time.
            try await eventually("\(kind) is ready", within: .seconds(120)) {
                try await self.request(.get, "/v2/models/ranker/ready").0 == 200 ? true : nil
            }
        } catch {
            let said = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
            remove()
            throw Trouble("\(kind) is not ready; it said: \(said)")
        }
    }

    private func prepareTriton(isExplicit: Bool) throws {
        process.executableURL = PythonDouble.root.appending(path: ".venv-serving/bin/tritonserver")
        process.arguments =
            [
                "--model-repository=\(folder.path)", "--http-address=127.0.0.1", "--http-port=\(port)",
                "--allow-grpc=false", "--metrics-address=127.0.0.1", "--metrics-port=\(metricsPort)",
                "--backend-config=python,shm-region-prefix-name=\(sharedMemory)", "--exit-timeout-secs=5",
            ] + (isExplicit ? ["--model-control-mode=explicit", "--load-model=ranker"] : [])
    }

    private func prepareMLServer() throws {
        process.executableURL = PythonDouble.root.appending(path: ".venv-serving/bin/python")
        process.arguments = ["-c", "from mlserver.cli import main; main()", "start", folder.path]
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONPATH": folder.path]) { _, own in own }
        let grpcPort = try Installation.freePort()
        try """
        {"host": "127.0.0.1", "http_port": \(port), "grpc_port": \(grpcPort), "metrics_port": \(metricsPort),
         "parallel_workers": 0}
        """.write(to: folder.appending(path: "settings.json"), atomically: true, encoding: .utf8)
    }

    // MARK: Asking it

    /// A driver for it; its golden request wants the sum of 1, 2, 3 and 4.
    func driver(
        repository: String? = nil, golden: Bool = true, patience: V2Driver.Patience = V2Driver.Patience()
    ) -> V2Driver {
        let request = #"{"inputs":[{"name":"x","shape":[4],"datatype":"FP32","data":[1,2,3,4]}]}"#
        let answer = ServingSettings.Output(name: "y", values: [.number("10")])
        let settings = ServingSettings(
            url: url, model: "ranker", repository: repository,
            golden: golden ? ServingSettings.Golden(request: request, outputs: [answer], tolerance: 0.001) : nil)
        return V2Driver(settings: settings, client: client, patience: patience)
    }

    func request(_ method: OutboundRequest.Method, _ path: String, body: String = "") async throws -> (Int, String) {
        let result = await client.send(
            OutboundRequest(
                method: method, url: url + path, headers: [("Content-Type", "application/json")],
                body: Array(body.utf8)))
        guard case .response(let response) = result else { return (0, "\(result)") }
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    /// The version that answers whoever names none, as the answer itself says.
    func answeringVersion() async throws -> String {
        let body = #"{"inputs":[{"name":"x","shape":[4],"datatype":"FP32","data":[1,2,3,4]}]}"#
        let (status, text) = try await request(.post, "/v2/models/ranker/infer", body: body)
        guard status == 200 else { return "HTTP \(status)" }
        let answer = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        return answer["model_version"] as? String ?? "none"
    }

    /// A further version, with a file of its own: `model.py` for Triton, `model-settings.json` for MLServer.
    func add(version: String, _ text: String) throws {
        let place = folder.appending(path: "ranker/\(version)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let file = kind == .triton ? "model.py" : "model-settings.json"
        try text.write(to: place.appending(path: file), atomically: true, encoding: .utf8)
    }

    // MARK: Ending it

    /// As the kernel would, without a word. Triton's Python processes die with it: they would outlive it, and hold open
    /// what Foundation waits for.
    func kill() {
        guard process.isRunning else { return }
        // Foundation makes each child the leader of a group.
        Foundation.kill(-process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func remove() {
        kill()
        client.shutdown()
        try? FileManager.default.removeItem(at: folder)
        let memory = "/dev/shm"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: memory)) ?? []
        where name.hasPrefix(sharedMemory) {
            try? FileManager.default.removeItem(atPath: "\(memory)/\(name)")
        }
    }
}
