import EngineCore
import Incidents
import OnCall
import Timekeeping

extension NoticeWriter {
    /// What of low urgency nobody has, with links.
    func digest(_ digest: DigestPlan.Digest) -> NoticeDraft {
        let found = engine.read { core in
            digest.incidents.compactMap { id in
                core.book.incidents[id].map { ($0, core.briefings[id]?.title ?? "") }
            }
        }
        let count = digest.incidents.count
        let links = engine.links
        return NoticeDraft(
            id: "tocsin_\(engine.installation)_digest_\(digest.day)", kind: .digest,
            url: count == 1 ? links.incident(digest.incidents[0]) : links.home
        ) { _ in
            count == 1
                ? "1 low-urgency incident waits: nobody has it"
                : "\(count) low-urgency incidents wait: nobody has them"
        } lines: { clock in
            let lines = found.prefix(Self.mostListed).map { incident, title in
                "\(incident.id) \(incident.severity.rawValue.uppercased()) \(incident.service): "
                    + "\(PlainText.cut(title, to: Self.longestTitle)), open since \(clock.moment(incident.openedAt))\n"
                    + "  \(links.incident(incident.id))"
            }
            let rest = found.count - lines.count
            return lines + (rest > 0 ? ["and \(rest) more: \(links.home)"] : [])
                + ["You hear of this once a day, because you are on call for it. Nobody is paged for it any more."]
        }
    }
}
