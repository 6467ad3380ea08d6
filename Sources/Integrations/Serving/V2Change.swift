import Engine
import Incidents
import Timekeeping

/// One change on its way: looks, compares, sends, and looks until it is made or the time is over.
struct V2Change: Sendable {
    let change: ServingChange
    let look: ServingLook
    let patience: V2Driver.Patience
    let deadline: ContinuousClock.Instant

    var server: V2Server { look.server }

    func run() async -> ServingOutcome {
        let sight: ServingSight
        do {
            sight = try await look.sight(by: min(deadline, .now + patience.look))
        } catch {
            return outcome(.notSent, Obstacle(error).reason)
        }
        if sight.serves(change.to) {
            return outcome(.applied, "version \(change.to) was served already, and nothing was sent", sight.state)
        }
        if let difference = difference(from: sight.state) {
            return outcome(.changedUnderneath, difference, sight.state)
        }
        switch sight.kind {
        case .triton: return await onTriton(sight)
        case .mlserver: return await onMLServer(sight)
        }
    }

    func outcome(_ result: ServingOutcome.Result, _ words: String, _ state: ServingState? = nil) -> ServingOutcome {
        ServingOutcome(result, evidence: servingEvidence(words), state: state)
    }

    private func difference(from state: ServingState) -> String? {
        if state.version != change.expected.version {
            return "\(ServingLook.who(state.version)) answers, not \(ServingLook.who(change.expected.version))"
        }
        guard state.generation != change.expected.generation else { return nil }
        return "\(ServingLook.who(state.version)) still answers, but what is loaded or how it is configured has changed"
    }

    // MARK: Triton

    /// Loads the model anew with its own configuration, but for a version policy of just the one. Triton loads the new
    /// version before it lets go of the old, and keeps the old when it cannot.
    private func onTriton(_ sight: ServingSight) async -> ServingOutcome {
        guard let number = ServingVersion.number(change.to) else {
            return outcome(.refused, "Triton's versions are numbers, and \"\(change.to)\" is none", sight.state)
        }
        guard var configuration = sight.configuration else {
            let words = "no version is loaded, so Triton does not tell the configuration. Load the model by hand"
            return outcome(.refused, words, sight.state)
        }
        configuration["version_policy"] = ["specific": ["versions": .array([.number("\(number)")])]]
        let body: JSONValue = ["parameters": ["config": .string(JSONValue.object(configuration).text)]]
        let reply = await server.load(body.text, by: deadline - patience.look)
        return await settle(reply, from: sight, note: "Pin it in config.pbtxt too: a restart forgets it")
    }

    // MARK: What came of it

    /// What the answer to a load means, once it has been looked what is served.
    ///
    /// - Parameter note: what whoever reads of a success should know.
    func settle(_ reply: V2Reply, from before: ServingSight, note: String) async -> ServingOutcome {
        let words = "\(before.kind.rawValue): \(reply.words)"
        switch reply {
        case .away(let reason, mayHaveArrived: false): return outcome(.notSent, reason)
        case .away: break
        case .answered(200...299, _, let elapsed):
            let (sight, reason) = await waitUntilServed()
            if let sight, sight.serves(change.to) {
                let time = "in \(elapsed.milliseconds) ms"
                return outcome(
                    .applied, "\(words) \(time), and version \(change.to) answers. \(note)", sight.state)
            }
            return outcome(.inDoubt, "\(words), but \(reason)", sight?.state)
        // What stands between us and the server gave up; the server may not have.
        case .answered(408, _, _): break
        case .answered(502...504, _, _) where reply.error == nil: break
        case .answered: return await refused(reply, words, from: before)
        }
        let (sight, reason) = await waitUntilServed()
        if let sight, sight.serves(change.to) {
            return outcome(.applied, "\(words); then version \(change.to) answered. \(note)", sight.state)
        }
        return outcome(.inDoubt, "\(words); then \(reason)", sight?.state)
    }

    private func refused(_ reply: V2Reply, _ words: String, from before: ServingSight) async -> ServingOutcome {
        guard let sight = try? await look.sight(by: .now + patience.look) else {
            return outcome(.inDoubt, "\(words); what is served now could not be seen")
        }
        if sight.serves(change.to) {
            return outcome(.applied, "\(words), yet version \(change.to) answers", sight.state)
        }
        guard sight.state.version == before.state.version else {
            return outcome(.inDoubt, "\(words), and now \(ServingLook.who(sight.state.version)) answers", sight.state)
        }
        let isForbidden = reply.error?.contains("explicit model load / unload is not allowed") == true
        let hint = "Start Triton with --model-control-mode=explicit. "
        return outcome(.refused, (isForbidden ? hint : "") + words, sight.state)
    }

    /// Looks until the version is served. Gives up when the time is over, or when for a while there was no sign that it
    /// is being loaded.
    private func waitUntilServed() async -> (sight: ServingSight?, reason: String) {
        var seen: ServingSight?
        var reason = "nothing could be seen"
        var lastSign = ContinuousClock.now
        while true {
            do {
                let sight = try await look.sight(by: min(deadline, .now + patience.look))
                if sight.serves(change.to) { return (sight, "") }
                if sight.loading.contains(change.to) { lastSign = .now }
                seen = sight
                reason = "\(ServingLook.who(sight.state.version)) answered"
            } catch {
                seen = nil
                reason = Obstacle(error).reason
            }
            let now = ContinuousClock.now
            guard now + patience.pause < min(deadline, lastSign + patience.settling) else { return (seen, reason) }
            try? await Task.sleep(for: patience.pause)
        }
    }
}
