/// What one version of the toy ranking model computes: a weighted sum of four features, in single precision as the real
/// ones do, so that 0.62 arrives as 0.6200000047683716.
package struct ToyModel: Sendable, Hashable {
    package let weights: [Float]
    /// How long one answer takes.
    package let latency: Duration

    package init(weights: [Float], latency: Duration = .zero) {
        self.weights = weights
        self.latency = latency
    }

    /// Relevance, freshness, rating and price, in this order.
    package static let features = 4

    package static let good = ToyModel(weights: [0.5, 0.2, 0.2, 0.1])
    /// Trained on a table whose columns had changed places, and far too large: wrong and slow, but never an error. That
    /// is what makes a bad model worse than a crash.
    package static let bad = ToyModel(weights: [0.1, 0.2, 0.2, 0.5], latency: .milliseconds(350))

    /// - Parameter features: as many as there are weights.
    package func score(_ features: [Float]) -> Float {
        zip(weights, features).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
