extension Mistake {
    private static let target = #"target: {v2: {url: "http://triton:8000", model: ranker}}"#

    /// The base's one service, with these lines under its rollback from line 33 on.
    private static func rollback(_ name: String, _ lines: String..., says: String...) -> Mistake {
        Mistake(
            name, "  ranker: {policy: ml, team: ml}\n",
            "  ranker:\n    policy: ml\n    team: ml\n    rollback:\n" + lines.map { "      \($0)\n" }.joined(),
            says: says)
    }

    /// What can be rolled back, and what must be seen then.
    static let rollbacks: [Mistake] = [
        rollback(
            "a target that is missing", "approve: {by: on-call}",
            says: "33:7: services.ranker.rollback.target: is mandatory and missing. Write it like rollback: "
                + #"{target: {v2: {url: "http://triton:8000", model: ranker}}}."#),
        rollback(
            "a target of another kind", "target: {v3: {}}",
            says: "33:16: services.ranker.rollback.target.v3: is not a key known here. Did you mean v2?"),
        rollback(
            "a target without a model", #"target: {v2: {url: "http://triton:8000", mdel: ranker}}"#,
            says: "33:48: services.ranker.rollback.target.v2.mdel: is not a key known here. Did you mean "
                + "model?"),
        rollback(
            "an address that is none", "target: {v2: {url: triton, model: ranker}}",
            says: "33:26: services.ranker.rollback.target.v2.url: is not an http or https address. Write it "
                + "like http://triton:8000."),
        rollback(
            "an address with a password",
            #"target: {v2: {url: "http://ops:hunter2@triton:8000", model: ranker}}"#,
            says: "33:26: services.ranker.rollback.target.v2.url: has a user, a password or a fragment. "
                + "Write it like http://triton:8000. Let a proxy add them."),
        rollback(
            "an address with the protocol's path", #"target: {v2: {url: "http://t:1/v2/", model: r}}"#,
            says: "33:26: services.ranker.rollback.target.v2.url: ends in /v2, which is added. Write it like "
                + "http://triton:8000."),
        rollback(
            "a model that is a path", #"target: {v2: {url: "http://t:1", model: ..}}"#,
            says: #"33:47: services.ranker.rollback.target.v2.model: ".." cannot be a model's name. Name the "#
                + "model as the server does."),
        rollback(
            "a folder that is not absolute", #"target: {v2: {url: "http://t:1", model: r, repository: models}}"#,
            says: #"33:62: services.ranker.rollback.target.v2.repository: "models" is not an absolute path. "#
                + "Write the model's own folder, such as /models/ranker, with one folder a version in it."),
        rollback(
            "an approval by nobody we know", target, "approve: {by: anybody}",
            says: #"34:21: services.ranker.rollback.approve.by: "anybody" is not one of on-call."#),
        rollback(
            "neither true nor false", target, "approve: {second_person: yes}",
            says: #"34:32: services.ranker.rollback.approve.second_person: "yes" is not one of true, false."#),
        rollback(
            "a query without a bound", target, "verify: {promql: up}",
            says: "34:24: services.ranker.rollback.verify.promql: has no bound. Write it like {promql: "
                + "ranker_p99_seconds, below: 0.8}."),
        rollback(
            "a query with two bounds", target, "verify: {promql: up, below: 1, above: 0}",
            says: "34:45: services.ranker.rollback.verify.above: is a second bound. Keep one of below and "
                + "above."),
        rollback(
            "a bound without a query", target, "verify: {below: 1}",
            says: "34:23: services.ranker.rollback.verify.below: bounds nothing: there is no promql. Write "
                + "it like {promql: ranker_p99_seconds, below: 0.8}."),
        rollback(
            "a misspelt query", target, "verify: {promlq: up, below: 1}",
            says: "34:16: services.ranker.rollback.verify.promlq: is not a key known here. Did you mean "
                + "promql?"),
        rollback(
            "a misspelt bound", target, "verify: {promql: up, belwo: 1}",
            says: "34:28: services.ranker.rollback.verify.belwo: is not a key known here. Did you mean below?"),
        rollback(
            "a bound that is no number", target, "verify: {promql: up, below: .nan}",
            says: #"34:35: services.ranker.rollback.verify.below: ".nan" is not a number. Write a number such "#
                + "as 0.8."),
        rollback(
            "a time too long to verify", target, "verify: {promql: up, below: 1, for: 7h}",
            says: #"34:43: services.ranker.rollback.verify.for: "7h" is too long. Write a duration from 1s to "#
                + "6h."),
        rollback(
            "more looks than fit", target, "verify: {promql: up, below: 1, for: 10s, min_samples: 20}",
            says: "34:61: services.ranker.rollback.verify.min_samples: 20 looks do not fit into 10s. It is "
                + "looked once a second at most: write up to 10, or a longer time under for."),
        rollback(
            "a request without inputs", target, "verify: {golden: {request: {}, answer: {y: [1]}}}",
            says: "34:34: services.ranker.rollback.verify.golden.request: has no inputs. Write it like "
                + "{request: {inputs: [{name: x, shape: [1], datatype: FP32, data: [2]}]}, answer: {y: [4]}}."),
        rollback(
            "a golden request without an answer", target, "verify: {golden: {request: {inputs: []}}}",
            says: "34:24: services.ranker.rollback.verify.golden.answer: is mandatory and missing. Write it "
                + "like {request: {inputs: [{name: x, shape: [1], datatype: FP32, data: [2]}]}, answer: {y: "
                + "[4]}}."),
        rollback(
            "an answer without outputs", target, "verify: {golden: {request: {inputs: []}, answer: {outputs: []}}}",
            says: "34:66: services.ranker.rollback.verify.golden.answer.outputs: has no value to compare "
                + "with. Write it like {request: {inputs: [{name: x, shape: [1], datatype: FP32, data: "
                + "[2]}]}, answer: {y: [4]}}."),
        rollback(
            "an output without a name", target,
            "verify: {golden: {request: {inputs: []}, answer: {outputs: [{data: [1]}]}}}",
            says: "34:67: services.ranker.rollback.verify.golden.answer.outputs[0]: has no name or no data. "
                + "Write it like {request: {inputs: [{name: x, shape: [1], datatype: FP32, data: [2]}]}, "
                + "answer: {y: [4]}}."),
        rollback(
            "an answer that is a mapping", target,
            "verify: {golden: {request: {inputs: []}, answer: {y: {data: [1]}}}}",
            says: "34:60: services.ranker.rollback.verify.golden.answer.y: is a mapping, but must be a value "
                + "or a list of values."),
        rollback(
            "a number that is not JSON's", target,
            "verify: {golden: {request: {inputs: [.5, 0x1F, 010]}, answer: {y: [+1]}}}",
            says: #"34:44: services.ranker.rollback.verify.golden.request.inputs[0]: ".5" is not a number as "#
                + "JSON writes it. Write it like -0.5 or 1e6, or quote a text.",
            #"34:48: services.ranker.rollback.verify.golden.request.inputs[1]: "0x1F" is not a number "#
                + "as JSON writes it. Write it like -0.5 or 1e6, or quote a text.",
            #"34:54: services.ranker.rollback.verify.golden.request.inputs[2]: "010" is not a number as "#
                + "JSON writes it. Write it like -0.5 or 1e6, or quote a text.",
            #"34:74: services.ranker.rollback.verify.golden.answer.y[0]: "+1" is not a number as JSON "#
                + "writes it. Write it like -0.5 or 1e6, or quote a text."),
        rollback(
            "a tolerance below nothing", target,
            "verify: {golden: {request: {inputs: []}, answer: {y: [1]}, tolerance: -1}}",
            says: "34:77: services.ranker.rollback.verify.golden.tolerance: is less than nothing. Write a "
                + "number such as 0.001."),
        rollback(
            "a condition that is none", target, "automatic: {when: canary, after: 5m unacknowledged}",
            says: "34:25: services.ranker.rollback.automatic.when: does not compare canary with anything. "
                + #"Write it like 'model="ranker", env!="dev"'."#),
        rollback(
            "a time of nothing", target, #"automatic: {when: 'check="canary"', after: 5m}"#,
            says: #"34:50: services.ranker.rollback.automatic.after: "5m" is not a time without an "#
                + "acknowledgement. Write it like 5m unacknowledged, from 0s to 1d: whoever has acknowledged "
                + "decides."),
        rollback(
            "more than once", target,
            #"automatic: {when: 'check="canary"', after: 5m unacknowledged, at_most: twice}"#,
            says: #"34:78: services.ranker.rollback.automatic.at_most: "twice" is not one of once per "#
                + "incident."),
        rollback(
            "a rollback that says nothing of when", target, "automatic: {after: 5m unacknowledged}",
            says: "34:18: services.ranker.rollback.automatic.when: is mandatory and missing. Write it like "
                + #"{when: 'check="canary"', after: 5m unacknowledged, at_most: once per incident}."#),
        Mistake(
            "a Prometheus with a query", "defaults: {", #"defaults: {prometheus: "http://p:9090/?a=b", "#,
            "1:24: defaults.prometheus: has a query. Write it like http://prometheus:9090."),
        Mistake(
            "a misspelt Prometheus", "defaults: {", #"defaults: {promethus: "http://p:9090", "#,
            "1:12: defaults.promethus: is not a key known here. Did you mean prometheus?"),
    ]
}
