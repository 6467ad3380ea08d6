import Foundation
import Integrations
import Testing

/// From a bad release to the draft of its post-mortem, with the real parts a user would have: a model server, Debian's
/// Prometheus, Alertmanager and postfix, and Slack as its own client sees it.
@Suite(.serialized)
struct WholeLoopTests {
    /// What a request takes on average, in seconds, while version 2 needs 0.4 s for each.
    private static let latency =
        "sum by (model) (rate(nv_inference_request_duration_us[10s])) "
        + "/ sum by (model) (rate(nv_inference_request_success[10s])) / 1e6"

    private static let rule = """
        {alert: ModelLatencyHigh, expr: "\(latency) > 0.2", for: 2s, labels: {severity: critical},
         annotations: {summary: "{{ $labels.model }} takes {{ $value | humanizeDuration }}"}}
        """

    /// The sum of what is given, within a thousandth.
    private static let golden = """
        {request: {inputs: [{name: x, shape: [4], datatype: FP32, data: [1, 2, 3, 4]}]}, answer: {y: [10]},
                     tolerance: 0.001}
        """

    private static func configuration(
        _ triton: ModelServer, prometheus: Int, _ mail: MailServer, _ slack: FakeSlack
    ) -> String {
        """
        defaults:
          unrouted: ranker
          last_resort: {page: [user ben]}
          prometheus: "http://127.0.0.1:\(prometheus)"
        users:
          ana: {name: Ana Lindt, zone: Europe/Berlin, slack: U0ANA, high: [mail now]}
          ben: {name: Ben Okoro, zone: America/New_York, slack: U0BEN, high: [mail now]}
        teams: {ml: {members: [ana, ben], chat: "slack #ops"}}
        schedules:
          primary: {zone: Europe/Berlin, layers: [{name: week, people: [ana], turn: 1 week, handoff: mon 10:00}]}
        policies:
          ml: {steps: [{page: [schedule primary], wait: 30m}]}
        services:
          ranker:
            team: ml
            policy: ml
            runbooks: [model-latency]
            rollback:
              target: {v2: {url: "\(triton.url)", model: ranker}}
              approve: {by: on-call, second_person: false}
              verify:
                promql: "\(latency)"
                below: 0.2
                for: 10s
                min_samples: 3
                golden: \(golden)
        routes: [{match: 'model="ranker"', service: ranker}]
        integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
        channels:
          smtp: {host: localhost, port: \(mail.port), from: tocsin@example.test, ca_file: "\(mail.certificate)"}
          slack: {bot: {env: SLACK_BOT}, signing_secret: {env: SLACK_SECRET}, api: "\(slack.api)"}
        """
    }

