import Engine
import Incidents
import OnCall
import Timekeeping

/// What of a service can be rolled back, who may say so, and what must be seen afterwards.
extension ConfigurationBuilder {
    /// `{target: …, approve: …, verify: …, automatic: …}`. Its mistakes are warnings where the last good configuration
    /// must run again: a version before this one took whatever stood here.
    func rollbackPolicy(_ field: Field, of service: ServiceID) -> RollbackPolicy? {
        let own = Problems()
        let field = Field(node: field.node, file: field.file, path: field.path, problems: own)
        let read = readRollback(field)
        problems.take(own, asWarnings: secrets.mode == .lenient)
        guard let (policy, settings) = read, !own.hasErrors else { return nil }
        serving[service] = settings
        return policy
    }

    private func readRollback(_ field: Field) -> (RollbackPolicy, ServingSettings)? {
        let example = "Write it like rollback: {target: {v2: {url: \"http://triton:8000\", model: ranker}}}."
        guard let section = field.section(["target", "approve", "verify", "automatic"], example) else { return nil }
        var settings = section.mandatory("target", example).flatMap(servingTarget)
        var policy = RollbackPolicy(target: settings?.target ?? "")
        if let approve = section["approve"] { readApproval(approve, &policy) }
        if let verify = section["verify"] { readVerification(verify, &policy, &settings) }
        if let automatic = section["automatic"], !automatic.isEmpty { policy.automatic = automaticRollback(automatic) }
        guard let settings else { return nil }
        policy.checks = settings.checks
        if policy.checks == [.readiness] {
            field.warn(
                "after a rollback it is only looked whether the version is ready, not whether it answers well",
                "Add verify: {promql: …, below: …} or verify: {golden: {request: …, answer: …}}.")
        }
        return (policy, settings)
    }

    // MARK: Target

    /// `{v2: {url: "http://triton:8000", model: ranker, repository: /models/ranker}}`.
    private func servingTarget(_ field: Field) -> ServingSettings? {
        let example = "Write it like {v2: {url: \"http://triton:8000\", model: ranker}}."
        guard let v2 = field.section(["v2"], example)?.mandatory("v2", example),
            let section = v2.section(["url", "model", "repository"], example)
        else { return nil }
        let hint = "Write it like http://triton:8000."
        let url = section.mandatory("url", example).flatMap { field -> String? in
            guard let url = webAddress(field, hint, instead: "Let a proxy add them.") else {
                return nil
            }
            guard url.query == nil, !url.withoutSlash.hasSuffix("/v2") else {
                field.error(url.query == nil ? "ends in /v2, which is added" : "has a query", hint)
                return nil
            }
            return url.withoutSlash
        }
        let model = section.mandatory("model", "Name the model as the server does: model: ranker.").flatMap(modelName)
        let repository = section.optional("repository", modelFolder)
        guard let url, let model, repository.isGood else { return nil }
        return ServingSettings(url: url, model: model, repository: repository.value)
    }

    private func modelName(_ field: Field) -> String? {
        guard let text = field.text() else { return nil }
        let isName = text.utf8.count <= 200 && text == printable(text) && text.contains { $0 != "." }
        if !isName { field.error("\(quoted(text)) cannot be a model's name", "Name the model as the server does.") }
        return isName ? text : nil
    }

