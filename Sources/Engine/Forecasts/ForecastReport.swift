import EngineCore
import Incidents
import OnCall
import Timekeeping

/// A forecast for people and for scripts: its events in the timeline's own words, and whom it reaches first.
public struct ForecastReport: Encodable, Sendable {
    public let at: String
    public let atLocal: String
    public let until: String
    /// Whose clocks `local` times are read on.
    public let zone: String
    /// Whether somebody would be paged by a way that reaches them.
    public let reached: Bool
    public let firstReached: Page?
    /// One or two sentences; nil when somebody is reached.
    public let whyNobody: String?
    public let incidents: [String]
    public let pages: [Page]
    public let events: [Line]
    public let notes: [String]
    /// When Tocsin looks again after `until`, which need not page anybody; nil when it is over.
    public let goesOnAt: String?

    public struct Line: Encodable, Sendable {
        public let at: String
        public let local: String
        public let afterSeconds: Int64
        /// Nil for what a silence holds back.
        public let incident: String?
        public let kind: String
        public let sentence: String
    }

    public struct Page: Encodable, Sendable {
        public let at: String
        public let afterSeconds: Int64
        public let incident: String
        public let user: String
        public let name: String
        public let method: String
        public let reason: String
        /// On the clocks of whoever is paged.
        public let theirTime: String
        public let theirZone: String
        public let handedOver: Bool
    }

    let forecast: Forecast
    let clock: LocalTime
    let told: [(event: Event, entry: TimelineEntry)]
    let directory: Directory

    private enum CodingKeys: String, CodingKey {
        case at, atLocal, until, zone, reached, firstReached, whyNobody, incidents, pages, events, notes, goesOnAt
    }

    /// - Parameters:
    ///   - directory: the one the forecast was made with.
    ///   - zone: on whose clocks times are read.
    public init(_ forecast: Forecast, directory: Directory, zone: ZoneRules) {
        let (plan, clock) = (forecast.plan, LocalTime(zone: zone))
        self.forecast = forecast
        self.clock = clock
        self.directory = directory
        // Each incident is told by itself: a writer remembers which policy and step it is at.
        var writers: [Event.Stream: TimelineWriter] = [:]
        let told = forecast.events.map { event in
            (event, writers[event.stream, default: TimelineWriter(directory: directory)].write(event))
        }
        self.told = told
        at = plan.at.rfc3339
        atLocal = clock.rfc3339(plan.at)
        until = (plan.at + plan.length).rfc3339
        self.zone = zone.id.rawValue
        let pages = forecast.pages.map { Page($0, since: plan.at, directory) }
        self.pages = pages
        let first = forecast.firstReached
        reached = first != nil
        firstReached = first.map { Page($0, since: plan.at, directory) }
        incidents = forecast.incidents.map(\.description)
        events = told.map { event, entry in
            Line(
                at: event.at.rfc3339, local: clock.rfc3339(event.at),
                afterSeconds: (event.at - plan.at).components.seconds,
                incident: event.payload.incident?.description, kind: entry.kind, sentence: entry.sentence)
        }
        goesOnAt = forecast.goesOnAt?.rfc3339
        whyNobody = first == nil ? Self.whyNobody(forecast, told, TimelineWords(directory: directory)) : nil
        notes = Self.notes(forecast, directory)
    }

    private static func whyNobody(
        _ forecast: Forecast, _ told: [(event: Event, entry: TimelineEntry)], _ words: TimelineWords
    ) -> String {
        let within = "within \(words.duration(forecast.plan.length.milliseconds))"
        guard forecast.plan.alerts.contains(where: { $0.status == .firing }) || !forecast.plan.unreadable.isEmpty
        else { return "Nobody would be paged: no alert in it is firing." }
        if !forecast.pages.isEmpty {
            return forecast.pages.contains { $0.handedOverAt != nil }
                ? "Nobody would be reached \(within): only inboxes would hold it. Give people a channel and an address."
                : "Nobody would be reached \(within): every page would fail."
        }
        let reason = told.last { told in
            switch told.event.payload {
            case .alertSuppressed, .stepTaken, .stepDeferred, .runDeferred, .escalationExhausted, .lastResortRaised:
                true
            default: false
            }
        }
        return "Nobody would be paged \(within)." + (reason.map { " \($0.entry.sentence)." } ?? "")
    }

    private static func notes(_ forecast: Forecast, _ directory: Directory) -> [String] {
        var notes: [String] = []
        for reply in forecast.answers {
            switch reply {
            case .refused(let refusal): notes.append("The answer was refused. \(refusal.explanation)")
            case .already: notes.append("The answer changed nothing: it was so already.")
            default: break
            }
        }
        if forecast.plan.acknowledgedAfter != nil, forecast.plan.acknowledgedBy == nil, forecast.firstReached == nil {
            notes.append("Nobody was reached who could acknowledge. Say who does with --by.")
        }
        let services = forecast.events.compactMap { event -> ServiceID? in
            if case .incidentOpened(let e) = event.payload { return e.service }
            return nil
        }
        if services.contains(where: { directory.services[$0]?.rollback != nil }) {
            notes.append("Rollbacks are left out: nobody can say what the serving layer would answer.")
        }
        return notes
    }
}

extension ForecastReport.Page {
    init(_ page: Forecast.Page, since start: Instant, _ directory: Directory) {
        let user = directory.users[page.request.user]
        let rules = user.flatMap { directory.roster.zones[$0.zone] } ?? .utc
        at = page.at.rfc3339
        afterSeconds = (page.at - start).components.seconds
        incident = page.request.page.incident.description
        self.user = page.request.user.rawValue
        name = user?.name ?? page.request.user.rawValue
        method = page.request.method.rawValue
        reason = page.request.reason.explanation
        theirTime = LocalTime(zone: rules).rfc3339(page.at)
        theirZone = rules.id.rawValue
        handedOver = page.handedOverAt != nil
    }
}
