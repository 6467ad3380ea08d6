import Integrations

/// The model repository of the toy model server: which versions lie in its folder, which are loaded, and by which
/// configuration. Behaves like Triton's in explicit model control, its traps included:
///
/// - what a load asks for is the newest version, unless a configuration sent with it says otherwise, and a later plain
///   load forgets that configuration;
/// - the new version is ready before the old one is gone, which is seen unloading for a while;
/// - a load that fails leaves what was served.
///
/// Source: github.com/triton-inference-server, `docs/protocol/extension_model_repository.md`, and what Triton 2.51.0
/// was seen to answer.
package struct ToyModelRepository: Sendable {
    package typealias Moment = ContinuousClock.Instant

    /// A version that was loaded once, in Triton's words.
    enum State: Hashable {
        case loading, ready
        case unloading(until: Moment)
        case unavailable
    }

    let model: String
    private(set) var versions: [Int: ToyModel]
    private var states: [Int: State] = [:]
    /// The configuration in force; nil when nothing was loaded yet, or all was unloaded.
    private(set) var configuration: JSONValue?
    /// How long an old version is seen unloading.
    let unloading: Duration

    init(model: String, versions: [Int: ToyModel], unloading: Duration) {
        self.model = model
        self.versions = versions
        self.unloading = unloading
    }

    /// Puts a version into the folder. Nothing is loaded by that.
    mutating func add(_ version: Int, _ toy: ToyModel) { versions[version] = toy }

    // MARK: Questions

    func state(of version: Int, at now: Moment) -> State? {
        guard case .unloading(let end)? = states[version] else { return states[version] }
        return end <= now ? .unavailable : states[version]
    }

    /// Oldest first.
    var ready: [Int] { states.filter { $0.value == .ready }.keys.sorted() }

    /// Who answers: the version named, or the newest that is ready.
    /// - Returns: why nobody does, as Triton says it.
    func answering(_ version: String?) -> Result<(Int, ToyModel), ToyRefusal> {
        guard let version else {
            guard let newest = ready.last, let toy = versions[newest] else {
                return .failure(.notFound("Request for unknown model: '\(model)' has no available versions"))
            }
            return .success((newest, toy))
        }
        guard let number = Int(version), let toy = versions[number], let state = states[number] else {
            return .failure(.notFound("Request for unknown model: '\(model)' version \(version) is not found"))
        }
        guard state == .ready else {
            return .failure(
                .unavailable("Request for unknown model: '\(model)' version \(version) is not at ready state"))
        }
        return .success((number, toy))
    }

    /// What `POST /v2/repository/index` answers.
    func index(onlyReady: Bool, at now: Moment) -> JSONValue {
        let known = states.keys.sorted()
        guard !known.isEmpty else { return onlyReady ? [] : [["name": .string(model)]] }
        return .array(
            known.compactMap { version in
                let (word, reason) =
                    switch state(of: version, at: now) {
                    case .ready: ("READY", "")
                    case .loading: ("LOADING", "")
                    case .unloading: ("UNLOADING", "")
                    case .unavailable, nil: ("UNAVAILABLE", "unloaded")
                    }
                if onlyReady && word != "READY" { return nil }
                var row: [String: JSONValue] = [
                    "name": .string(model), "version": .string(String(version)), "state": .string(word),
                ]
                if !reason.isEmpty { row["reason"] = .string(reason) }
                return .object(row)
            })
    }

    // MARK: Changes

    /// What a load will bring, once it has taken its time.
    struct Load {
        let configuration: JSONValue
        let versions: [Int]
    }

    /// Begins to load: by the configuration sent along, else by that in the folder.
    mutating func beginLoad(_ override: JSONValue?) -> Result<Load, ToyRefusal> {
        let configuration = override ?? onDisk
        if let objection = objection(to: configuration) {
            return .failure(.invalid("failed to load '\(model)', \(objection)"))
        }
        let wanted = Self.choose(configuration["version_policy"], from: versions.keys.sorted())
        guard !wanted.isEmpty else {
            return .failure(
                .invalid(
                    "failed to load '\(model)', at least one version must be available under the version policy of "
                        + "model '\(model)'"))
        }
        for version in wanted where states[version] != .ready { states[version] = .loading }
        return .success(Load(configuration: configuration, versions: wanted))
    }

    /// The new versions answer; the old ones go.
    mutating func finish(_ load: Load, at now: Moment) {
        configuration = load.configuration
        retire(all: states.keys.filter { !load.versions.contains($0) }, at: now)
        for version in load.versions { states[version] = .ready }
    }

    mutating func unload(at now: Moment) {
        configuration = nil
        retire(all: Array(states.keys), at: now)
    }

    private mutating func retire(all old: [Int], at now: Moment) {
        for version in old where states[version] == .ready || states[version] == .loading {
            states[version] = .unloading(until: now + unloading)
        }
    }

    // MARK: Configuration

    /// `config.pbtxt`, as Triton tells of it.
    private var onDisk: JSONValue {
        [
            "name": .string(model), "platform": "", "backend": "toy", "max_batch_size": .number("0"),
            "version_policy": ["latest": ["num_versions": .number("1")]],
            "input": [["name": "features", "data_type": "TYPE_FP32", "dims": [.number("-1"), .number("4")]]],
            "output": [["name": "score", "data_type": "TYPE_FP32", "dims": [.number("-1")]]],
        ]
    }

    /// A configuration sent with a load replaces the one in the folder, so it must be whole.
    private func objection(to configuration: JSONValue) -> String? {
        guard case .object = configuration else { return "the configuration is not an object" }
        guard configuration["name"]?.scalar == model else {
            return "unexpected model name '\(configuration["name"]?.scalar ?? "")' in the model configuration"
        }
        guard configuration["backend"]?.scalar == "toy" else { return "must specify 'backend' for \(model)" }
        for part in ["input", "output"] {
            guard case .array(let tensors)? = configuration[part], !tensors.isEmpty else {
                return "model configuration must specify 'max_batch_size' or at least one \(part)"
            }
        }
        return nil
    }

    private static func choose(_ policy: JSONValue?, from versions: [Int]) -> [Int] {
        if policy?["all"] != nil { return versions }
        if case .array(let wanted)? = policy?["specific"]?["versions"] {
            let numbers = wanted.compactMap { $0.scalar.flatMap { Int($0) } }
            return versions.filter(numbers.contains)
        }
        let count = policy?["latest"]?["num_versions"]?.scalar.flatMap { Int($0) } ?? 1
        return versions.suffix(max(1, count))
    }
}

/// Why the toy model server says no, with Triton's status.
struct ToyRefusal: Error, Hashable {
    let status: Int
    let error: String

    static func invalid(_ error: String) -> ToyRefusal { ToyRefusal(status: 400, error: error) }
    static func notFound(_ error: String) -> ToyRefusal { ToyRefusal(status: 404, error: error) }
    static func failed(_ error: String) -> ToyRefusal { ToyRefusal(status: 500, error: error) }
    static func unavailable(_ error: String) -> ToyRefusal { ToyRefusal(status: 503, error: error) }
}
