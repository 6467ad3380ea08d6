import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// What people ask for besides "I have it" and "it is over": answered truly, carried out once, moved by no clock.
@Suite struct HandlingTests {
    static let ana = Actor(user: "ana", via: .slack)
    static let one = Incident.ID(1)

    @Test("what cannot be done is refused with the way out, and nothing is recorded")
    func refusals() {
        var house = House()
        let start = house.now
        #expect(house.say(.reopen(Self.one, by: Self.ana)) == .refused(.noSuchIncident(Self.one)))
        house.alert("disk")
        let before = house.log.count
        let stranger = Actor(user: "zoe", via: .slack)
        let refused: [(Command, Refusal)] = [
            (.reopen(Self.one, by: Self.ana), .notResolved(Self.one)),
            (.reopen(Incident.ID(7), by: Self.ana), .noSuchIncident(Incident.ID(7))),
            (.snooze(Self.one, until: start, by: "ana", via: .slack), .snoozeOver),
            (.snooze(Self.one, until: start + .seconds(59), by: "ana", via: .slack), .snoozeTooShort),
            (
                .snooze(Self.one, until: start + .hours(24) + .milliseconds(1), by: "ana", via: .slack),
                .snoozeTooLong(hours: 24)
            ),
            (.snooze(Self.one, until: start + .hours(1), by: "zoe", via: .slack), .noSuchUser("zoe")),
            (.escalate(Self.one, by: stranger), .noSuchUser("zoe")),
            (.changeSeverity(Self.one, .sev3, by: stranger), .noSuchUser("zoe")),
            (.page(Self.one, [], by: Self.ana), .noTargets),
            (.page(Self.one, [.user("zoe")], by: Self.ana), .noSuchUser("zoe")),
            (.page(Self.one, [.user("ben"), .schedule("moon")], by: Self.ana), .noSuchSchedule("moon")),
            (.page(Self.one, [.user("dee"), .user("dee")], by: Self.ana), .nobodyToPage([.user("dee")])),
            (.verifyContact("zoe", .mail, digest: "aa", masked: "z…", by: Self.ana), .noSuchUser("zoe")),
            (.removeContact("ana", .mail, by: Self.ana), .noSuchContact("ana", .mail)),
        ]
        for (command, refusal) in refused {
            #expect(house.say(command) == .refused(refusal))
            #expect(!refusal.explanation.isEmpty && !refusal.explanation.contains("!"))
        }
        #expect(house.say(.changeSeverity(Self.one, .sev1, by: Self.ana)) == .already(Self.one, owner: nil))
        #expect(house.log.count == before)
    }

    @Test("a resolved incident is neither snoozed, escalated, judged nor a reason to page anybody")
    func resolved() {
        var house = House()
        house.alert("disk")
        #expect(house.say(.resolve(Self.one, by: Self.ana)) == .done(incidents: [Self.one]))
        let before = house.log.count
        for command: Command in [
            .snooze(Self.one, until: house.now + .hours(1), by: "ana", via: .slack),
            .escalate(Self.one, by: Self.ana), .changeSeverity(Self.one, .sev4, by: Self.ana),
            .page(Self.one, [.user("ben")], by: Self.ana),
        ] {
            #expect(house.say(command) == .refused(.alreadyResolved(Self.one)))
        }
        #expect(house.log.count == before)
    }

