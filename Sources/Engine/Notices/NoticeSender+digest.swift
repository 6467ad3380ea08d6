import EngineCore
import Incidents
import OnCall
import Timekeeping

/// The morning digest (S1).
extension NoticeSender {
    /// Tells everybody whose digest is due. That they know is recorded first: each hears once a day at most, whatever
    /// crashes. What is open is read at that moment, so what somebody has taken meanwhile is not in it.
    func tellDigests(_ writer: NoticeWriter, _ directory: Directory) async {
        let now = engine.now
        let plan = engine.read { DigestPlan($0.directory, $0.book, now: now) }
        for digest in plan.due {
            let command = Command.tellDigest(digest.user, day: digest.day, digest.incidents)
            guard case .done = await engine.submit(.command(command, request: nil)) else { continue }
            await send(writer.digest(digest), to: digest.user, directory)
        }
    }
}
