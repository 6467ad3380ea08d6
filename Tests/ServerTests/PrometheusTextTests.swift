import CoreMetrics
import Metrics
import Server
import Testing

@Suite struct PrometheusTextTests {
    @Test("a counter with the same labels in another order is the same series")
    func sameSeries() {
        let metrics = PrometheusText(families: [])
        Counter(label: "a_total", dimensions: [("x", "1"), ("y", "2")], factory: metrics).increment()
        Counter(label: "a_total", dimensions: [("y", "2"), ("x", "1")], factory: metrics).increment(by: 2)
        #expect(metrics.text(with: []) == "# TYPE a_total counter\na_total{x=\"1\",y=\"2\"} 3\n")
    }

    @Test("labels and help are escaped, names are made into names")
    func escaping() {
        let metrics = PrometheusText(families: [.init("odd_name", "first\nsecond \\")])
        Counter(label: "odd.name", dimensions: [("the-label", "a\"b\\c\nd")], factory: metrics).increment()
        let expected = """
            # HELP odd_name first\\nsecond \\\\
            # TYPE odd_name counter
            odd_name{the_label="a\\"b\\\\c\\nd"} 1

            """
        #expect(metrics.text(with: []) == expected)
    }

    @Test("a timer is a cumulative histogram in seconds; a value on a bound counts below it")
    func histogram() {
        let metrics = PrometheusText(families: [.init("t_seconds", "Time.", buckets: [0.5, 1])])
        let timer = Metrics.Timer(label: "t_seconds", dimensions: [], factory: metrics)
        for milliseconds in [500, 700, 2000] { timer.recordMilliseconds(milliseconds) }
        let expected = """
            # HELP t_seconds Time.
            # TYPE t_seconds histogram
            t_seconds_bucket{le="0.5"} 1
            t_seconds_bucket{le="1"} 2
            t_seconds_bucket{le="+Inf"} 3
            t_seconds_sum 3.2
            t_seconds_count 3

            """
        #expect(metrics.text(with: []) == expected)
    }

    @Test("a name used for another kind of metric changes nothing of the first")
    func otherKind() {
        let metrics = PrometheusText(families: [])
        Counter(label: "a", dimensions: [], factory: metrics).increment()
        Metrics.Timer(label: "a", dimensions: [], factory: metrics).recordSeconds(1)
        #expect(metrics.text(with: []) == "# TYPE a counter\na 1\n")
    }

    @Test("labels made up without end are dropped, not kept")
    func bounded() {
        let metrics = PrometheusText(families: [])
        for number in 0..<3000 {
            Counter(label: "a_total", dimensions: [("n", "\(number)")], factory: metrics).increment()
        }
        #expect(metrics.text(with: []).split(separator: "\n").count == 1001)
    }

    @Test("a gauge is shown after the families, with its samples")
    func gauges() {
        let text = PrometheusText(families: []).text(with: [.init("up", "Up.", [([("at", "x")], 1.5)])])
        #expect(text == "# HELP up Up.\n# TYPE up gauge\nup{at=\"x\"} 1.5\n")
    }
}