    private func modelFolder(_ field: Field) -> String? {
        let hint = "Write the model's own folder, such as /models/ranker, with one folder a version in it."
        guard let text = field.text(hint) else { return nil }
        guard text.hasPrefix("/"), text.utf8.count <= 1000, !text.utf8.contains(0) else {
            field.error("\(quoted(text)) is not an absolute path", hint)
            return nil
        }
        return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    // MARK: Approval

    /// `{by: on-call, second_person: false, break_glass: true}`.
    private func readApproval(_ field: Field, _ policy: inout RollbackPolicy) {
        let example = "Write it like {by: on-call, second_person: false, break_glass: true}."
        guard let section = field.section(["by", "second_person", "break_glass"], example) else { return }
        let _: Bool? = section["by"]?.choice(["on-call": true])
        func truth(_ key: String) -> Bool? { section[key]?.choice(["true": true, "false": false]) }
        policy.needsSecondPerson = truth("second_person") ?? policy.needsSecondPerson
        policy.allowsBreakGlass = truth("break_glass") ?? policy.allowsBreakGlass
    }

    // MARK: Verification

    /// `{promql: …, below: 0.8, for: 5m, min_samples: 20, golden: …}`.
    private func readVerification(
        _ field: Field, _ policy: inout RollbackPolicy, _ settings: inout ServingSettings?
    ) {
        let example = "Write it like {promql: ranker_p99_seconds, below: 0.8, for: 5m, min_samples: 20}."
        let known = ["promql", "below", "above", "for", "min_samples", "golden"]
        guard let section = field.section(known, example) else { return }
        settings?.metric = metric(section)
        settings?.golden = section["golden"].flatMap(golden)
        let time = section["for"]?.duration(in: .seconds(1)...(.hours(6)))
        policy.verifyMilliseconds = time?.milliseconds ?? policy.verifyMilliseconds
        // It is looked once a second at most.
        let most = Int(max(1, policy.verifyMilliseconds / 1000))
        policy.minSamples = min(policy.minSamples, most)
        guard let field = section["min_samples"], let samples = field.number(in: 1...100_000) else { return }
        if samples > most {
            let time = Duration.milliseconds(policy.verifyMilliseconds).written
            field.error(
                "\(samples) looks do not fit into \(time)",
                "It is looked once a second at most: write up to \(most), or a longer time under for.")
        }
        policy.minSamples = samples
    }

    private func metric(_ section: Section) -> ServingSettings.Metric? {
        let example = "Write it like {promql: ranker_p99_seconds, below: 0.8}."
        let below = section["below"].flatMap { $0.decimal() }
        let above = section["above"].flatMap { $0.decimal() }
        guard let field = section["promql"] else {
            for key in ["below", "above"] where !section.isMisspelt("promql") {
                section[key]?.error("bounds nothing: there is no promql", example)
            }
            return nil
        }
        let query = field.text(example)
        switch (section["below"], section["above"]) {
        case (nil, nil) where section.isMisspelt("below") || section.isMisspelt("above"): break
        case (nil, nil): field.error("has no bound", example)
        case (_?, let above?): above.error("is a second bound", "Keep one of below and above.")
        case (_?, nil), (nil, _?): break
        }
        if prometheus == nil, !isPrometheusWritten {
            field.warn(
                "there is no Prometheus to ask, so no rollback will be seen to succeed",
                "Add defaults: {prometheus: \"http://prometheus:9090\"}.")
        }
        guard let query, let bound = below.map(ServingSettings.Bound.below) ?? above.map(ServingSettings.Bound.above)
        else { return nil }
        return ServingSettings.Metric(prometheus: prometheus, query: query, bound: bound)
    }

    // MARK: Automatic

    /// `{when: 'check="canary"', after: 5m unacknowledged, at_most: once per incident}`.
    private func automaticRollback(_ field: Field) -> RollbackPolicy.Automatic? {
        let example = "Write it like {when: 'check=\"canary\"', after: 5m unacknowledged, at_most: once per incident}."
        guard let section = field.section(["when", "after", "at_most"], example) else { return nil }
        let fields = section.mandatory("when", example)?.itemsOrOne(example) ?? []
        let matchers = fields.compactMap { $0.matchers() }.flatMap { $0 }
        let after = section.mandatory("after", example).flatMap(timeUnacknowledged)
        let _: Bool? = section["at_most"]?.choice(["once per incident": true])
        guard let after, !matchers.isEmpty else { return nil }
        return RollbackPolicy.Automatic(matchers: matchers, after: after)
    }

    /// `5m unacknowledged`.
    private func timeUnacknowledged(_ field: Field) -> Duration? {
        let hint = "Write it like 5m unacknowledged, from 0s to 1d: whoever has acknowledged decides."
        guard let text = field.text(hint) else { return nil }
        let word = " unacknowledged"
        guard text.hasSuffix(word), let time = Duration(written: String(text.dropLast(word.count))),
            time <= .days(1)
        else {
            field.error("\(quoted(text)) is not a time without an acknowledgement", hint)
            return nil
        }
        return time
    }
}
