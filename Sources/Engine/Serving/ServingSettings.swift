import Incidents

/// How one service's serving layer is reached, and what shows that it serves well. Decisions need none of it; what they
/// need is in `RollbackPolicy`.
public struct ServingSettings: Sendable, Hashable {
    /// Where the V2 protocol is spoken: `http://triton:8000`, without `/v2` and without credentials.
    public var url: String
    public var model: String
    /// The model's own folder, with one folder a version in it, as an absolute path on this machine. MLServer cannot be
    /// told which version to serve, so there its files are renamed; Triton's versions are listed from it.
    public var repository: String?
    public var golden: Golden?
    public var metric: Metric?

    public init(
        url: String, model: String, repository: String? = nil, golden: Golden? = nil, metric: Metric? = nil
    ) {
        self.url = url
        self.model = model
        self.repository = repository
        self.golden = golden
        self.metric = metric
    }

    /// For people, and the identity of what is rolled back: `model ranker at http://triton:8000`.
    public var target: String { "model \(model) at \(url)" }

    /// The checks that can be made, readiness always among them.
    public var checks: [ServingCheck.Kind] {
        [.readiness] + (golden == nil ? [] : [.golden]) + (metric == nil ? [] : [.metric])
    }

    /// A request with a known answer.
    public struct Golden: Sendable, Hashable {
        /// The body of an inference request, JSON.
        public var request: String
        public var outputs: [Output]
        /// The largest difference between two numbers that still are the same.
        public var tolerance: Double

        public init(request: String, outputs: [Output], tolerance: Double = 0) {
            self.request = request
            self.outputs = outputs
            self.tolerance = tolerance
        }
    }

    /// One tensor of the expected answer.
    public struct Output: Sendable, Hashable {
        public var name: String
        /// Flat, in row-major order, however nested it was written.
        public var values: [Value]

        public init(name: String, values: [Value]) {
            self.name = name
            self.values = values
        }
    }

    public enum Value: Sendable, Hashable {
        /// As written, in JSON's grammar: a number with more digits than `Double` has keeps them.
        case number(String)
        case text(String)
        case truth(Bool)
    }

    /// A PromQL query whose every series must keep within a bound.
    public struct Metric: Sendable, Hashable {
        /// The Prometheus that is asked, `http://prometheus:9090`; while there is none, nothing can be told.
        public var prometheus: String?
        public var query: String
        public var bound: Bound

        public init(prometheus: String?, query: String, bound: Bound) {
            self.prometheus = prometheus
            self.query = query
            self.bound = bound
        }
    }

    /// The bound itself is not kept to.
    public enum Bound: Sendable, Hashable {
        case below(Double)
        case above(Double)
    }
}

extension ServingSettings: CustomStringConvertible, CustomReflectable {
    /// Without the golden request: it may be somebody's data.
    public var description: String { target }
    public var customMirror: Mirror { Mirror(self, children: ["url": url, "model": model]) }
}