    @Test("a bad release is noticed, paged by mail, acknowledged and rolled back from Slack, over, and written up")
    func wholeLoop() async throws {
        let told = Narration("The whole loop with Triton")
        let triton = try await ModelServer(.triton)
        defer { triton.remove() }
        let mail = try await MailServer()
        defer { mail.remove() }
        let (port, prometheus) = (try Installation.freePort(), try Installation.freePort())
        let slack = try await FakeSlack(.http, tocsin: "http://127.0.0.1:\(port)")
        defer { slack.stop() }
        let tocsin = try Installation(
            configuration: Self.configuration(triton, prometheus: prometheus, mail, slack),
            contacts: "ana: {mail: ana@example.test}\nben: {mail: ben@example.test}\n",
            environment: FakeSlack.environment, port: port)
        defer { tocsin.remove() }
        try await tocsin.start()
        let monitoring = try Monitoring(
            hook: tocsin.hook, folder: tocsin.folder, prometheus: prometheus,
            watch: .init(port: triton.metricsPort, rule: Self.rule))
        defer { monitoring.stop() }
        try await monitoring.start()
        #expect(try await triton.answeringVersion() == "2")
        try await declareGood(tocsin)
        told("everything runs, Triton serves version 2, and version 1 is declared good")

        let callers = ModelCallers(of: triton)
        let page = try await eventually("a page arrives by mail", within: Self.patience) { mail.messages().first }
        #expect(try await monitoring.firing() == ["ModelLatencyHigh"])
        #expect(page.header("To") == "Ana Lindt <ana@example.test>")
        #expect(try page.subject().contains("INC-1"))
        told("the rule on Triton's own metrics fires, and Ana is paged by mail: \(try page.subject())")
        try await followRunbook(in: page, of: tocsin)
        told("the mail's runbook opens without a login")

        let acknowledged = try await slack.command("U0ANA", "ack")
        #expect(acknowledged.status == 200 && !acknowledged.timedOut, "\(acknowledged)")
        try await reaches("acknowledged", tocsin)
        #expect(try await tocsin.get("/incidents/1")["owner"] as? String == "ana")
        told("/tocsin ack, signed, acknowledges: the incident is Ana's")

        let planned = try await slack.command("U0ANA", "rollback")
        let plan = try await rollback(tocsin, "is planned") { $0["id"] as? String }
        #expect(planned.seen.contains("version 2") && planned.seen.contains("version 1"), "\(planned)")
        #expect(try await triton.answeringVersion() == "2", "A plan changes nothing.")
        told("/tocsin rollback plans \(plan) and changes nothing")
        let approved = try await slack.command("U0ANA", "rollback approve \(plan)")
        #expect(approved.status == 200, "\(approved)")
        let end = try await rollback(tocsin, "ends") { $0["end"] as? [String: any Sendable] }
        #expect(end["end"] as? String == "succeeded", "\(end)")
        #expect(try await triton.answeringVersion() == "1")
        told("/tocsin rollback approve \(plan): verified, and Triton answers from version 1")

        try await eventually("the rule stops", within: Self.patience) {
            try await monitoring.firing().isEmpty ? true : nil
        }
        told("the rule has stopped")
        try await reaches("resolved", tocsin)
        await callers.stop()
        told("Alertmanager said so, and the incident is resolved; versions answered: \(callers.answers)")
        let sentences = try await self.sentences(tocsin)
        #expect(sentences.contains { $0.hasPrefix("Resolved: all its alerts are over") }, "\(sentences)")
        #expect(mail.messages().count == 1)
        #expect(try await slack.objections() == [])
        try writeUp(
            tocsin,
            [
                "Rollback 1-1", "from version 2 to version 1", "golden request failed", "golden request passed",
                "metric passed", "The rollback succeeded", "Ana Lindt", "A model answers too slowly",
            ])
        told("tocsin postmortem INC-1 names the rollback with its evidence, as Markdown and HTML")
        tocsin.stop()
        let verified = try tocsin.verifyLog()
        #expect(verified.contains("The log is whole"))
        told("tocsin log verify: \(verified.split(separator: "\n").first ?? "")")
    }

    @Test("a bad version of MLServer's is rolled back from the command line, seen to be good, and undone")
    func mlserver() async throws {
        let told = Narration("The rollback with MLServer")
        let server = try await ModelServer(.mlserver)
        defer { server.remove() }
        let tocsin = try Installation(
            configuration: """
                defaults: {unrouted: ranker, last_resort: {page: [user ana]}}
                users: {ana: {name: Ana Lindt, zone: Europe/Berlin, high: [inbox now]}}
                policies: {ml: {steps: [{page: [user ana], wait: 30m}]}}
                services:
                  ranker:
                    policy: ml
                    rollback:
                      target: {v2: {url: "\(server.url)", model: ranker, repository: "\(server.repository)"}}
                      verify: {for: 3s, golden: \(Self.golden)}
                integrations: {prod: {type: alertmanager, key: {env: KEY_AM}}}
                """)
        defer { tocsin.remove() }
        try await tocsin.start()
        try await declareGood(tocsin)
        try await tocsin.fire("RankerWrong")
        told("version 2 is served, version 1 is declared good, and INC-1 is open")

        let plan = try tocsin.command("rollback", "plan", "INC-1", "--by", "ana")
        #expect(plan.contains("version 2") && plan.contains("version 1, the last good one"), "\(plan)")
        #expect(try await server.answeringVersion() == "2", "A plan changes nothing.")
        told("tocsin rollback plan INC-1 changes nothing")
        _ = try tocsin.command("rollback", "approve", "INC-1", "--by", "ana", "--plan", "1-1")
        let end = try await rollback(tocsin, "ends") { $0["end"] as? [String: any Sendable] }
        let status = try tocsin.command("rollback", "status", "INC-1")
        #expect(end["end"] as? String == "succeeded", "\(status)")
        #expect(status.contains("golden request failed") && status.contains("golden request passed"), "\(status)")
        #expect(try await server.answeringVersion() == "1")
        told("tocsin rollback approve INC-1: verified, and MLServer answers from version 1")

        _ = try tocsin.command("rollback", "undo", "INC-1", "--by", "ana")
        #expect(try await server.answeringVersion() == "1")
        _ = try tocsin.command("rollback", "approve", "INC-1", "--by", "ana", "--plan", "1-2")
        let undone = try await rollback(tocsin, "1-2 ends") {
            $0["id"] as? String == "1-2" ? $0["end"] as? [String: any Sendable] : nil
        }
        #expect(undone["end"] as? String == "succeeded", "\(undone)")
        #expect(try await server.answeringVersion() == "2")
        told("tocsin rollback undo INC-1, approved: MLServer answers from version 2 again")
        tocsin.stop()
        #expect(try tocsin.verifyLog().contains("The log is whole"))
    }

