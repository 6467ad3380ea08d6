/// What the toy model server counts, and how `/metrics` shows it: by the names that Triton uses.
struct ToyTally: Sendable {
    private struct Count {
        var answers: Int64 = 0
        var microseconds: Int64 = 0
    }

    private var counts: [Int: Count] = [:]

    mutating func add(_ version: Int, took: Duration) {
        let (seconds, attoseconds) = took.components
        counts[version, default: Count()].answers += 1
        counts[version, default: Count()].microseconds += seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    /// In Prometheus' text format 0.0.4.
    func text(model: String) -> String {
        var text = ""
        func family(_ name: String, _ help: String, _ value: (Count) -> Int64) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) counter\n"
            for (version, count) in counts.sorted(by: { $0.key < $1.key }) {
                text += "\(name){model=\"\(model)\",version=\"\(version)\"} \(value(count))\n"
            }
        }
        family("nv_inference_request_success", "Number of successful inference requests", \.answers)
        family("nv_inference_count", "Number of inferences performed", \.answers)
        family("nv_inference_request_duration_us", "Cumulative inference request duration", \.microseconds)
        return text
    }
}
