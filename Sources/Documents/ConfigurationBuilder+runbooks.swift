import Engine
import Incidents

/// Where the runbooks are, and which of them a service names.
extension ConfigurationBuilder {
    /// The shipped ones, and those of the folder under `runbooks:`, which take the places of shipped ones of the same
    /// name. The last good configuration runs with the runbooks as they are now, whatever is wrong with them.
    func readRunbooks() {
        let own = document.field(of: "runbooks").flatMap { field in
            RunbookLibrary.folder(field, beside: secrets.folder ?? ".", isLenient: secrets.mode == .lenient)
        }
        let library = RunbookLibrary(folders: [shippedRunbooks, own].compactMap { $0 })
        for problem in library.errors {
            if secrets.mode == .lenient { problems.warn(problem) } else { problems.error(problem) }
        }
        runbooks = library.runbooks
    }

    /// The runbooks that a service names.
    func runbooks(named field: Field?) -> [RunbookID] {
        let names = runbooks.map(\.id.rawValue)
        return (field?.items("Write it like [model-latency].") ?? []).compactMap { item in
            guard let name = item.text() else { return nil }
            if secrets.mode == .lenient, !names.contains(name) {
                item.warn("there is no runbook \(quoted(name)), so none is linked")
                return nil
            }
            return check(name, item, noun: "runbook", in: names) ? RunbookID(rawValue: name) : nil
        }
    }
}