    @Test(
        "a request sent again is answered as the first time and done once",
        arguments: [
            Command.snooze(one, until: House.start + .hours(1), by: "ana", via: .slack),
            .escalate(one, by: ana), .changeSeverity(one, .sev3, by: ana), .page(one, [.user("ben")], by: ana),
            .noteChat(.told(ChatTold(incident: one, room: House.room, through: 3))),
            .verifyContact("ana", .mail, digest: "aa", masked: "a…", by: ana),
        ])
    func idempotency(command: Command) {
        var house = House()
        house.alert("disk")
        let first = house.say(command, request: "r1")
        let count = house.log.count
        #expect(house.say(command, request: "r1") == first)
        house.restart()
        let started = house.log.count
        #expect(house.say(command, request: "r1") == first)
        #expect(count > 0 && house.log.count == started)
        guard case .done = first else { return #expect(Bool(false), "\(first)") }
    }

    @Test("a snooze ends after its time, whatever the wall clock says meanwhile and whoever reads the log")
    func snoozeAndClocks() throws {
        var house = House()
        house.alert("disk")
        let said = house.now + .hours(1)
        _ = house.say(.snooze(Self.one, until: said, by: "ana", via: .slack))
        #expect(house.incident.state == .acknowledged && house.incident.owner == "ana")
        #expect(house.incident.snoozedUntil == said)
        house.pass(.minutes(20))
        house.stepClock(by: .hours(5))
        house.pass(.minutes(20))
        house.restart()
        house.stepClock(by: .zero - .hours(7))
        house.pass(.minutes(19) + .seconds(59))
        #expect(house.incident.snoozedUntil == said)
        house.pass(.seconds(1))
        #expect(house.incident.state == .triggered && house.incident.snoozedUntil == nil)
        #expect(house.incident.owner == nil && house.incident.escalation?.generation == 2)
        let reasons = house.log.compactMap { event -> TriggerReason? in
            guard case .incidentTriggered(let e) = event.payload else { return nil }
            return e.reason
        }
        #expect(reasons == [.snoozeEnded])
    }

    @Test("the wait of a snooze is counted from the clock it was said by, also after that clock was stepped")
    func snoozeAfterStep() throws {
        var house = House()
        house.alert("disk")
        house.stepClock(by: .hours(3))
        _ = house.say(.snooze(Self.one, until: house.now + .minutes(30), by: "ana", via: .slack))
        let snoozed = house.log.compactMap { event -> IncidentSnoozed? in
            guard case .incidentSnoozed(let e) = event.payload else { return nil }
            return e
        }
        #expect(snoozed.map(\.waitMilliseconds) == [30 * 60_000])
        let next = house.core.nextDeadline()
        #expect(next == house.now + .minutes(30))
    }

    @Test("asking for somebody neither takes the incident nor moves its escalation")
    func asking() {
        var house = House()
        house.alert("disk")
        let escalation = house.incident.escalation
        _ = house.say(.page(Self.one, [.user("ben"), .user("dee")], by: Actor(user: nil, via: .api)))
        #expect(house.incident.state == .triggered && house.incident.owner == nil)
        #expect(house.incident.escalation == escalation)
        #expect(house.incident.pages.map(\.reason) == [.step, .asked])
        #expect(house.incident.pages.map(\.user) == ["ana", "ben"])
    }

    @Test("a person's lowering holds against repeats; a new alert that is worse raises it again")
    func lowering() {
        var house = House()
        house.alert("disk", group: "g")
        _ = house.say(.changeSeverity(Self.one, .sev4, by: Self.ana))
        house.alert("disk", group: "g")
        #expect(house.incident.severity == .sev4 && house.incident.urgency == .low)
        house.alert("swap", group: "g")
        #expect(house.incident.severity == .sev1 && house.incident.urgency == .high)
        #expect(house.log.compactMap(\.severityChange).map(\.by) == [Self.ana, nil])
    }

    @Test("chat facts are kept through a restart, once each, and no deadline moves for them")
    func chat() {
        var house = House()
        house.alert("disk")
        let deadline = house.core.nextDeadline()
        let posted = ChatPosted(incident: Self.one, room: House.room, channel: "C1", message: "17.000100")
        #expect(house.say(.noteChat(.posted(posted))) == .done(incidents: [Self.one]))
        #expect(house.say(.noteChat(.posted(posted))) == .already(Self.one, owner: nil))
        _ = house.say(.noteChat(.told(ChatTold(incident: Self.one, room: House.room, message: "18.0", through: 9))))
        let older = ChatTold(incident: Self.one, room: House.room, through: 5)
        #expect(house.say(.noteChat(.told(older))) == .already(Self.one, owner: nil))
        _ = house.say(.noteChat(.closed(ChatClosed(incident: Self.one, room: House.room, reason: "is_archived"))))
        house.restart()
        let state = house.incident.chats[House.room]
        #expect(state?.channel == "C1" && state?.message == "17.000100")
        #expect(state?.toldThrough == 9 && state?.closedReason == "is_archived")
        let after = house.core.nextDeadline()
        #expect(after == deadline)
        let elsewhere = ChatClosed(incident: Incident.ID(9), room: House.room, reason: "gone")
        #expect(house.say(.noteChat(.closed(elsewhere))) == .refused(.noSuchIncident(Incident.ID(9))))
    }

    @Test("a verified contact is known by its digest, through a restart, until it is removed")
    func contacts() {
        var house = House()
        _ = house.say(.verifyContact("ana", .mail, digest: "aa", masked: "a…", by: Self.ana))
        let count = house.log.count
        #expect(
            house.say(.verifyContact("ana", .mail, digest: "aa", masked: "a…", by: Self.ana)) == .done(incidents: []))
        #expect(house.log.count == count)
        _ = house.say(.verifyContact("ana", .mail, digest: "bb", masked: "b…", by: Self.ana))
        house.restart()
        #expect(house.core.book.verifiedContacts == ["ana": [.mail: "bb"]])
        #expect(house.say(.removeContact("ana", .mail, by: Self.ana)) == .done(incidents: []))
        #expect(house.core.book.verifiedContacts.isEmpty)
        #expect(house.log.suffix(1).map(\.stream) == [.contacts])
        #expect(house.log.suffix(1).map(\.payload.incident) == [nil])
    }
}

@Test(
    "a chat room is read as it is written",
    arguments: [
        ("slack #ml-incidents", true), ("slack C012 AB", true), ("slack", false), (" #a", false), ("slack ", false),
    ]
)
func chatRooms(text: String, isOne: Bool) {
    #expect((ChatRoom(text) != nil) == isOne)
    if let room = ChatRoom(text) { #expect(room.description == text) }
}

extension Event {
    fileprivate var severityChange: SeverityChanged? {
        guard case .severityChanged(let e) = payload else { return nil }
        return e
    }
}
