import CoreMetrics
import Synchronization

/// A swift-metrics backend that shows what it was told as Prometheus text, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
///
/// Bootstrap with it before anything makes a metric. Counters stay counters; timers become histograms in seconds,
/// aggregating recorders histograms, other recorders gauges.
public final class PrometheusText: MetricsFactory {
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What a family is called and what it means, known before its first number.
    public struct Family: Sendable, Hashable {
        public let name: String
        public let help: String
        /// Upper bounds of a histogram's buckets, ascending; `+Inf` is added.
        public let buckets: [Double]
        /// Shown as 0 from the start: a rate over a counter that springs into being at 1 misses the 1.
        public let startsAtZero: Bool

        public init(_ name: String, _ help: String, buckets: [Double] = [], startsAtZero: Bool = false) {
            self.name = name
            self.help = help
            self.buckets = buckets
            self.startsAtZero = startsAtZero
        }
    }

    private let declared: [String: Family]
    private let state = Mutex<[String: Series]>([:])
    private let known = Mutex<[Asked: MetricCell]>([:])

    /// Series of one family. All are of one kind: the first one's.
    private struct Series {
        let kind: MetricCell.Kind
        var cells: [String: MetricCell] = [:]
    }

    /// Series a family may have. Label sets are closed, so reaching this is a bug; memory stays bounded all the same.
    static let seriesLimit = 1000

    public init(families: [Family] = Family.tocsin) {
        declared = Dictionary(families.map { ($0.name, $0) }) { first, _ in first }
        for family in families where family.startsAtZero { _ = cell(family.name, [], .counter) }
    }

    // MARK: MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, dimensions, .counter)
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate
            ? cell(label, dimensions, .histogram(declared[label].bounds ?? Self.countBuckets))
            : cell(label, dimensions, .gauge)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, dimensions, .gauge)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(label, dimensions, .histogram(declared[label].bounds ?? Self.secondBuckets))
    }

    // A series that went away and came back would look like a restart: all stay.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private static let secondBuckets: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600,
    ]
    private static let countBuckets: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096]

    /// The same cell for the same name and labels, always. One of another kind than its family's counts for nothing.
    private func cell(_ label: String, _ dimensions: [(String, String)], _ kind: MetricCell.Kind) -> MetricCell {
        let asked = Asked(word: kind.word, label: label, dimensions: dimensions.flatMap { [$0.0, $0.1] })
        if let cell = known.withLock({ $0[asked] }) { return cell }
        let name = MetricText.name(label)
        let labels = MetricText.labels(dimensions)
        let (cell, isKept) = state.withLock { families in
            let series = families[name] ?? Series(kind: kind)
            if let cell = series.cells[labels], series.kind == kind { return (cell, true) }
            let cell = MetricCell(kind, labels: labels)
            guard series.kind == kind, series.cells.count < Self.seriesLimit else { return (cell, false) }
            families[name, default: series].cells[labels] = cell
            return (cell, true)
        }
        if isKept { known.withLock { $0[asked] = cell } }
        return cell
    }

    /// How a cell was asked for: found again without putting its labels into text, which every request would pay for.
    private struct Asked: Hashable {
        let word: String
        let label: String
        let dimensions: [String]
    }

    // MARK: The page

    /// Every family that has a series, sorted by name, then the given gauges.
    package func text(with gauges: [Gauge]) -> String {
        var text = MetricText()
        let families = state.withLock { $0 }
        for (name, series) in families.sorted(by: { $0.key < $1.key }) {
            text.head(name, declared[name]?.help, series.kind.word)
            for (_, cell) in series.cells.sorted(by: { $0.key < $1.key }) { cell.write(name, &text) }
        }
        for gauge in gauges {
            text.head(gauge.name, gauge.help, "gauge")
            for sample in gauge.samples { text.sample(gauge.name, MetricText.labels(sample.labels), sample.value) }
        }
        return text.text
    }

    /// A number that is looked up when asked for.
    package struct Gauge {
        let name: String
        let help: String
        let samples: [(labels: [(String, String)], value: Double)]

        package init(_ name: String, _ help: String, _ value: Double) {
            self.init(name, help, [([], value)])
        }

        package init(_ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: Double)]) {
            self.name = name
            self.help = help
            self.samples = samples
        }
    }
}

extension PrometheusText.Family? {
    fileprivate var bounds: [Double]? { self.flatMap { $0.buckets.isEmpty ? nil : $0.buckets } }
}
