import Engine
import HTTPTypes

extension OpenAPI {
    static let doctor: [Operation] = [
        .init(
            method: .get, path: "/api/v1/doctor", id: "doctor",
            summary: "How this Tocsin is: its log, clock, channels, people, schedules and heartbeats, the worst first.",
            answers: [200: answer("What was found.", reference("Doctor"))]),
        .init(
            method: .post, path: "/hooks/heartbeat/{key}", id: "heartbeat",
            summary: "A sign of life of an integration of type heartbeat. Whatever is in it counts.",
            answers: [200: text("Heard."), 503: text("Not heard. Try again.")], isOpen: true),
        .init(
            method: .get, path: "/hooks/heartbeat/{key}", id: "heartbeatByGet",
            summary: "The same, for senders that can only ask.",
            answers: [200: text("Heard."), 503: text("Not heard. Try again.")], isOpen: true),
    ]

    static let doctorSchemas: [String: JSON] = [
        "Doctor": object(["at": time, "state": doctorState, "lines": list(reference("DoctorLine"))]),
        "DoctorLine": object([
            "check": string, "subject": optionalString, "state": doctorState, "why": string, "advice": optionalString,
        ]),
    ]

    private static let doctorState = words("ok", "warning", "failing")
}
