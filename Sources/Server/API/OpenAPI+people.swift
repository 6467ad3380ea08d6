import EngineCore
import HTTPTypes
import Incidents

extension OpenAPI {
    static let handling: [Operation] = [
        command("reopen", "reopen", "It is not over after all.", ["by": string], required: []),
        command(
            "snooze", "snooze", "Somebody has it, and is called again then. One of 'until' and 'for', such as 2h.",
            ["until": time, "for": string, "by": string], required: ["by"]),
        command("escalate", "escalate", "The next step now.", ["by": string], required: []),
        command(
            "severity", "changeSeverity", "It is worse, or not as bad.", ["severity": severityWord, "by": string],
            required: ["severity"]),
        command(
            "page", "pagePeople", "Pages people besides those whom the policy calls.",
            [
                "targets": [
                    "type": "array", "items": ["type": "string", "examples": ["user ben", "schedule sun"]],
                    "minItems": 1,
                ], "by": string,
            ], required: ["targets"]),
        command(
            "assign", "assign", "Hands it to somebody: they are paged, and own it once they acknowledge.",
            ["user": string, "by": string], required: ["user"]),
        .init(
            method: .post, path: "/api/v1/commands", id: "say",
            summary: "A line as it is typed in a chat, carried out and answered in words.",
            body: object(["line": string, "user": string, "incident": string], required: ["line"]),
            answers: [200: answer("What became of it.", reference("Answer"))]),
    ]

    private static func contact(
        _ place: String, _ method: HTTPRequest.Method, _ id: String, _ summary: String, body: JSON? = nil,
        answers: [Int: JSON]
    ) -> Operation {
        .init(
            method: method, path: "/api/v1/users/{id}/\(place)", id: id, summary: summary, body: body,
            answers: answers, takesKey: false)
    }

    static let contacts: [Operation] = [
        .init(
            method: .get, path: "/api/v1/contact-card", id: "contactCard",
            summary: "The numbers and addresses that pages come from, as a vCard.",
            answers: [
                200: [
                    "description": "A vCard.", "content": ["text/vcard": ["schema": ["type": "string"]]],
                ]
            ]),
        contact(
            "contacts", .get, "contacts", "How somebody can be reached. Every address is masked.",
            answers: [200: answer("One item a method.", items("Contact"))]),
        contact(
            "contacts/{method}", .post, "addContact", "Sends a code to an address; it is kept once the code is typed.",
            body: object(["address": string]),
            answers: [202: answer("Sent.", object(["method": words(ContactMethod.self), "address": string]))]),
        contact(
            "contacts/{method}/verify", .post, "verifyContact", "Types the code back.",
            body: object(["code": string]), answers: [200: answer("Proved.", items("Contact"))]),
        contact(
            "contacts/{method}/test", .post, "testContact", "Pages that person now, for practice.",
            answers: [
                200: answer(
                    "What became of it.",
                    object([
                        "method": words(ContactMethod.self), "result": words(AttemptOutcome.Result.self),
                        "evidence": string,
                    ]))
            ]),
        contact(
            "contacts/{method}", .delete, "removeContact", "Forgets an address.", answers: [204: answer("Forgotten.")]),
        contact(
            "link", .post, "personalLink", "A link to that person's own page, good once, for an hour.",
            answers: [201: answer("Made.", object(["url": ["type": "string", "format": "uri"], "expires_at": time]))]),
    ]

    static let callbacks: [Operation] = [HTTPRequest.Method.get, .post].map { method in
        .init(
            method: method, path: "/callbacks/{provider}/{account}/{path}",
            id: method == .get ? "providerAsks" : "providerTells",
            summary: "What a provider of telephony tells of its calls and messages, signed, in its own form.",
            answers: [
                200: answer("In the provider's own form."), 204: answer("Recorded."),
                403: answer("Not signed by the provider."), 404: answer("No such account is configured."),
            ], isOpen: true)
    }

    static let chat: [Operation] = [HTTPRequest.Method.get, .post].map { method in
        .init(
            method: method, path: "/chat/{platform}/{path}", id: method == .get ? "chatLooks" : "chatSays",
            summary: "Requests of a chat platform, in its own form.",
            answers: [200: answer("In the platform's own form."), 404: answer("No such platform is configured.")],
            isOpen: true)
    }
}
