import CoreMetrics
import Synchronization

/// One series: a family's name with one set of labels.
final class MetricCell: CounterHandler, RecorderHandler, MeterHandler, TimerHandler {
    enum Kind: Hashable, Sendable {
        case counter, gauge
        /// Upper bounds, ascending, without `+Inf`.
        case histogram([Double])

        var word: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    private struct State {
        /// A counter's count, a gauge's value, a histogram's sum.
        var value = 0.0
        /// A histogram's observations per bucket, not cumulative; the last one is `+Inf`.
        var counts: [Int]
    }

    private let kind: Kind
    private let labels: String
    private let state: Mutex<State>

    init(_ kind: Kind, labels: String) {
        self.kind = kind
        self.labels = labels
        switch kind {
        case .counter, .gauge: state = Mutex(State(counts: []))
        case .histogram(let bounds): state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
        }
    }

    func increment(by amount: Int64) { state.withLock { $0.value += Double(amount) } }
    func increment(by amount: Double) { state.withLock { $0.value += amount } }
    func decrement(by amount: Double) { state.withLock { $0.value -= amount } }
    func reset() { state.withLock { $0.value = 0 } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.value = value } }
    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func record(_ value: Double) {
        guard case .histogram(let bounds) = kind else { return set(value) }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.value += value
        }
    }

    func write(_ name: String, _ text: inout MetricText) {
        let state = state.withLock { $0 }
        guard case .histogram(let bounds) = kind else { return text.sample(name, labels, state.value) }
        var total = 0
        for (bound, count) in zip(bounds + [.infinity], state.counts) {
            total += count
            text.sample("\(name)_bucket", MetricText.adding("le", MetricText.number(bound), to: labels), Double(total))
        }
        text.sample("\(name)_sum", labels, state.value)
        text.sample("\(name)_count", labels, Double(total))
    }
}
