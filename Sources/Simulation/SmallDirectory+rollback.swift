import Incidents
import OnCall
import Timekeeping

/// What a scenario's services may have rolled back, and what serves them.
extension SmallDirectory {
    func rollback(_ name: String, _ tail: String, _ line: Scenario.Line) throws -> RollbackPolicy {
        var policy = RollbackPolicy(target: "model \(name)")
        for part in tail.split(separator: ",") {
            let words = part.split(separator: " ").map(String.init)
            switch words[0] {
            case "verify": policy.verifyMilliseconds = try Self.duration(words[1], line).milliseconds
            case "samples": policy.minSamples = Int(words[1]) ?? 1
            case "at": policy.target += " at " + words[1]
            case "second": policy.needsSecondPerson = true
            case "no": policy.allowsBreakGlass = false
            case "automatic":
                let matchers = words.dropFirst(2).map { word in
                    let sides = word.split(separator: "=", maxSplits: 1).map(String.init)
                    return LabelMatcher(label: sides[0], value: sides.last ?? "")
                }
                policy.automatic = .init(matchers: matchers, after: try Self.duration(words[1], line))
            default:
                policy.checks = try words.map { word in
                    guard let kind = ServingCheck.Kind(rawValue: word) else {
                        throw ScenarioProblem(line, "'\(word)' says nothing about a rollback")
                    }
                    return kind
                }
            }
        }
        return policy
    }

    /// The serving layers as they are in the beginning.
    func serving() throws -> [ServiceID: FakeServing] {
        var layers: [ServiceID: FakeServing] = [:]
        for line in lines where line.words[0] == "serving" {
            let sides = line.text.split(separator: ":", maxSplits: 1)
            guard sides.count == 2 else { throw ScenarioProblem(line, "it serves nothing") }
            var versions: [String] = []
            var served: String?
            var wellness: [String: Wellness] = [:]
            for part in sides[1].split(separator: ",") {
                let words = part.split(separator: " ").map(String.init)
                switch words[0] {
                case "serves": served = words[1]
                case "bad": for version in words.dropFirst() { wellness[version] = .bad }
                case "flaky": for version in words.dropFirst() { wellness[version] = .flaky }
                default: versions = words
                }
            }
            let name = sides[0].split(separator: " ").last.map(String.init) ?? ""
            layers[ServiceID(rawValue: name)] = FakeServing(versions: versions, serving: served, wellness: wellness)
        }
        return layers
    }
}
