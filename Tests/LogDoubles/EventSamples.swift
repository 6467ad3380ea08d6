import Engine
import Incidents
import OnCall
import Timekeeping

/// Events of every kind: with every field set, and where fields may be missing, one without them.
public enum EventSamples {
    public static let at = Instant(milliseconds: 1_795_426_440_443)
    private static let incident = Incident.ID(42)
    private static let page = PageID(incident: incident, ordinal: 3)
    private static let attempt = AttemptID(page: page, number: 2)
    private static let room = ChatRoom(platform: "slack", name: "#ml-incidents")
    private static let alert = AlertKey(integration: "alertmanager", key: "a1b2c3d4e5f60718")
    private static let ana = Actor(user: "ana", via: .console)
    private static let admin = Actor(user: nil, via: .api)
    private static let policy = EscalationPolicy(
        id: "ml",
        steps: [
            .init(
                page: [.schedule("sun"), .user("ana")], wait: .minutes(5), when: .init(.atLeast, .sev2), tell: ["ml"]),
            .init(page: [.user("ben")], wait: .minutes(10)),
        ],
        repeats: 1)
    private static let answer = TargetAnswer(
        target: .schedule("sun"),
        people: [
            .init(user: "chi", why: "has turn 3 of layer apac", canBeReached: true),
            .init(user: "dee", why: "covers for eli, who is off, in layer apac", canBeReached: false),
        ],
        until: at + .hours(8))
    private static let heldBack = TargetAnswer(
        target: .team("ml"),
        people: [
            .init(user: "chi", why: "is of team ml", canBeReached: false, quietUntil: at + .hours(7)),
            .init(user: "dee", why: "is of team ml", canBeReached: false, isOutsideHours: true),
        ],
        until: at + .hours(7))
    private static let fullPolicy = EscalationPolicy(
        id: "full",
        steps: [
            .init(
                page: [.team("ml")], wait: .minutes(5), during: .outsideServiceHours,
                recipientHours: WeeklyHours([Restriction(days: [.monday], start: .midnight, end: .endOfDay)]),
                rooms: [ChatRoom(platform: "slack", name: "#ml")], isRoundRobin: true)
        ],
        acknowledgements: 2,
        serviceHours: ZonedHours(
            zone: "Europe/Berlin", hours: WeeklyHours([Restriction(start: .midnight, end: CivilTime("18:00")!)])))
    private static let silence = Silence(
        id: 7,
        matchers: [
            LabelMatcher(label: "env", value: "prod"),
            LabelMatcher(label: "host", comparison: .notEqual, value: "é\"1"),
        ],
        services: ["db", "web"], from: at + .hours(1), until: at + .hours(3), by: ana, createdAt: at)
    private static func off(_ source: TimeOff.Source) -> TimeOff {
        TimeOff(user: "ana", from: at, until: at + .days(1), source: source, createdAt: at)
    }
    private static func cover(_ inReturn: CoverRequest.Stretch?, _ asked: [UserID]) -> CoverRequest {
        CoverRequest(
            id: 3, schedule: "sun", user: "ana", from: at, until: at + .hours(2), inReturn: inReturn, asked: asked,
            by: ana, createdAt: at)
    }
    private static let hole = TargetAnswer(target: .user("ana"), people: [], hole: "no layer covers this time")
    private static let passedOver = [
        PassedOver(step: 0, reason: .barren, answers: [hole]), PassedOver(step: 1, reason: .conditionFalse),
    ]

    public static func events(of kind: EventKind) -> [Event] {
        payloads(of: kind).enumerated().map { index, sample in
            Event(
                sequence: 7, at: at, request: index == 0 ? "3f1c\u{0}é" : nil, payload: sample.0,
                text: sample.1)
        }
    }

