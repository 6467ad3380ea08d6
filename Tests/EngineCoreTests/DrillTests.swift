import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// Paging for practice goes the way of every page, and ends by itself.
@Suite struct DrillTests {
    private static let start = Instant(milliseconds: 1_800_000_000_000)
    private static let admin = Actor(user: nil, via: .cli)

    private static let directory = Directory(
        users: [
            "ana": .init(id: "ana", name: "Ana", zone: "UTC"), "ben": .init(id: "ben", name: "Ben", zone: "UTC"),
            "dia": .init(id: "dia", name: "Dia", zone: "UTC"),
        ],
        roster: Roster(
            schedules: [
                "sun": Schedule(
                    id: "sun", zone: "UTC",
                    plan: .layers([
                        Layer(
                            name: "week", eras: [Era(people: ["ana"])], turn: .weeks(1),
                            handoff: Handoff(time: .midnight))
                    ]))
            ],
            zones: ["UTC": .utc]),
        policies: [
            "ml": EscalationPolicy(
                id: "ml",
                steps: [
                    .init(page: [.user("ana")], wait: .minutes(2)), .init(page: [.user("ben")], wait: .minutes(2)),
                ])
        ],
        services: ["ranker": .init(id: "ranker", policy: "ml")], unrouted: "ranker", lastResort: [.user("dia")])

    private final class Night {
        var core = Core(directory: DrillTests.directory, version: "test", now: DrillTests.start)
        var now = DrillTests.start
        var events: [Event] = []
        private var ticket = 0

        init() { feed(core.handle(.recovered(Recovery()), now: now)) }

        /// Appends what is decided, and has every page delivered.
        private func feed(_ effects: [Effect]) {
            for effect in effects {
                switch effect {
                case .append(let batch):
                    events += batch.events
                    feed(core.handle(.appended(batch: batch.number), now: now))
                case .begin(let sent):
                    feed(core.handle(.attemptEnded(sent.attempt, AttemptOutcome(.delivered, evidence: "ok")), now: now))
                case .reply(_, let reply): replies.append(reply)
                case .serve, .recover, .alarm: break
                }
            }
        }

        var replies: [Reply] = []

        func say(_ command: Command) -> Reply? {
            ticket += 1
            feed(core.handle(.submitted(Ticket(ticket), .command(command, request: nil)), now: now))
            return replies.last
        }

        func pass(_ time: Duration) {
            let end = now + time
            while let next = core.nextDeadline(), next <= end {
                now = max(next, now)
                feed(core.handle(.tick, now: now))
            }
            now = end
        }

        var paged: [UserID] {
            events.compactMap { if case .pageRequested(let e) = $0.payload { e.user } else { nil } }
        }
        var isLastResortRaised: Bool {
            events.contains { if case .lastResortRaised = $0.payload { true } else { false } }
        }
        var incident: Incident? { core.book.incidents[Incident.ID(1)] }
    }

    @Test("whoever is on call is paged, marked as a drill, and it ends with their answer")
    func answered() throws {
        let night = Night()
        let reply = night.say(.drill(.schedule("sun"), length: .minutes(15), by: Self.admin))
        #expect(reply == .done(incidents: [Incident.ID(1)]))
        #expect(night.paged == ["ana"])
        #expect(night.core.briefings[Incident.ID(1)]?.title == "DRILL: practice page for schedule sun")
        #expect(night.incident?.urgency == .high && night.incident?.service == "ranker")
        night.pass(.seconds(40))
        _ = night.say(.acknowledge(Incident.ID(1), by: "ana", via: .sms))
        #expect(night.incident?.state == .resolved && night.incident?.resolution?.by.isDrillOver == true)
        night.pass(.hours(2))
        #expect(night.paged == ["ana"] && !night.isLastResortRaised)
    }

    @Test("without an answer a schedule's drill ends when its time is up, and the last resort sleeps")
    func unanswered() {
        let night = Night()
        _ = night.say(.drill(.schedule("sun"), length: .minutes(10), by: Self.admin))
        night.pass(.minutes(9))
        #expect(night.incident?.isOpen == true)
        night.pass(.minutes(2))
        #expect(night.incident?.state == .resolved)
        night.pass(.hours(2))
        #expect(night.paged == ["ana"] && !night.isLastResortRaised)
    }

    @Test("a policy's drill goes through its steps and ends behind the last one")
    func policy() {
        let night = Night()
        _ = night.say(.drill(.policy("ml"), length: .minutes(15), by: Self.admin))
        night.pass(.minutes(3))
        #expect(night.paged == ["ana", "ben"])
        night.pass(.minutes(2))
        #expect(night.incident?.state == .resolved && !night.isLastResortRaised)
    }

    @Test("what is not there, or has nobody on call, is refused")
    func refused() {
        let night = Night()
        #expect(
            night.say(.drill(.schedule("moon"), length: .minutes(5), by: Self.admin))
                == .refused(.noSuchSchedule("moon")))
        #expect(
            night.say(.drill(.policy("moon"), length: .minutes(5), by: Self.admin)) == .refused(.noSuchPolicy("moon")))
        #expect(
            night.say(.drill(.policy("ml"), length: .minutes(5), by: Actor(user: "zoe", via: .cli)))
                == .refused(.noSuchUser("zoe")))
    }

    @Test("a drill is read back from the log as it was, and goes on after a restart")
    func replayed() throws {
        let night = Night()
        _ = night.say(.drill(.policy("ml"), length: .minutes(15), by: Self.admin))
        var recovery = Recovery(lastNumber: 1, lastSequence: night.events.last?.sequence ?? 0)
        for event in night.events { recovery.fold(event) }
        #expect(recovery.book.incidents[Incident.ID(1)] == night.incident)
    }
}
