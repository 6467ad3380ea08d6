import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// The runbooks an incident is given.
@Suite struct RunbookTests {
    static func directory() -> Directory {
        var directory = CoreTests.directory()
        directory.runbooks = [
            RunbookRule(
                id: "latency", title: "It answers slowly",
                matches: [
                    [LabelMatcher(label: "signal", value: "latency")],
                    [
                        LabelMatcher(label: "alertname", value: "Slow"),
                        LabelMatcher(label: "env", comparison: .notEqual, value: "dev"),
                    ],
                ]),
            RunbookRule(id: "quiet", title: "For a service to name", matches: []),
            RunbookRule(
                id: "worst", title: "The worst", matches: [[LabelMatcher(label: "signal", value: "latency")]],
                severities: [.sev1]),
        ]
        return directory
    }

    static func signal(_ labels: [String: String], _ severity: Severity = .sev2) -> AlertSignal {
        AlertSignal(
            alert: AlertKey(integration: "prod", key: "a"), status: .firing, severity: severity, title: "slow",
            labels: labels)
    }

    static func linked(_ labels: [String: String], in directory: Directory = directory()) -> [RunbookLinked] {
        var decider = Decider(book: IncidentBook(), directory: directory, now: CoreTests.start, lastSequence: 0)
        _ = decider.receive(signal(labels))
        return decider.takeEvents().compactMap { event in
            if case .runbookLinked(let linked) = event.payload { linked } else { nil }
        }
    }

    @Test("labels lead to a runbook when all matchers of one of its lines match")
    func matching() {
        #expect(Self.linked(["signal": "latency"]).map(\.runbook) == ["latency"])
        #expect(Self.linked(["alertname": "Slow"]).map(\.runbook) == ["latency"])
        #expect(Self.linked(["alertname": "Slow", "env": "dev"]).isEmpty)
        #expect(Self.linked(["signal": "errors"]).isEmpty)
        #expect(Self.linked([:]).isEmpty)
        #expect(
            Self.linked(["alertname": "Slow"]).map(\.why) == [#"its alert has alertname="Slow", env!="dev""#])
    }

    @Test("what the service names comes first, whatever its severity, and a name that is gone is passed over")
    func named() {
        var directory = Self.directory()
        directory.services["ranker"]?.runbooks = ["gone", "worst", "quiet"]
        let linked = Self.linked(["signal": "latency"], in: directory)
        #expect(linked.map(\.runbook) == ["worst", "quiet", "latency"])
        #expect(linked.first?.why == "service ranker names it")
    }

    @Test("the first page already knows the runbook, and a replay knows it too")
    func firstPage() throws {
        var core = CoreTests.ready(Limits(), Self.directory())
        let signal = Self.signal(["signal": "latency"], .sev1)
        let decided = core.handle(
            .submitted(Ticket(1), .alerts([signal], unreadable: [], from: "prod")), now: CoreTests.start)
        let batch = try #require(decided.batches.first)
        let effects = core.handle(.appended(batch: batch.number), now: CoreTests.start)
        let briefing = try #require(effects.begun.first).briefing
        #expect(briefing.runbooks.map(\.title) == ["It answers slowly", "The worst"])

        var recovery = Recovery()
        for event in batch.events { recovery.fold(event) }
        #expect(recovery.book.incidents[Incident.ID(1)]?.runbooks == briefing.runbooks)
        #expect(recovery.briefings[Incident.ID(1)]?.runbooks == briefing.runbooks)
    }

    @Test("a matcher is written as it is read")
    func matcherText() {
        let matcher = LabelMatcher(label: "path", comparison: .notEqual, value: "a\"b\\c\nd")
        #expect(matcher.description == #"path!="a\"b\\c\nd""#)
    }
}
