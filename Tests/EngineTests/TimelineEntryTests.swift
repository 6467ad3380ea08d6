import Engine
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

@Suite struct TimelineEntryTests {
    static let directory = Directory(
        users: [
            "ana": .init(id: "ana", name: "Ana Souza", zone: "UTC"),
            "ben": .init(id: "ben", name: "Ben Okafor", zone: "UTC"),
            "chi": .init(id: "chi", name: "Chi Tanaka", zone: "Asia/Tokyo"),
        ],
        roster: Roster(schedules: [:], zones: [:]), policies: [:],
        services: ["ranker": .init(id: "ranker", name: "Ranker", policy: "ml")], unrouted: "ranker",
        lastResort: [.user("ben")])

    static func sentences(_ kind: EventKind) -> [String] {
        EventSamples.events(of: kind).map { TimelineEntry($0, directory: directory).sentence }
    }

    @Test("every kind of event is one plain sentence", arguments: EventKind.allCases)
    func everyKind(kind: EventKind) {
        for event in EventSamples.events(of: kind) {
            let entry = TimelineEntry(event, directory: Self.directory)
            #expect(entry.sequence == event.sequence && entry.at == event.at && entry.kind == kind.rawValue)
            #expect(entry.sentence.first?.isLowercase == false)
            #expect(!entry.sentence.hasSuffix("."))
            for leak in ["Optional(", "rawValue", "nil", "  ", "\n"] {
                #expect(!entry.sentence.contains(leak), "\(entry.sentence)")
            }
        }
    }

