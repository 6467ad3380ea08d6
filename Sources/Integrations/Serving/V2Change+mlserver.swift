import Engine
import Incidents

/// MLServer loads every version that it finds a settings file of and answers by the newest; its load request names no
/// version (mlserver 1.7.1: handlers/model_repository.py, registry.py). So the settings of newer versions are set aside
/// by renaming them, and put back when they are wanted again.
extension V2Change {
    func onMLServer(_ sight: ServingSight) async -> ServingOutcome {
        guard let path = server.settings.repository else {
            let words = "MLServer cannot be told which version to serve. Give the model's folder as repository, here"
            return outcome(.refused, "\(words) and where MLServer reads it", sight.state)
        }
        let folder = ModelFolder(path)
        let steps: [ModelFolder.Step]
        do {
            let files = try folder.settingsFiles(of: server.settings.model)
            steps = try self.steps(files, indexed: sight.indexed)
            try folder.take(steps)
        } catch {
            return outcome(.refused, Obstacle(error).reason, sight.state)
        }
        let told = steps.map(\.words).joined(separator: ", ")
        let reply = await server.load("{}", by: deadline - patience.look)
        let result = await settle(reply, from: sight, note: steps.isEmpty ? "" : "Files: \(told)")
        switch result.result {
        case .applied: return result
        // The load may yet be made, and then these are the files it wants.
        case .inDoubt: return outcome(.inDoubt, "Files: \(told). \(result.evidence)", result.state)
        case .refused, .notSent, .changedUnderneath: break
        }
        // It goes on with what it had, so its next start must find that too.
        do {
            try folder.undo(steps)
        } catch {
            let words = "\(result.evidence). Files could not be put back: \(Obstacle(error).reason)"
            return outcome(result.result, words, result.state)
        }
        let after = try? await look.sight(by: .now + patience.look)
        return outcome(result.result, result.evidence, after?.state ?? result.state)
    }

    private func steps(_ files: [ModelFolder.SettingsFile], indexed: [String?]) throws -> [ModelFolder.Step] {
        let live = Set(files.filter { !$0.isAside }.map(\.version))
        for version in indexed.map({ $0 ?? ServingVersion.unversioned }) where !live.contains(version) {
            throw Obstacle("the server knows version \(version), which has no settings under the repository")
        }
        guard files.contains(where: { $0.version == change.to }) else {
            throw Obstacle("there is no version \"\(change.to)\" under the repository")
        }
        return files.compactMap { file in
            if file.version == change.to { return file.isAside ? .putBack(file) : nil }
            let isInTheWay = !file.isAside && ServingVersion.isNewer(file.version, than: change.to)
            return isInTheWay ? .setAside(file) : nil
        }
    }
}
