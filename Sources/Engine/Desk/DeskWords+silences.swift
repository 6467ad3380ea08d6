import Commands
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Silences, in the desk's words.
extension DeskWords {
    func silenced(_ command: Command, _ number: Int) -> String {
        guard case .addSilence(let wanted, _, let actor) = command else { return "Done." }
        let silence = Silence(
            id: number, matchers: wanted.matchers, services: wanted.services, from: wanted.from, until: wanted.until,
            by: actor, createdAt: now)
        let begin = wanted.from > now ? "from \(time(wanted.from)) " : ""
        return "Silence \(number): alerts of \(silence.scope) page nobody \(begin)until \(time(wanted.until)). "
            + "What still fires then is paged. Open incidents go on. To end it: silence remove \(number)"
    }

    func silences(_ core: Core) -> DeskAnswer {
        let open = core.book.openSilences
        guard !open.isEmpty else { return DeskAnswer(.information, "Nothing is silenced.") }
        let held = Dictionary(grouping: core.book.heldBack, by: \.silence)
        let lines = open.prefix(Self.mostSilencesShown).map { silence in
            let reason = core.decider.silenceTexts.reasons[silence.id].map { ": \($0)" } ?? ""
            let by = silence.by.user.map { ", by \(scene.name($0))" } ?? ""
            let state =
                silence.from > now
                ? "planned from \(time(silence.from)) until \(time(silence.until))"
                : "until \(time(silence.until)), holds back \(held[silence.id]?.count ?? 0)"
            return "Silence \(silence.id) of \(silence.scope), \(state)\(by)\(reason)"
        }
        let rest = open.count - lines.count
        return DeskAnswer(
            .information, (lines + (rest > 0 ? ["and \(rest) more: \(links.silences)"] : [])).joined(separator: "\n"))
    }

    private static let mostSilencesShown = 15
}
