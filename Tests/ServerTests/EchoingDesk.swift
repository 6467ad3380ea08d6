import Engine
import HTTPTypes
import Incidents
import OnCall
import Synchronization

/// Carries nothing out: remembers what was asked and answers with a choice of two, or as it was told.
final class EchoingDesk: CommandDesk {
    struct Asked: Sendable, Hashable {
        let line: String
        let speaker: Speaker
        let here: Incident.ID?
        let request: RequestID?
    }

    private let state = Mutex<(asked: [Asked], kind: DeskAnswer.Kind)>(([], .question))

    var asked: [Asked] { state.withLock { $0.asked } }

    func answers(_ kind: DeskAnswer.Kind) { state.withLock { $0.kind = kind } }

    func answer(_ line: String, from speaker: Speaker, here: Incident.ID?, request: RequestID?) async -> DeskAnswer {
        let kind = state.withLock { state in
            state.asked.append(Asked(line: line, speaker: speaker, here: here, request: request))
            return state.kind
        }
        return DeskAnswer(
            kind, "You said <\(line)>.\nWhich one?",
            choices: kind == .question
                ? [.init(label: "the <first>", line: "ack \"1\""), .init(label: "the second", line: "ack 2")] : [],
            incidents: [Incident.ID(1), Incident.ID(2)])
    }
}

/// A chat platform's door that lets nobody do anything: it says what it was told.
final class RememberingDoor: ChatDoor {
    private let seen = Mutex<[(request: HookRequest, path: String)]>([])
    private let objection = Mutex<HookReply?>(nil)

    var requests: [HookRequest] { seen.withLock { $0.map(\.request) } }
    var paths: [String] { seen.withLock { $0.map(\.path) } }

    func objects(_ reply: HookReply) { objection.withLock { $0 = reply } }

    func objection(to headers: HTTPFields, at path: String) -> HookReply? { objection.withLock { $0 } }

    func receive(_ request: HookRequest, at path: String) async -> HookReply {
        seen.withLock { $0.append((request, path)) }
        return HookReply(status: .ok, headers: [.contentType: "text/plain"], body: "coo")
    }
}
