import Engine
import HTTPTypes
import Incidents
import Integrations
import Testing

@Suite("Answers to senders")
struct AnswerTests {
    private let format = AlertmanagerFormat(integration: "prod")

    @Test("accepted: 202 with the incidents, their links, and what could not be read")
    func accepted() {
        let reply = format.answer(
            .accepted(
                incidents: [IncidentLink(incident: Incident.ID(42), url: "https://t.example/incidents/42")],
                unreadable: [UnreadableAlert(problem: "`alerts[1]` is not an object.", body: "7")]))
        #expect(reply.status == .accepted)
        #expect(reply.headers[.contentType] == "application/json")
        #expect(
            reply.body
                == #"{"incidents":["INC-42"],"links":["https://t.example/incidents/42"],"status":"accepted","#
                + #""unreadable":["`alerts[1]` is not an object."]}"#)
    }

    @Test("unreadable: 400 with a sentence")
    func unreadable() {
        let reply = format.answer(
            .unreadable([UnreadableAlert(problem: "`version` is missing; expected \"4\".", body: "")]))
        #expect(reply.status == .badRequest)
        #expect(reply.body.contains(#""error":"`version` is missing; expected \"4\".""#))
    }

    @Test("too large: 413 with the limit")
    func tooLarge() {
        let reply = format.answer(.tooLarge(limit: 1_048_576))
        #expect(reply.status == .contentTooLarge)
        #expect(reply.body.contains("1048576"))
    }

    @Test(
        "unavailable: 503, never 429, with whole seconds to wait",
        arguments: [(Duration.seconds(2), "2"), (.milliseconds(2001), "3"), (.zero, "1")])
    func unavailable(_ wait: Duration, _ seconds: String) {
        let reply = format.answer(.unavailable(retryAfter: wait))
        #expect(reply.status == .serviceUnavailable)
        #expect(reply.headers[.retryAfter] == seconds)
    }

    @Test("each type of format can be made, and no other")
    func formats() {
        let mapping = GenericMapping(key: "id", title: "name")
        for type in Formats.types {
            let settings = IntegrationSettings(id: "prod", type: type, key: "k", mapping: mapping)
            #expect(Formats.make(settings) != nil)
        }
        #expect(Formats.make(IntegrationSettings(id: "prod", type: "generic", key: "k")) == nil)
        #expect(Formats.make(IntegrationSettings(id: "prod", type: "Alertmanager", key: "k")) == nil)
    }
}
