import Engine

/// A request with a known answer.
extension ConfigurationBuilder {
    /// `{request: {inputs: […]}, answer: {y: [10]}, tolerance: 0.001}`. The answer may also be written as the server
    /// gave it, `{outputs: [{name: y, data: [10]}]}`, and only names and data count.
    func golden(_ field: Field) -> ServingSettings.Golden? {
        let example =
            "Write it like {request: {inputs: [{name: x, shape: [1], datatype: FP32, data: [2]}]}, answer: {y: [4]}}."
        guard let section = field.section(["request", "answer", "tolerance"], example) else { return nil }
        let request = section.mandatory("request", example).flatMap { goldenRequest($0, example) }
        let outputs = section.mandatory("answer", example).flatMap { goldenOutputs($0, example) }
        let tolerance = section.optional("tolerance") { field -> Double? in
            guard let number = field.decimal() else { return nil }
            if number < 0 { field.error("is less than nothing", "Write a number such as 0.001.") }
            return number < 0 ? nil : number
        }
        guard let request, let outputs, tolerance.isGood else { return nil }
        return ServingSettings.Golden(request: request, outputs: outputs, tolerance: tolerance.value ?? 0)
    }

    private func goldenRequest(_ field: Field, _ example: String) -> String? {
        guard let entries = field.entries(example) else { return nil }
        guard entries.contains(where: { $0.name == "inputs" }) else {
            field.error("has no inputs", example)
            return nil
        }
        return field.json()
    }

    private func goldenOutputs(_ field: Field, _ example: String) -> [ServingSettings.Output]? {
        guard let entries = field.entries(example) else { return nil }
        var outputs: [(name: String, data: Field)] = entries.map { ($0.name, $0.value) }
        if let pasted = entries.first(where: { $0.name == "outputs" })?.value, let tensors = Self.tensors(pasted) {
            outputs = []
            for tensor in tensors {
                let members = tensor.entries() ?? []
                guard let name = members.first(where: { $0.name == "name" })?.value.text(),
                    let data = members.first(where: { $0.name == "data" })?.value
                else {
                    tensor.error("has no name or no data", example)
                    return nil
                }
                outputs.append((name, data))
            }
        }
        guard !outputs.isEmpty else {
            field.error("names no output", example)
            return nil
        }
        let read = outputs.compactMap { output -> ServingSettings.Output? in
            guard let values = output.data.flatScalars() else { return nil }
            if values.isEmpty { output.data.error("has no value to compare with", example) }
            return values.isEmpty ? nil : ServingSettings.Output(name: output.name, values: values)
        }
        return read.count == outputs.count ? read : nil
    }

    /// The items of a list of mappings: an output that is called `outputs` has a list of values.
    private static func tensors(_ field: Field) -> [Field]? {
        guard case .list(let nodes) = field.node.value, !nodes.isEmpty else { return nil }
        for node in nodes {
            guard case .mapping = node.value else { return nil }
        }
        return field.items()
    }
}
