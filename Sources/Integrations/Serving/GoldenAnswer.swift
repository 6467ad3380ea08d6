import Engine
import Incidents

/// Judges the answer to a request whose answer is known. NaN is equal to nothing.
struct GoldenAnswer: Sendable {
    private let golden: ServingSettings.Golden

    init(_ golden: ServingSettings.Golden) { self.golden = golden }

    func check(_ server: V2Server, _ version: String, by deadline: V2Server.Deadline) async -> ServingCheck {
        judge(await server.infer(golden.request, by: deadline), version: version)
    }

    /// An answer of the server's own, a complaint included, is passed or failed; everything else is unknown.
    func judge(_ reply: V2Reply, version: String) -> ServingCheck {
        func says(_ result: ServingCheck.Result, _ words: String) -> ServingCheck {
            ServingCheck(.golden, result, evidence: servingEvidence(words))
        }
        switch reply {
        case .away(let reason, _): return says(.unknown, "the golden request was not answered: \(reason)")
        case .answered(200...299, _, _): break
        case .answered(408, _, _), .answered(429, _, _), .answered(300...399, _, _):
            return says(.unknown, "the golden request was answered by \(reply.words)")
        // What stands between us and the server has no word of the model's.
        case .answered(502...504, _, _) where reply.error == nil:
            return says(.unknown, "the golden request was answered by \(reply.words)")
        case .answered: return says(.failed, "the golden request was answered by \(reply.words)")
        }
        guard case .object? = reply.json, let answer = reply.json else {
            return says(.unknown, "the answer to the golden request cannot be read")
        }
        let answered = answer["model_version"]?.scalar
        guard answered != nil || version == ServingVersion.unversioned else {
            return says(.unknown, "the answer to the golden request does not say which version gave it")
        }
        if let answered, answered != version { return says(.failed, "answered by version \(answered), not \(version)") }
        if let difference = difference(in: answer) { return says(.failed, "version \(version): \(difference)") }
        return says(.passed, "version \(version) answered the golden request as it should")
    }

    private func difference(in answer: JSONValue) -> String? {
        var found: [String: JSONValue] = [:]
        if case .array(let outputs)? = answer["outputs"] {
            for output in outputs { if let name = output["name"]?.scalar { found[name] = output } }
        }
        for output in golden.outputs {
            guard let data = found[output.name]?["data"] else { return "there is no output \(output.name)" }
            let values = Self.flat(data)
            guard values.count == output.values.count else {
                return "\(output.name) has \(values.count) values, not \(output.values.count)"
            }
            for (index, (value, expected)) in zip(values, output.values).enumerated() where !isSame(value, expected) {
                return "\(output.name)[\(index)] is \(value.text), not \(expected)"
            }
        }
        return nil
    }

    private func isSame(_ value: JSONValue, _ expected: ServingSettings.Value) -> Bool {
        switch (value, expected) {
        case (.string(let value), .text(let expected)): return value == expected
        case (.bool(let value), .truth(let expected)): return value == expected
        case (.number(let value), .number(let expected)):
            // Whole numbers have more digits than `Double` keeps.
            if let value = Int64(value), let expected = Int64(expected) {
                let (difference, isTooFar) = value.subtractingReportingOverflow(expected)
                return !isTooFar && Double(difference.magnitude) <= golden.tolerance
            }
            guard let value = Double(value), let expected = Double(expected) else { return false }
            return value == expected || abs(value - expected) <= golden.tolerance
        default: return false
        }
    }

    /// V2 allows data flat or nested.
    private static func flat(_ value: JSONValue) -> [JSONValue] {
        guard case .array(let elements) = value else { return [value] }
        return elements.flatMap(flat)
    }
}

extension ServingSettings.Value: CustomStringConvertible {
    public var description: String {
        switch self {
        case .number(let digits): digits
        case .text(let text): "\"\(text)\""
        case .truth(let value): "\(value)"
        }
    }
}