    @Test("the sentences a responder reads most say who, what and why")
    func wording() {
        #expect(
            Self.sentences(.incidentOpened) == [
                "Declared by Ana Souza (console) as sev1, service Ranker; it follows INC-41",
                "Opened as sev4, service Ranker: no route matched",
                "A drill of schedule sun was begun by Ana Souza (console)",
            ])
        #expect(
            Self.sentences(.alertFired) == [
                "Alert “RankerDown” (alertmanager) fired again, sev1",
                "Alert a1b2c3d4e5f60718 (alertmanager) fired, sev3",
            ])
        #expect(
            Self.sentences(.stepTaken) == [
                "Step 3, 2nd time through (passed over step 1: nobody: no layer covers this time; step 2: its "
                    + "condition is false): Chi Tanaka, who has turn 3 of layer apac, and dee, who covers for eli, "
                    + "who is off, in layer apac, but cannot be reached (schedule sun); tells team ml; waits 10 min"
            ])
        #expect(
            Self.sentences(.acknowledged) == [
                "Acknowledged by Chi Tanaka (link in a page), who owns it now",
                "Also acknowledged by Ana Souza (command line); Chi Tanaka owns it",
                "Acknowledged by Ana Souza (command line); one more person must, so the others are still paged",
            ])
        #expect(
            Self.sentences(.incidentResolved) == [
                "Resolved by Ana Souza (console)", "Resolved: all its alerts are over", "The drill is over",
            ])
        #expect(Self.sentences(.clockStepped) == ["The wall clock stepped back by 2 h; waits keep their length"])
        #expect(
            Self.sentences(.runStarted)[0]
                == "Reaching Chi Tanaka by push at once, chat at once, webhook at once, inbox at once, mail at once, "
                + "SMS after 1 min and call after 3 min (a step of the escalation policy)")
        #expect(
            Self.sentences(.overrideAdded) == [
                "Ben Okafor covers schedule sun from 2026-11-23T09:34:00.443Z until 2026-11-23T11:34:00.443Z "
                    + "(override 4, made by Ana Souza)",
                "Ben Okafor replaces Ana Souza in schedule sun from 2026-11-23T09:34:00.443Z until "
                    + "2026-11-23T11:34:00.443Z (override 4)",
                "Ana Souza is taken out of schedule sun from 2026-11-23T09:34:00.443Z until "
                    + "2026-11-23T11:34:00.443Z (override 4)",
                "Ben Okafor is on call in schedule sun too from 2026-11-23T09:34:00.443Z until "
                    + "2026-11-23T11:34:00.443Z (override 4, a swap by cover request 3)",
            ])
        #expect(
            Self.sentences(.timeOffAdded) == [
                "Ana Souza is off from 2026-11-23T09:34:00.443Z until 2026-11-24T09:34:00.443Z (time off 6, entered by "
                    + "Ana Souza (console))"
            ])
        #expect(
            Self.sentences(.coverRequested)[0]
                == "Ana Souza asks Ben Okafor to take schedule sun from 2026-11-23T09:34:00.443Z until "
                + "2026-11-23T11:34:00.443Z, for theirs from 2026-11-30T09:34:00.443Z until "
                + "2026-12-01T09:34:00.443Z (cover request 3, made by Ana Souza (console))")
        #expect(
            Self.sentences(.coverAnswered) == [
                "Ben Okafor (Slack) accepted cover request 3", "Ben Okafor (Slack) declined cover request 3",
            ])
        #expect(
            Self.sentences(.handoffTold) == [
                "The handoff of schedule sun at 2026-11-23T09:34:00.443Z was told to Ana Souza, Ben Okafor and Chi Tanaka",
                "The handoff of schedule sun at 2026-11-23T09:34:00.443Z was told to nobody",
            ])
        #expect(Self.sentences(.calendarIssued)[2] == "Calendar 2 of team ml issued by Ana Souza (console)")
        #expect(Self.sentences(.overrideRemoved)[1] == "Override 4 taken back by somebody with the admin token (API)")
        #expect(
            Self.sentences(.attemptEnded)[2]
                == #"Page 42-3 failed and will be tried again: 503 "busy"; the receiver asks to wait 30 s"#)
    }

    @Test("a whole timeline tells of a page by its person, its step and its reason")
    func whole() {
        let at = EventSamples.at
        let id = Incident.ID(42)
        let page = PageID(incident: id, ordinal: 1)
        let attempt = AttemptID(page: page, number: 1)
        let answer = TargetAnswer(
            target: .schedule("sun"),
            people: [.init(user: "chi", why: "has turn 3 of layer apac", canBeReached: true)])
        let policy = EscalationPolicy(id: "ml", steps: [.init(page: [.schedule("sun")], wait: .minutes(10))])
        let payloads: [EventPayload] = [
            .escalationStarted(.init(incident: id, generation: 1, policy: policy)),
            .stepTaken(
                .init(
                    incident: id, generation: 1, round: 0, step: 0, waitMilliseconds: 600_000, answers: [answer],
                    passedOver: [], tell: [])),
            .pageRequested(.init(page: page, run: 1, user: "chi", method: .webhook, reason: .step)),
            .attemptBegun(.init(attempt: attempt, incarnation: 1, isRepeat: false)),
            .attemptEnded(.init(attempt: attempt, outcome: .init(.sent, evidence: "202 Accepted"))),
            .pageEnded(.init(page: page, state: .sent)),
        ]
        let events = payloads.enumerated().map { Event(sequence: Int64($0.offset + 1), at: at, payload: $0.element) }
        let entries = TimelineEntry.timeline(events, directory: Self.directory)
        #expect(
            entries.map(\.sentence) == [
                "Escalation by policy ml began: 1 step",
                "Step 1 of policy ml: Chi Tanaka, who has turn 3 of layer apac (schedule sun); waits 10 min",
                "Paged Chi Tanaka by webhook (step 1 of policy ml: has turn 3 of layer apac)",
                "Attempt 1 at the page to Chi Tanaka by webhook begun",
                "The page to Chi Tanaka by webhook was handed over: 202 Accepted",
                "The page to Chi Tanaka by webhook ended as handed over",
            ])
        #expect(entries.map(\.page) == [nil, nil, page, page, page, page])
    }

    @Test("what a sender or a person wrote stands beside the sentence, and is gone when it was erased")
    func text() {
        let event = EventSamples.events(of: .alertFired)[0]
        let entry = TimelineEntry(event, directory: Self.directory)
        #expect(entry.body == "4 of 4 replicas")
        #expect(entry.labels == ["severity": "critical", "app": "ranker"])
        #expect(entry.links.keys.sorted() == ["runbook"])
        let erased = TimelineEntry(
            Event(sequence: 7, at: event.at, payload: event.payload), directory: Self.directory)
        #expect(erased.body == nil && erased.labels.isEmpty && erased.links.isEmpty)
        #expect(erased.sentence == "Alert a1b2c3d4e5f60718 (alertmanager) fired again, sev1")
    }
}
