import Incidents
import Timekeeping

/// What an incident's thread in a chat tells: the timeline, less what only an operator would look up.
struct ChatThread {
    /// One message into the thread.
    struct Telling: Hashable, Sendable {
        let lines: [ChatLine]
        /// The sequence of the last event that the lines tell of.
        let through: Int64
    }

    static let longestTelling = 40
    /// In UTF-16 units; a chat would cut a longer message, or fold it away.
    static let largestTelling = 2600
    /// The time before a line, as a chat writes it.
    private static let timeSize = 70
    /// So many alerts, and so many failed pages, are told one by one; further ones are counted.
    static let repeatsTold = 5

    /// The events told of, in order.
    private let events: [Event]
    /// By the event whose line has them.
    private let buttons: [Int64: [ChatButton]]

    /// - Parameter events: the incident's, from its first.
    init(_ events: [Event]) {
        // The first alert says what the opening has said.
        let first = events.first { if case .alertFired = $0.payload { true } else { false } }?.sequence
        buttons = Self.approval(in: events)
        self.events = events.filter { Self.belongs($0.payload) && $0.sequence != first }
    }

    /// The sequence of the last event told of; 0 when there is none.
    var newest: Int64 { events.last?.sequence ?? 0 }

    /// The events that have to be put into words, and those that the words of later ones depend on. What is told
    /// already costs no words, however much it was.
    static func needed(_ events: [Event], after sequence: Int64) -> [Event] {
        events.filter { event in
            if event.sequence > sequence, belongs(event.payload) { return true }
            return switch event.payload {
            case .escalationStarted, .stepTaken, .dutyChanged, .lastResortRaised, .peoplePaged, .pageRequested: true
            default: false
            }
        }
    }

    /// What is new after that sequence, as far as it fits into one message; nil when nothing is.
    /// - Parameter entries: the timeline in words, at least the `needed` events of it.
    func telling(after sequence: Int64, in entries: [TimelineEntry]) -> Telling? {
        let words = Dictionary(entries.map { ($0.sequence, $0) }) { first, _ in first }
        var lines: [ChatLine] = []
        var (size, through) = (0, sequence)
        var repeats: [Repeat: (count: Int, at: Instant)] = [:]
        for event in events where event.sequence > sequence {
            guard let entry = words[event.sequence] else { continue }
            if let kind = Repeat(event.payload) {
                repeats[kind, default: (0, event.at)].count += 1
                repeats[kind]!.at = event.at
                if repeats[kind]!.count > Self.repeatsTold {
                    through = event.sequence
                    continue
                }
            }
            let body = Self.isWritten(event.payload) ? entry.body : nil
            size += Self.timeSize + entry.sentence.utf16.count + (body?.utf16.count ?? 0)
            guard lines.isEmpty || lines.count < Self.longestTelling && size <= Self.largestTelling else { break }
            lines.append(
                ChatLine(at: event.at, sentence: entry.sentence, body: body, buttons: buttons[event.sequence] ?? []))
            through = event.sequence
        }
        for kind in Repeat.allCases {
            guard let (count, at) = repeats[kind], count > Self.repeatsTold else { continue }
            lines.append(ChatLine(at: at, sentence: kind.sentence(count - Self.repeatsTold)))
        }
        return lines.isEmpty ? nil : Telling(lines: lines, through: through)
    }

    /// A plan that still waits can be approved where it was told of last, and by its own name: pressed when another
    /// plan waits, the button does nothing.
    private static func approval(in events: [Event]) -> [Int64: [ChatButton]] {
        guard let file = RollbackFile.all(in: events).last, file.stage == .waiting else { return [:] }
        let told = events.last { event in
            switch event.payload {
            case .rollbackPlanned(let e): e.rollback == file.id
            case .rollbackApprovalAsked(let e): e.rollback == file.id
            default: false
            }
        }
        guard let told else { return [:] }
        let button = ChatButton(
            label: "Approve rollback \(file.id)", line: "rollback approve \(file.id)",
            question: "\(file.service) goes from \(RollbackLines.version(file.from.version)) to version \(file.to).")
        return [told.sequence: [button]]
    }

    private enum Repeat: CaseIterable {
        case alert, failedPage

        init?(_ payload: EventPayload) {
            switch payload {
            case .alertFired: self = .alert
            case .pageEnded, .attemptReported: self = .failedPage
            default: return nil
            }
        }

        func sentence(_ count: Int) -> String {
            switch self {
            case .alert: "\(count) more alert\(count == 1 ? "" : "s") fired"
            case .failedPage: "\(count) more page\(count == 1 ? "" : "s") failed"
            }
        }
    }

    /// Whether people in the thread want to read of it.
    static func belongs(_ payload: EventPayload) -> Bool {
        switch payload {
        case .incidentOpened, .alertFired, .alertKeptFiring, .severityChanged, .incidentTriggered, .stepTaken,
            .stepDeferred, .dutyChanged, .lastResortRaised, .escalationExhausted, .acknowledged, .ownerChanged,
            .ownerAsked,
            .incidentSnoozed, .peoplePaged, .noteAdded, .incidentResolved, .rollbackPlanned, .rollbackSurveyed,
            .rollbackApproved, .rollbackApprovalAsked, .rollbackChangeEnded, .rollbackVerified, .rollbackEnded,
            .automaticRollbackArmed, .automaticRollbackRefused,
            .runbookLinked:
            true
        case .pageEnded(let e): e.state == .failed || e.state == .unconfirmed
        case .attemptReported(let e): e.state == .failed || e.state == .unconfirmed
        case .engineStarted, .clockStepped, .logRecovered, .directoryApplied, .overrideAdded, .overrideRemoved,
            .timeOffAdded, .timeOffRemoved, .holidaysRead, .coverRequested, .coverAnswered, .coverWithdrawn,
            .handoffTold, .digestTold, .calendarIssued, .calendarRevoked, .silenceAdded, .silenceEnded,
            .alertSuppressed,
            .suppressionEnded,
            .contactVerified, .contactRemoved, .alertResolved, .alertsCounted, .escalationStarted, .runStarted,
            .runDeferred, .pageRequested, .attemptBegun, .attemptEnded, .holdEnded, .chatPosted, .chatTold, .chatClosed,
            .servingVersionChanged, .servingVersionProved, .rollbackChangeBegun:
            false
        }
    }

    /// Whether it should not wait for more to be told with it.
    static func isUrgent(_ payload: EventPayload) -> Bool {
        switch payload {
        case .incidentOpened, .incidentTriggered, .stepTaken, .lastResortRaised, .acknowledged, .incidentResolved,
            .rollbackPlanned, .rollbackApprovalAsked, .rollbackVerified, .rollbackEnded:
            true
        default: false
        }
    }

    /// Whether the incident's message may say something else after it.
    static func mayChangeCard(_ payload: EventPayload) -> Bool {
        switch payload {
        case .chatPosted, .chatTold, .chatClosed, .attemptBegun, .attemptEnded, .alertsCounted: false
        default: payload.incident != nil
        }
    }

    /// Whether its text is what a person wrote for others to read. What a sender wrote is in the incident's message.
    private static func isWritten(_ payload: EventPayload) -> Bool {
        if case .noteAdded = payload { true } else { false }
    }
}