    private static func payloads(of kind: EventKind) -> [(EventPayload, EventText?)] {
        switch kind {
        case .engineStarted: [(.engineStarted(.init(incarnation: 3, version: "0.1.0")), nil)]
        case .logRecovered: [(.logRecovered(.init(incarnation: 7)), nil)]
        case .clockStepped: [(.clockStepped(.init(byMilliseconds: -7_200_000)), nil)]
        case .directoryApplied:
            [
                (
                    .directoryApplied(
                        .init(
                            version: 5, digest: "9f86d081884c7d65",
                            sources: [.init(path: "tocsin.yaml", text: "users:\n  - id: ana\t# \"Ana\"\n")],
                            zones: [.init(zone: "Europe/Berlin", base64: "VFppZjI/+w==")])), nil
                )
            ]
        case .overrideAdded:
            [Override.Kind.cover("ben"), .replace("ana", with: "ben"), .remove("ana"), .add("ben")].map { kind in
                (
                    .overrideAdded(
                        .init(
                            override: Override(
                                id: 4, schedule: "sun", from: at, until: at + .hours(2), kind: kind, createdAt: at,
                                by: kind == .cover("ben") ? "ana" : nil,
                                origin: kind == .add("ben") ? .init(coverRequest: 3, isSwap: true) : nil))), nil
                )
            }
        case .overrideRemoved:
            [(.overrideRemoved(.init(id: 4, by: ana)), nil), (.overrideRemoved(.init(id: 4, by: admin)), nil)]
        case .timeOffAdded: [(.timeOffAdded(.init(timeOff: off(.entered(id: 6)), by: ana)), nil)]
        case .timeOffRemoved:
            [(.timeOffRemoved(.init(id: 6, by: ana)), nil), (.timeOffRemoved(.init(id: 6, by: admin)), nil)]
        case .holidaysRead:
            [
                (
                    .holidaysRead(
                        .init(
                            calendar: "germany", digest: "9f86d081884c7d65",
                            timeOff: [
                                off(.holiday(calendar: "germany", name: "Fête \"nationale\"")), off(.configuration),
                            ])), nil
                ), (.holidaysRead(.init(calendar: "germany", digest: "00", timeOff: [])), nil),
            ]
        case .coverRequested:
            [
                (
                    .coverRequested(.init(request: cover(.init(from: at + .days(7), until: at + .days(8)), ["ben"]))),
                    nil
                ),
                (.coverRequested(.init(request: cover(nil, []))), nil),
            ]
        case .coverAnswered:
            [true, false].map { (.coverAnswered(.init(id: 3, accepted: $0, by: "ben", via: .slack)), nil) }
        case .silenceAdded:
            [
                (.silenceAdded(.init(silence: silence)), .init(body: "deploying build 18")),
                (
                    .silenceAdded(
                        .init(
                            silence: Silence(
                                id: 8, matchers: [], services: [], from: at, until: at + .hours(1), by: admin,
                                createdAt: at))), nil
                ),
            ]
        case .silenceEnded:
            [(.silenceEnded(.init(id: 7, by: ana)), nil), (.silenceEnded(.init(id: 7, by: nil)), nil)]
        case .alertSuppressed:
            [
                (
                    .alertSuppressed(
                        .init(
                            silence: 7, alert: .init(integration: "prom", key: "disk \u{1F}/"), episode: "2026",
                            group: "g",
                            severity: .sev1, service: "db", labels: ["env": "prod", "host": "é\"1"], since: at)),
                    .init(title: "Disk is full", body: "95 %", links: ["graph": "https://graph.example/1"])
                ),
                (
                    .alertSuppressed(
                        .init(
                            silence: 7, alert: .init(integration: "prom", key: "cpu"), service: "db", labels: [:],
                            since: at)), .init(title: "CPU")
                ),
            ]
        case .suppressionEnded:
            SuppressionEnd.allCases.map {
                (.suppressionEnded(.init(silence: 7, alert: .init(integration: "prom", key: "cpu"), reason: $0)), nil)
            }
        case .coverWithdrawn: [(.coverWithdrawn(.init(id: 3, by: ana)), nil)]
        case .handoffTold:
            [
                (.handoffTold(.init(schedule: "sun", at: at, incoming: ["ana"], outgoing: ["ben", "chi"])), nil),
                (.handoffTold(.init(schedule: "sun", at: at, incoming: [], outgoing: [])), nil),
            ]
        case .digestTold:
            [
                (
                    .digestTold(
                        .init(user: "ana", day: CivilDate("2026-11-23")!, incidents: [incident])), nil
                ),
                (.digestTold(.init(user: "ana", day: CivilDate("2026-11-24")!, incidents: [])), nil),
            ]
        case .calendarIssued:
            [CalendarScope.person("ana"), .schedule("sun"), .team("ml")].map {
                (.calendarIssued(.init(id: 2, scope: $0, by: ana)), nil)
            }
        case .calendarRevoked: [(.calendarRevoked(.init(id: 2, by: admin)), nil)]
        case .incidentOpened:
            [
                (
                    .incidentOpened(
                        .init(
                            incident: incident, service: "ranker", group: "sender:prod\u{1F}{}/{a=\"b\"}",
                            severity: .sev1, urgency: .high, previous: Incident.ID(41), routing: "route 1 matched",
                            declaredBy: ana)),
                    EventText(title: "Zürich \"ranker\" is down 🔥", body: "line 1\nline 2")
                ),
                (
                    .incidentOpened(
                        .init(
                            incident: incident, service: "ranker", severity: .sev4, urgency: .low,
                            routing: "no route matched")), nil
                ),
                (
                    .incidentOpened(
                        .init(
                            incident: incident, service: "ranker", severity: .sev2, urgency: .high,
                            routing: "declared by a person", declaredBy: ana,
                            drill: Drill(
                                target: "schedule sun",
                                policy: EscalationPolicy(
                                    id: "drill", steps: [.init(page: [.schedule("sun")], wait: .minutes(15))],
                                    acknowledgements: 2),
                                length: .minutes(15)))),
                    EventText(title: "DRILL: practice page for schedule sun", body: "Nothing is wrong.")
                ),
            ]
        case .alertFired:
            [
                (
                    .alertFired(
                        .init(
                            incident: incident, alert: alert, episode: "2026-11-23T09:34:00.443Z", severity: .sev1,
                            isNewEpisode: true)),
                    EventText(
                        title: "RankerDown", body: "4 of 4 replicas",
                        labels: ["severity": "critical", "app": "ranker"],
                        links: ["runbook": "https://runbooks.example.com/ranker?a=1&b=2"])
                ),
                (.alertFired(.init(incident: incident, alert: alert, severity: .sev3, isNewEpisode: false)), nil),
            ]
        case .alertResolved:
            [
                (.alertResolved(.init(incident: incident, alert: alert, episode: "e1")), nil),
                (.alertResolved(.init(incident: incident, alert: alert)), nil),
            ]
        case .alertsCounted: [(.alertsCounted(.init(incident: incident, repeats: 17)), nil)]
        case .alertKeptFiring: [(.alertKeptFiring(.init(incident: incident, alert: alert)), nil)]
        case .severityChanged:
            [
                (.severityChanged(.init(incident: incident, from: .sev3, to: .sev1, urgency: .high)), nil),
                (.severityChanged(.init(incident: incident, from: .sev1, to: .sev4, urgency: .low, by: ana)), nil),
            ]
        case .incidentTriggered:
            TriggerReason.allCases.map { (.incidentTriggered(.init(incident: incident, reason: $0)), nil) }
                + [(.incidentTriggered(.init(incident: incident, reason: .reopened, by: ana)), nil)]
        case .escalationStarted:
            [
                (.escalationStarted(.init(incident: incident, generation: 1, policy: policy)), nil),
                (.escalationStarted(.init(incident: incident, generation: 3, policy: fullPolicy)), nil),
                (
                    .escalationStarted(
                        .init(
                            incident: incident, generation: 2,
                            policy: EscalationPolicy(
                                id: "quiet", steps: [], ackTimeouts: .init(sev1: nil, sev2: nil)))), nil
                ),
            ]
        case .stepTaken:
            [
                (
                    .stepTaken(
                        .init(
                            incident: incident, generation: 1, round: 1, step: 2, waitMilliseconds: 600_000,
                            answers: [answer], passedOver: passedOver, tell: ["ml"])), nil
                )
            ]
        case .stepDeferred:
            [
                (
                    .stepDeferred(
                        .init(
                            incident: incident, generation: 1, round: 0, step: 1, until: at + .hours(7),
                            answers: [heldBack], passedOver: passedOver)), nil
                )
            ]
        case .runDeferred:
            [
                (
                    .runDeferred(
                        .init(incident: incident, run: 2, until: at + .hours(7), waitMilliseconds: 25_200_000)), nil
                )
            ]
        case .dutyChanged:
            [
                (.dutyChanged(.init(incident: incident, answer: heldBack)), nil),
                (.dutyChanged(.init(incident: incident, answer: answer)), nil),
            ]
        case .lastResortRaised:
            LastResortReason.allCases.map { reason in
                (
                    .lastResortRaised(
                        .init(
                            incident: incident, count: 2, reason: reason, nextMilliseconds: 1_800_000,
                            answers: [answer], passedOver: passedOver)), nil
                )
            }
        case .escalationExhausted:
            [(.escalationExhausted(.init(incident: incident, passedOver: passedOver)), nil)]
        case .runStarted:
            PagingReason.allCases.map { reason in
                let plan = NotificationRule.standard
                return (
                    .runStarted(.init(incident: incident, run: 2, user: "chi", reason: reason, plan: plan)), nil
                )
            }
        case .pageRequested:
            PagingReason.allCases.map {
                (.pageRequested(.init(page: page, run: 2, user: "chi", method: .webhook, reason: $0)), nil)
            }
        case .attemptBegun:
            [
                (.attemptBegun(.init(attempt: attempt, incarnation: 3, isRepeat: true)), nil),
                (
                    .attemptBegun(
                        .init(
                            attempt: attempt, incarnation: 3, isRepeat: false,
                            leader: AttemptID(page: PageID(incident: Incident.ID(41), ordinal: 2), number: 1))), nil
                ),
            ]
        case .attemptEnded:
            AttemptOutcome.Result.allCases.map { result in
                let wish: Duration? = result == .failedForNow ? .seconds(30) : nil
                return (
                    .attemptEnded(
                        .init(attempt: attempt, outcome: .init(result, evidence: "503 \"busy\"", retryAfter: wish))),
                    nil
                )
            }
        case .attemptReported:
            [PageEnd.delivered, .failed, .unconfirmed].map { state in
                let result: AttemptOutcome.Result = state == .delivered ? .delivered : .failedForGood
                return (
                    .attemptReported(
                        .init(attempt: attempt, outcome: .init(result, evidence: "twilio: error 30003"), state: state)),
                    nil
                )
            }
        case .pageEnded: PageEnd.allCases.map { (.pageEnded(.init(page: page, state: $0)), nil) }
        case .acknowledged:
            [
                (.acknowledged(.init(incident: incident, by: "chi", via: .link, owner: "chi")), nil),
                (.acknowledged(.init(incident: incident, by: "ana", via: .cli, owner: "chi")), nil),
                (
                    .acknowledged(.init(incident: incident, by: "ana", via: .cli, owner: "chi", stillNeeded: 1)), nil
                ),
            ]
        case .ownerChanged: [(.ownerChanged(.init(incident: incident, owner: "ana", via: .api)), nil)]
        case .ownerAsked:
            AskReason.allCases.map {
                (
                    .ownerAsked(
                        .init(
                            incident: incident, users: ["chi", "ana"], reason: $0, waitMilliseconds: 300_000,
                            by: $0 == .assigned ? ana : nil)), nil
                )
            }
        case .noteAdded:
            [
                (.noteAdded(.init(incident: incident, by: ana)), EventText(body: "rolled back\u{0} by hand </script>")),
                (.noteAdded(.init(incident: incident, by: admin)), nil),
            ]
        case .incidentResolved:
            [
                (.incidentResolved(.init(incident: incident, by: Resolver(actor: ana))), nil),
                (.incidentResolved(.init(incident: incident, by: .alerts)), nil),
                (.incidentResolved(.init(incident: incident, by: .drillOver)), nil),
            ]
        case .holdEnded: [(.holdEnded(.init(incident: incident)), nil)]
        case .incidentSnoozed:
            [
                (
                    .incidentSnoozed(
                        .init(
                            incident: incident, by: "chi", via: .slack, waitMilliseconds: 7_200_000,
                            until: Instant(milliseconds: 1_772_337_600_000))), nil
                )
            ]
        case .peoplePaged: [(.peoplePaged(.init(incident: incident, by: ana, answers: [answer])), nil)]
        case .chatPosted:
            [(.chatPosted(.init(incident: incident, room: room, channel: "C1", message: "1772330584.000100")), nil)]
        case .chatTold:
            [
                (
                    .chatTold(.init(incident: incident, room: room, message: "1772330584.000200", through: 91)), nil
                ),
                (.chatTold(.init(incident: incident, room: room, through: 92)), nil),
            ]
        case .chatClosed:
            [(.chatClosed(.init(incident: incident, room: room, reason: "the channel is archived")), nil)]
        case .runbookLinked:
            [
                (
                    .runbookLinked(
                        .init(
                            incident: incident, runbook: "model-latency", title: "A model answers slowly",
                            why: "service ranker names it")), nil
                )
            ]
        case .contactVerified:
            [
                (
                    .contactVerified(
                        .init(
                            user: "chi", method: .mail, digest: "0123456789abcdef", masked: "c…@example.com", by: ana)),
                    nil
                )
            ]
        case .contactRemoved: [(.contactRemoved(.init(user: "chi", method: .push, by: admin)), nil)]
        case .servingVersionChanged, .servingVersionProved, .rollbackPlanned, .rollbackSurveyed, .rollbackApproved,
            .rollbackApprovalAsked, .rollbackChangeBegun, .rollbackChangeEnded, .rollbackVerified, .rollbackEnded,
            .automaticRollbackArmed, .automaticRollbackRefused:
            rollbackPayloads(of: kind)
        }
    }
}
