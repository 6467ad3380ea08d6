import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Who answered a drill, how fast and how, folded from its events and nothing else.
public struct DrillReport: Sendable, Hashable {
    public struct Person: Sendable, Hashable {
        public let user: UserID
        /// When they were first paged.
        public let pagedAt: Instant
        /// In the order they were tried, each once.
        public var methods: [ContactMethod]
        /// Those by which something was handed over or delivered.
        public var reached: [ContactMethod] = []
        /// Nil while they have not answered.
        public var answeredAt: Instant?
        public var via: Via?

        /// From their first page to their answer.
        public var took: Duration? { answeredAt.map { $0 - pagedAt } }
    }

    public let incident: Incident.ID
    public let target: String
    public let startedAt: Instant
    public let startedBy: UserID?
    public private(set) var endedAt: Instant?
    /// In the order they were paged.
    public private(set) var people: [Person] = []
    private var pages: [PageID: (user: UserID, method: ContactMethod)] = [:]

    public static func == (a: Self, b: Self) -> Bool {
        a.incident == b.incident && a.people == b.people && a.endedAt == b.endedAt
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(incident.number) }

    /// Nil unless the events are those of a drill.
    public init?(_ events: [Event]) {
        guard let first = events.first, case .incidentOpened(let opened) = first.payload, let drill = opened.drill
        else { return nil }
        incident = opened.incident
        target = drill.target
        startedAt = first.at
        startedBy = opened.declaredBy?.user
        for event in events.dropFirst() { fold(event) }
    }

    private mutating func fold(_ event: Event) {
        switch event.payload {
        case .pageRequested(let e):
            pages[e.page] = (e.user, e.method)
            if let index = people.firstIndex(where: { $0.user == e.user }) {
                if !people[index].methods.contains(e.method) { people[index].methods.append(e.method) }
            } else {
                people.append(Person(user: e.user, pagedAt: event.at, methods: [e.method]))
            }
        case .attemptEnded(let e):
            guard e.outcome.result == .sent || e.outcome.result == .delivered, let page = pages[e.attempt.page],
                let index = people.firstIndex(where: { $0.user == page.user }),
                !people[index].reached.contains(page.method)
            else { return }
            people[index].reached.append(page.method)
        case .acknowledged(let e):
            guard let index = people.firstIndex(where: { $0.user == e.by }), people[index].answeredAt == nil else {
                return
            }
            people[index].answeredAt = event.at
            people[index].via = e.via
        case .incidentResolved: endedAt = endedAt ?? event.at
        default: break
        }
    }

    public var isOver: Bool { endedAt != nil }
    public var silent: [UserID] { people.filter { $0.answeredAt == nil }.map(\.user) }

    /// One sentence.
    public var summary: String {
        if people.isEmpty { return isOver ? "Nobody could be paged." : "Nobody is paged yet." }
        let answered = people.count - silent.count
        let slowest = people.compactMap(\.took).max().map { ", the slowest after \($0.components.seconds) s" } ?? ""
        let rest =
            silent.isEmpty
            ? "" : " \(isOver ? "No answer" : "Not yet"): \(silent.map(\.rawValue).joined(separator: ", "))."
        return "\(answered) of \(people.count) answered\(slowest).\(rest)"
    }
}

extension Engine {
    /// The newest drills first. Looks through as many incidents as may be listed at once, so that it costs little.
    public func drills(limit: Int) async throws -> [DrillReport] {
        let found = try await incidents(IncidentQuery(limit: 1000)).filter { $0.title.hasPrefix(Drill.mark) }
        var reports: [DrillReport] = []
        for summary in found where reports.count < limit {
            if let report = DrillReport(try await events(of: summary.incident)) { reports.append(report) }
        }
        return reports
    }
}
