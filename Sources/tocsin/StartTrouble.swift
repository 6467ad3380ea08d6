import Documents
import Engine
import Foundation
import Incidents
import Integrations
import Logging
import OnCall
import SQLiteStore
import Timekeeping

/// Opens the log. Where its disk is the trouble, people are told without it, once, and it is tried again until it works:
/// a pager that ends for want of a disk would be started again and again, and ring each time.
struct StartTrouble {
    let files: ConfigurationOptions
    let database: String
    let log: Logger

    private static let pause = Duration.seconds(2)

    /// - Throws: what no waiting would mend: a file of another program's, one in use, a path that never was.
    func open() async throws -> SQLiteStore {
        var isTold = false
        while true {
            do {
                let store = try SQLiteStore(path: database)
                try store.prove()
                return store
            } catch let error where isOfDisk(error) {
                let trouble = SQLiteStore.trouble(of: error)
                log.critical(
                    "the log cannot be opened; trying again until it can",
                    metadata: ["problem": "\(error)", "trouble": "\(trouble.rawValue)"])
                if !isTold { await tell(trouble) }
                isTold = true
                SystemdWatchdog.pat()
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    /// A file that was a log before, on a disk that fails now.
    private func isOfDisk(_ error: any Error) -> Bool {
        guard !(error is RecordStoreError), SQLiteStore.trouble(of: error) != .damaged else { return false }
        let size = try? FileManager.default.attributesOfItem(atPath: database)[.size] as? Int
        return (size ?? 0) > 0
    }

    // MARK: Without a database

    private func tell(_ trouble: LogTrouble) async {
        let reader = files.reader()
        guard let settings = try? files.load(reader, entered: entered) else { return }
        let contacts = settings.contacts.entering(entered)
        let curl = CurlClient()
        let now = HostTime.now
        let directory = settings.directory
        let people = directory.lastResort.flatMap {
            directory.look(up: $0, at: now, amendments: .none, occasion: .lastResort).people.map(\.user)
        }
        await withDiscardingTaskGroup { group in
            for id in Set(people).sorted() {
                guard let user = directory.users[id] else { continue }
                let notice = Notice(
                    id: "tocsin_start_\(now.milliseconds)", kind: .alarm, user: id, userName: user.name,
                    title: "SEV1 Tocsin cannot start: \(trouble.sentence). Nobody is paged.",
                    body: "\(trouble.wayOut) Tocsin tries again every two seconds.", url: nil, sentAt: now)
                for (method, pager) in pagers(settings, contacts, curl) where user.reachableBy.contains(method) {
                    group.addTask {
                        let outcome = await withCheckedContinuation { done in
                            pager.send(notice, to: nil) { done.resume(returning: $0) }
                        }
                        log.notice(
                            "told the last resort that the log cannot be opened",
                            metadata: ["user": "\(id)", "method": "\(method)", "result": "\(outcome.result)"])
                    }
                }
            }
        }
        curl.shutdown()
    }

    /// As they were written down when the database could be read.
    private var entered: [UserID: ContactDetails] {
        guard let known = try? LastKnown.read(SelfWatchParts.lastKnownPath(database)) else { return [:] }
        let details = known.people.map { (UserID(rawValue: $0), ContactDetails(mail: $1.mail, phone: $1.phone)) }
        return Dictionary(details) { first, _ in first }
    }

    private func pagers(
        _ settings: Configuration, _ contacts: [UserID: ContactDetails], _ curl: CurlClient
    ) -> [ContactMethod: any Pager] {
        let channels = settings.channels
        let telephone = Telephone(
            channels: { channels }, client: curl, publicURL: "", now: { HostTime.now }, log: log)
        return [
            .webhook: WebhookPager(
                settings: { settings.contacts[$0]?.webhook ?? channels.webhook }, client: curl),
            .mail: MailPager(
                settings: { channels.smtp }, address: { contacts[$0]?.mail }, render: { _, _ in nil }, client: curl),
            .push: NtfyPager(
                settings: { channels.ntfy }, address: { contacts[$0]?.push }, render: { _, _ in nil }, client: curl),
            .sms: SMSPager(telephone: telephone, address: { contacts[$0]?.phone }),
            .call: CallPager(telephone: telephone, address: { contacts[$0]?.phone }),
        ]
    }
}
