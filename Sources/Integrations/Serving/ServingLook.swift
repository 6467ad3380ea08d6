import Engine
import Incidents

/// Looks what a server serves, and whether a version answers.
struct ServingLook: Sendable {
    let server: V2Server
    private var settings: ServingSettings { server.settings }

    /// - Throws: `Obstacle`.
    func sight(by deadline: V2Server.Deadline) async throws -> ServingSight {
        switch try await server.kind(by: deadline) {
        case .triton: try await triton(by: deadline)
        case .mlserver: try await mlserver(by: deadline)
        }
    }

    // MARK: Triton

    /// Who names no version is answered by the highest that is ready. What became of versions that are not ready is in
    /// the index too, and is no part of the generation: an unloading that ends changes nothing for anybody.
    private func triton(by deadline: V2Server.Deadline) async throws -> ServingSight {
        let entries = try await server.index(by: deadline)
        func versions(_ states: String...) -> [String] {
            ServingVersion.oldestFirst(
                entries.filter { states.contains($0.state) }.compactMap(\.version)
                    .filter { ServingVersion.number($0) != nil })
        }
        let ready = versions("READY")
        let loading = versions("LOADING")
        let configuration = ready.isEmpty ? nil : try await server.configuration(by: deadline)
        var available = Set(entries.compactMap(\.version).filter { ServingVersion.number($0) != nil })
        // What lies in the folder can be loaded; what is gone from it cannot, though the index remembers it.
        let kept = try? settings.repository.map(ModelFolder.init)?.tritonVersions()
        if let kept { available = Set(kept).union(ready) }
        let generation = ServingSight.generation([
            "triton", .string(settings.model), JSONValue(ready), JSONValue(loading),
            configuration.map(JSONValue.object) ?? .null,
        ])
        return ServingSight(
            kind: .triton,
            state: ServingState(
                version: ready.last, generation: generation, available: ServingVersion.oldestFirst(available),
                isComplete: kept != nil),
            loading: Set(loading), configuration: configuration)
    }

    // MARK: MLServer

    /// MLServer's index lists files, and calls every version ready when one is. So which one answers is asked of it: by
    /// the golden request, whose answer says so, or else version by version from the newest, for it answers by the
    /// newest that is loaded.
    private func mlserver(by deadline: V2Server.Deadline) async throws -> ServingSight {
        let entries = try await server.index(by: deadline)
        let indexed = entries.map { $0.version ?? ServingVersion.unversioned }
        let files = try settings.repository.map { try ModelFolder($0).settingsFiles(of: settings.model) } ?? []
        let aside = files.filter(\.isAside).map(\.version)
        let available = ServingVersion.oldestFirst(indexed + aside)
        let answering = try await answering(among: available, by: deadline)
        let generation = ServingSight.generation([
            "mlserver", .string(settings.model), JSONValue(ServingVersion.oldestFirst(indexed)),
            JSONValue(ServingVersion.oldestFirst(aside)), answering.map(JSONValue.string) ?? .null,
        ])
        return ServingSight(
            kind: .mlserver, state: ServingState(version: answering, generation: generation, available: available),
            indexed: entries.map(\.version))
    }

    private func answering(among versions: [String], by deadline: V2Server.Deadline) async throws -> String? {
        if let golden = settings.golden {
            // Half the time, so that a model that hangs can still be told from a server that does.
            let half = ContinuousClock.now.duration(to: deadline) / 2
            let reply = await server.infer(golden.request, by: min(deadline, .now + half))
            if let answer = reply.json {
                let version = answer["model_version"]?.scalar ?? ServingVersion.unversioned
                guard ServingVersion.isName(version) else {
                    let name = PlainText.cut(version, to: 40)
                    throw Obstacle("the golden request was answered by a version that cannot be one: \"\(name)\"")
                }
                return version
            }
        }
        for version in versions.reversed().prefix(Self.mostAsked) {
            let reply = await server.ready(version: version == ServingVersion.unversioned ? nil : version, by: deadline)
            if reply.isGood { return version }
            if case .away(let reason, _) = reply { throw Obstacle(reason) }
        }
        return nil
    }

    /// More versions than that are not kept loaded.
    private static let mostAsked = 50

    // MARK: Readiness

    func readiness(of version: String, by deadline: V2Server.Deadline) async -> ServingCheck? {
        func says(_ result: ServingCheck.Result, _ words: String) -> ServingCheck {
            ServingCheck(.readiness, result, evidence: servingEvidence(words))
        }
        do {
            let sight = try await sight(by: deadline)
            let isNamed = version != ServingVersion.unversioned
            let reply = await server.ready(version: isNamed ? version : nil, by: deadline)
            switch reply {
            case .away(let reason, _): return says(.unknown, "whether version \(version) is ready: \(reason)")
            case .answered(200...299, _, _) where sight.state.version == version:
                return says(.passed, "version \(version) is ready and answers")
            case .answered(200...299, _, _):
                return says(.failed, "version \(version) is ready, but \(Self.who(sight.state.version)) answers")
            case .answered(400...499, _, _): return says(.failed, "version \(version) is not ready: \(reply.words)")
            case .answered where reply.error != nil:
                return says(.failed, "version \(version) is not ready: \(reply.words)")
            case .answered: return says(.unknown, "whether version \(version) is ready: \(reply.words)")
            }
        } catch {
            return says(.unknown, Obstacle(error).reason)
        }
    }

    static func who(_ version: String?) -> String { version.map { "version \($0)" } ?? "no version" }
}
