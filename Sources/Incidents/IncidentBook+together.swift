import HeapModule
import OnCall
import Timekeeping

/// One person, by one method.
struct Recipient: Hashable, Sendable {
    let user: UserID
    let method: ContactMethod

    init(_ page: Page) { (user, method) = (page.user, page.method) }
}

/// What one recipient was sent lately, and what they are owed.
struct Spell: Hashable, Sendable {
    /// Nothing more leaves before then, except what does not wait.
    var windowEnds: SteadyInstant?
    /// When each service's page last did not have to wait.
    var services: [ServiceID: SteadyInstant] = [:]
    var owed: Set<PageID> = []
}

extension IncidentBook {
    /// Files a page that is owed, not before its throttle lets it go.
    mutating func fileOwed(_ id: PageID, _ now: SteadyInstant) {
        guard let page = page(id), case .owed(let wanted) = page.status else { return }
        let notBefore = max(wanted, throttled(page, now) ?? wanted)
        incidents[id.incident]!.pages[id.ordinal - 1].status = .owed(notBefore: notBefore)
        owed[page.method, default: .init()].insert(Owed(notBefore: notBefore, page: id))
        if Throttle.table[page.method] != nil { spells[Recipient(page), default: Spell()].owed.insert(id) }
    }

    /// Until when it waits to be told with others; nil when it need not.
    private func throttled(_ page: Page, _ now: SteadyInstant) -> SteadyInstant? {
        guard let throttle = Throttle.table[page.method], let spell = spells[Recipient(page)],
            let ends = spell.windowEnds, ends > now
        else { return nil }
        guard page.attempts == 0 else { return throttle.isExclusive && page.isDoubtful ? ends : nil }
        if let quiet = throttle.firstOfService, let service = incidents[page.id.incident]?.service {
            guard let last = spell.services[service], now - last < quiet else { return nil }
        }
        return ends
    }

    /// An attempt has begun, by itself or in another's message.
    mutating func noteBegun(_ e: AttemptBegun, _ now: SteadyInstant) {
        guard let page = page(e.attempt.page) else { return }
        if let leader = e.leader?.page, self.page(leader) != nil {
            incidents[leader.incident]!.pages[leader.ordinal - 1].carried[e.leader!.number, default: []]
                .append(e.attempt)
        }
        guard let throttle = Throttle.table[page.method] else { return }
        let recipient = Recipient(page)
        spells[recipient, default: Spell()].owed.remove(page.id)
        if e.leader == nil, throttle.isExclusive || (spells[recipient]!.windowEnds ?? now) <= now {
            spells[recipient]!.windowEnds = now + throttle.window
        }
        guard let quiet = throttle.firstOfService, let service = incidents[page.id.incident]?.service else { return }
        if spells[recipient]!.services[service].map({ now - $0 >= quiet }) ?? true {
            spells[recipient]!.services = spells[recipient]!.services.filter { now - $0.value < quiet }
            spells[recipient]!.services[service] = now
        }
    }

    /// Nothing is owed for that page any more.
    mutating func dropOwed(_ id: PageID) {
        guard let page = page(id), Throttle.table[page.method] != nil else { return }
        spells[Recipient(page)]?.owed.remove(id)
    }

    /// Other incidents that were told in a message of that page and are remembered; rising.
    ///
    /// - Parameter attempt: only in that one's message; nil for any.
    public func told(with page: PageID, in attempt: Int? = nil) -> [Incident.ID] {
        let carried = self.page(page)?.carried.filter { attempt == nil || $0.key == attempt }.flatMap(\.value) ?? []
        return Set(carried.map(\.page.incident)).subtracting([page.incident]).filter { incidents[$0] != nil }.sorted()
    }

    /// Those that nobody has yet.
    public func toldAndNeeded(with page: PageID, in attempt: Int? = nil) -> [Incident.ID] {
        told(with: page, in: attempt).filter { incidents[$0]?.state == .triggered }
    }

    /// Whether nothing that was told in that attempt's message needs its person any more.
    public func isOver(_ attempt: AttemptID) -> Bool {
        let carried = page(attempt.page)?.carried[attempt.number] ?? []
        return ([attempt.page] + carried.map(\.page)).allSatisfy { id in
            guard let incident = incidents[id.incident], let page = page(id) else { return true }
            return incident.isStopped(page)
        }
    }

    /// The pages that leave in one message with that one, which is due: the worst first, which leads.
    func bundle(with page: Page) -> [Page] {
        guard let throttle = Throttle.table[page.method], let spell = spells[Recipient(page)],
            spell.owed.contains(page.id), spell.owed.count > 1
        else { return [page] }
        let all = spell.owed.compactMap { id -> (severity: Severity, page: Page)? in
            guard let incident = incidents[id.incident], let page = self.page(id), case .owed = page.status,
                !incident.isStopped(page)
            else { return nil }
            return (incident.severity, page)
        }
        guard !all.isEmpty else { return [page] }
        return all.sorted { ($1.severity, $0.page.id) < ($0.severity, $1.page.id) }.prefix(throttle.most).map(\.page)
    }
}