    // MARK: Steps

    /// Generous: what is waited for always comes, only later where much else runs.
    private static let patience = Duration.seconds(180)

    /// It can be said only once Tocsin has seen what is served.
    private func declareGood(_ tocsin: Installation) async throws {
        var said = ""
        try await eventually("version 1 is declared good; it said: \(said)", within: Self.patience) { () -> Bool? in
            do { said = try tocsin.command("rollback", "good", "ranker", "1") } catch { said = "\(error)" }
            return said.contains("A rollback goes to version 1.") ? true : nil
        }
    }

    private func followRunbook(in page: Mail, of tocsin: Installation) async throws {
        let words = try page.text().split(whereSeparator: \.isWhitespace).map(String.init)
        let link = try #require(words.first { $0.hasPrefix(tocsin.server) && $0.contains("/runbooks/model-latency") })
        guard case .response(let shown) = await tocsin.client.send(OutboundRequest(method: .get, url: link)) else {
            throw Trouble("\(link) does not answer")
        }
        #expect(shown.status == 200)
        #expect(String(decoding: shown.body, as: UTF8.self).contains("A model answers too slowly"))
    }

    private func reaches(_ state: String, _ tocsin: Installation) async throws {
        try await eventually("INC-1 is \(state)", within: Self.patience) {
            try await tocsin.get("/incidents/1")["state"] as? String == state ? true : nil
        }
    }

    /// What `found` sees in the incident's last rollback, as soon as it sees it.
    private func rollback<T>(
        _ tocsin: Installation, _ what: String, _ found: ([String: any Sendable]) -> T?
    ) async throws -> T {
        try await eventually("the rollback \(what)", within: Self.patience) {
            (try await tocsin.get("/incidents/1/rollback")["rollback"] as? [String: any Sendable]).flatMap(found)
        }
    }

    private func sentences(_ tocsin: Installation) async throws -> [String] {
        let timeline = try await tocsin.get("/incidents/1/timeline")
        return try #require(timeline["items"] as? [[String: any Sendable]]).compactMap { $0["sentence"] as? String }
    }

    private func writeUp(_ tocsin: Installation, _ needed: [String]) throws {
        let page = tocsin.folder.appending(path: "postmortem.html")
        let markdown = try tocsin.command("postmortem", "INC-1")
        _ = try tocsin.command("postmortem", "INC-1", "--html", "--output", page.path)
        let html = try String(contentsOf: page, encoding: .utf8)
        #expect(html.hasPrefix("<!DOCTYPE html>") || html.hasPrefix("<!doctype html>"))
        for words in needed {
            #expect(markdown.contains(words), "\(words) is missing in:\n\(markdown)")
            #expect(html.contains(words), "\(words) is missing in the HTML")
        }
    }
}
