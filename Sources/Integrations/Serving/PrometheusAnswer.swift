import Engine
import Incidents

/// Judges the answer to an instant query: every series must keep within the bound. No series, no number and no answer
/// are unknown, never passed. Source: Prometheus, "HTTP API", "Instant queries".
struct PrometheusAnswer: Sendable {
    private let metric: ServingSettings.Metric

    init(_ metric: ServingSettings.Metric) { self.metric = metric }

    func check(_ client: CurlClient, by deadline: V2Server.Deadline) async -> ServingCheck {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return unknown("the time is over") }
        guard let prometheus = metric.prometheus else { return unknown("no Prometheus is configured") }
        let query = FormBody(["query": metric.query]).encoded
        let reply = await client.reply(
            to: OutboundRequest(
                url: "\(prometheus)/api/v1/query",
                headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(query.utf8),
                timeout: left, responseLimit: 1 << 20))
        return judge(reply)
    }

    func judge(_ reply: V2Reply) -> ServingCheck {
        guard let answer = reply.json, answer["status"]?.scalar == "success" else {
            guard case .answered(let status, let body, _) = reply else { return unknown(reply.words) }
            let words = V2JSON.read(body)?["error"]?.scalar
            return unknown("Prometheus answers HTTP \(status)\(words.map { ": \($0)" } ?? "")")
        }
        let samples: [JSONValue]
        switch (answer["data"]?["resultType"]?.scalar, answer["data"]?["result"]) {
        case ("vector", .array(let series)): samples = series.map { $0["value"] ?? .null }
        case ("scalar", let sample?): samples = [sample]
        default: return unknown("the query gives no number")
        }
        guard !samples.isEmpty else { return unknown("no data") }
        var values: [Double] = []
        for sample in samples {
            guard case .array(let pair) = sample, pair.count == 2, case .string(let text) = pair[1],
                let value = Self.number(text)
            else { return unknown("a sample cannot be read") }
            values.append(value)
        }
        return judge(values)
    }

    private func judge(_ values: [Double]) -> ServingCheck {
        let numbers = values.filter { !$0.isNaN }
        // The worst decides: one series out of bounds is not healed by another without a number.
        if let worst = numbers.max(by: { isWorse($1, than: $0) }), !keeps(worst) {
            return says(.failed, "is \(Self.text(worst)), not \(boundText)\(Self.among(values))")
        }
        guard numbers.count == values.count, let worst = numbers.max(by: { isWorse($1, than: $0) }) else {
            return unknown("not a number")
        }
        return says(.passed, "is \(Self.text(worst)), \(boundText)\(Self.among(values))")
    }

    private func keeps(_ value: Double) -> Bool {
        switch metric.bound {
        case .below(let bound): value < bound
        case .above(let bound): value > bound
        }
    }

    private func isWorse(_ a: Double, than b: Double) -> Bool {
        switch metric.bound {
        case .below: a > b
        case .above: a < b
        }
    }

    private var boundText: String {
        switch metric.bound {
        case .below(let bound): "below \(Self.text(bound))"
        case .above(let bound): "above \(Self.text(bound))"
        }
    }

    private func unknown(_ words: String) -> ServingCheck { says(.unknown, "cannot be told: \(words)") }

    private func says(_ result: ServingCheck.Result, _ words: String) -> ServingCheck {
        let query = PlainText.cut(PlainText.printable(metric.query), to: 80)
        return ServingCheck(.metric, result, evidence: servingEvidence("\(query) \(words)"))
    }

    /// As Prometheus writes them: `0.31`, `1e+06`, `NaN`, `+Inf`.
    private static func number(_ text: String) -> Double? {
        switch text {
        case "NaN": .nan
        case "+Inf", "Inf": .infinity
        case "-Inf": -.infinity
        default: Double(text).flatMap { $0.isFinite ? $0 : nil }
        }
    }

    private static func text(_ value: Double) -> String {
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }

    private static func among(_ values: [Double]) -> String {
        values.count == 1 ? "" : ", the worst of \(values.count) series"
    }
}
