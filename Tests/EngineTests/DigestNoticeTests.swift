import Engine
import EngineCore
import Foundation
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

/// The morning digest, sent.
@Suite struct DigestNoticeTests {
    @Test("the morning digest names what nobody has, with links, quietly and once across restarts")
    func digest() async throws {
        let now = Instant(seconds: Int64(Date().timeIntervalSince1970))
        var directory = EngineTests.directory
        let digest = ZoneRules.utc.civil(at: now - .hours(1)).time
        for user in ["ana", "ben"] as [UserID] {
            directory.users[user] = .init(
                id: user, name: user.rawValue.capitalized, zone: "UTC", reachableBy: [.inbox, .mail, .chat],
                digest: digest)
        }
        var night = try NightShift(directory, at: now - .hours(3))
        for key in ["db", "web"] {
            try night.alerts([
                AlertSignal(
                    alert: AlertKey(integration: "prometheus", key: key), status: .firing, severity: .sev3,
                    title: "\(key) is slow")
            ])
        }
        try night.wait(.hours(1))
        try night.tell(.acknowledge(Incident.ID(2), by: "ana", via: .cli))

        let chat = NoticePager()
        func sender() async throws -> NoticeSender {
            let engine = try await EngineTests.engine(
                night.store, Configuration(directory: directory), [.inbox: LedgerPager(.delivered)])
            return NoticeSender(engine: engine, pagers: [.chat: chat])
        }
        let first = try await sender()
        await first.look()
        #expect(chat.notices.map(\.user) == ["ana"])
        let notice = try #require(chat.notices.first)
        #expect(notice.kind == .digest && !notice.isUrgent)
        #expect(notice.title == "1 low-urgency incident waits: nobody has it")
        #expect(notice.body.contains("INC-1 SEV3 ranker: db is slow, open since "))
        #expect(notice.body.contains("http://tocsin.test/incidents/1") && !notice.body.contains("INC-2"))
        #expect(notice.url == "http://tocsin.test/incidents/1")
        await first.look()
        try await sender().look()
        #expect(chat.notices.count == 1)
        #expect(night.store.all.count { $0.kind == "digestTold" } == 1)
    }
}
