import EngineCore
import Incidents
import OnCall
import Testing
import Timekeeping

/// What would happen, told beforehand by the code that does it.
@Suite struct ForecastTests {
    private static let start = CoreTests.start

    /// Ana by webhook and after five minutes by SMS, then Ben; the last resort is Cyn.
    private static var directory: Directory {
        var directory = CoreTests.directory()
        let rules: [Urgency: [NotificationRule]] = [
            .high: [.init(.webhook), .init(.sms, after: .minutes(5))], .low: [.init(.webhook)],
        ]
        for id in ["ana", "ben", "cyn"] as [UserID] {
            directory.users[id] = Directory.User(
                id: id, name: id.rawValue, zone: "UTC", rules: rules, reachableBy: [.webhook, .sms])
        }
        directory.roster = Roster(schedules: [:], zones: ["UTC": .utc])
        directory.policies["ml"] = EscalationPolicy(
            id: "ml",
            steps: [
                .init(page: [.user("ana")], wait: .minutes(10)), .init(page: [.user("ben")], wait: .minutes(20)),
            ])
        directory.lastResort = [.user("cyn")]
        directory.inboxCounts = false
        return directory
    }

    private static func plan(_ severity: Severity = .sev1) -> Forecast.Plan {
        var signal = CoreTests.alert("db")
        signal.severity = severity
        return Forecast.Plan(alerts: [signal], integration: "prod", at: start)
    }

    private static func told(_ forecast: Forecast) -> [String] {
        forecast.pages.map {
            "\(($0.at - start).components.seconds / 60) \($0.request.user) \($0.request.method.rawValue)"
        }
    }

    @Test("nobody answers: each page at its minute, step after step, up to the last resort and again")
    func nobodyAnswers() throws {
        var plan = Self.plan()
        plan.length = .minutes(61)
        let forecast = Forecast(plan, directory: Self.directory)
        #expect(
            Self.told(forecast) == [
                "0 ana webhook", "5 ana sms", "10 ben webhook", "15 ben sms", "30 cyn sms", "30 cyn webhook",
                "60 cyn sms", "60 cyn webhook",
            ])
        #expect(forecast.incidents == [Incident.ID(1)])
        #expect(forecast.firstReached?.request.user == "ana" && forecast.firstReached?.handedOverAt == Self.start)
        #expect(forecast.events.allSatisfy { $0.payload.incident == Incident.ID(1) })
        #expect(forecast.goesOnAt == Self.start + .minutes(90))
    }

    @Test("an acknowledgement stops the pages, and its time-out begins them again")
    func acknowledged() throws {
        var plan = Self.plan()
        plan.acknowledgedAfter = .minutes(7)
        let forecast = Forecast(plan, directory: Self.directory)
        #expect(Self.told(forecast).prefix(2) == ["0 ana webhook", "5 ana sms"])
        #expect(!Self.told(forecast).contains("10 ben webhook"))
        let answer = try #require(
            forecast.events.first {
                if case .acknowledged(let e) = $0.payload { return e.by == "ana" }
                return false
            })
        #expect(answer.at == Self.start + .minutes(7))
        let asked = forecast.events.contains {
            if case .ownerAsked = $0.payload { return true }
            return false
        }
        #expect(asked)
    }

    @Test("its sender's word that it is over ends the forecast")
    func resolved() throws {
        var plan = Self.plan()
        plan.resolvedAfter = .minutes(3)
        let forecast = Forecast(plan, directory: Self.directory)
        #expect(Self.told(forecast) == ["0 ana webhook"])
        guard case .incidentResolved? = forecast.events.last(where: { $0.at == Self.start + .minutes(3) })?.payload
        else {
            Issue.record("not resolved: \(forecast.events)")
            return
        }
        #expect(forecast.goesOnAt == nil)
    }

    @Test("what a provider refuses fails over to the next method at once")
    func failing() throws {
        var plan = Self.plan()
        plan.failing = [.webhook]
        plan.length = .minutes(1)
        let forecast = Forecast(plan, directory: Self.directory)
        #expect(Self.told(forecast) == ["0 ana webhook", "0 ana sms"])
        #expect(forecast.firstReached?.request.method == .sms)
        plan.failing = [.webhook, .sms]
        #expect(Forecast(plan, directory: Self.directory).firstReached == nil)
    }

    @Test("quiet hours put low urgency off until they are over")
    func quiet() throws {
        var directory = Self.directory
        let civil = ZoneRules.utc.civil(at: Self.start)
        // An hour from now on Ana's clocks.
        let soon = CivilTime(secondsFromMidnight: (civil.time.secondsFromMidnight + 3600) % 86_400)
        for user in ["ana", "ben"] as [UserID] {
            directory.users[user]?.quiet = WeeklyHours([Restriction(start: .midnight, end: soon)])
        }
        var plan = Self.plan(.sev3)
        plan.length = .minutes(50)
        let early = Forecast(plan, directory: directory)
        #expect(early.firstReached == nil && early.goesOnAt == Self.start + .hours(1))
        plan.length = .hours(2)
        #expect(Forecast(plan, directory: directory).firstReached?.at == Self.start + .hours(1))
    }

    @Test("a silence holds back until it ends, and then pages")
    func silence() throws {
        let silence = Silence(
            id: 1, matchers: [], services: ["ranker"], from: Self.start - .hours(1), until: Self.start + .minutes(40),
            by: Actor(user: "ben", via: .cli), createdAt: Self.start - .hours(1))
        let recorded = [
            Event(
                sequence: 7, at: Self.start - .hours(1), payload: .silenceAdded(SilenceAdded(silence: silence)))
        ]
        var plan = Self.plan()
        plan.length = .minutes(30)
        let held = Forecast(plan, directory: Self.directory, recorded: recorded)
        #expect(held.pages.isEmpty && held.goesOnAt == Self.start + .minutes(40))
        plan.length = .minutes(41)
        let over = Forecast(plan, directory: Self.directory, recorded: recorded)
        #expect(Self.told(over) == ["40 ana webhook"])
        #expect(over.incidents == [Incident.ID(1)])
    }

    @Test("an override known then is followed, and one made later is not")
    func arrangements() throws {
        var directory = Self.directory
        directory.roster = Roster(
            schedules: [
                "sun": Schedule(
                    id: "sun", zone: "UTC",
                    plan: .layers([
                        Layer(
                            name: "day", eras: [Era(people: ["ana"])], turn: .days(1),
                            handoff: Handoff(time: .midnight))
                    ]))
            ], zones: ["UTC": .utc])
        directory.policies["ml"] = EscalationPolicy(
            id: "ml", steps: [.init(page: [.schedule("sun")], wait: .minutes(30))])
        func cover(_ at: Instant) -> Event {
            Event(
                sequence: 1, at: at,
                payload: .overrideAdded(
                    OverrideAdded(
                        override: Override(
                            id: 1, schedule: "sun", from: Self.start - .hours(1), until: Self.start + .hours(1),
                            kind: .cover("ben"), createdAt: at))))
        }
        func first(_ recorded: [Event]) -> UserID? {
            Forecast(Self.plan(), directory: directory, recorded: recorded).firstReached?.request.user
        }
        #expect(first([]) == "ana")
        #expect(first([cover(Self.start - .hours(2))]) == "ben")
        #expect(first([cover(Self.start + .minutes(1))]) == "ana")
    }

    @Test("it says the same as a house that lives through it")
    func agreesWithLife() throws {
        var house = House(Self.directory)
        house.alert("db")
        house.pass(.minutes(61))
        var plan = Self.plan()
        plan.length = .minutes(61)
        let forecast = Forecast(plan, directory: Self.directory)
        let lived = house.log.compactMap { event -> String? in
            guard case .pageRequested(let e) = event.payload else { return nil }
            return "\((event.at - Self.start).components.seconds / 60) \(e.user) \(e.method.rawValue)"
        }
        #expect(!lived.isEmpty && Self.told(forecast) == lived)
    }
}
