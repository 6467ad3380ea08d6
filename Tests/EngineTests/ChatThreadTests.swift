import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

@testable import Engine

@Suite struct ChatThreadTests {
    static let id = Incident.ID(1)

    /// The log of a story, as an incident's events.
    static func events(_ body: (inout Story) throws -> Void) throws -> [Event] {
        let store = MemoryStore()
        var story = try Story(in: store)
        try body(&story)
        return try store.records(stream: Event.Stream.incident(id).description).map { try EventCodec.decode($0) }
    }

    static func telling(_ events: [Event], after sequence: Int64 = 0) -> ChatThread.Telling? {
        let entries = TimelineEntry.timeline(events, directory: Story.directory)
        let telling = ChatThread(events).telling(after: sequence, in: entries)
        let needed = TimelineEntry.timeline(ChatThread.needed(events, after: sequence), directory: Story.directory)
        #expect(ChatThread(events).telling(after: sequence, in: needed) == telling, "the same in fewer words")
        return telling
    }

    @Test("a thread tells who is paged and why, who has it, and notes in full, but no attempts and no bookkeeping")
    func lines() throws {
        let events = try Self.events { story in
            try story.fire("db")
            try story.wait(.minutes(6))
            try story.tell(.acknowledge(Self.id, by: "ana", via: .slack))
            try story.tell(.note(Self.id, text: "restarting it", by: Actor(user: "ana", via: .slack)))
            try story.resolve("db")
        }
        let telling = try #require(Self.telling(events))
        let starts = [
            "Opened as sev2", "Step 1 of", "Step 2 of", "Acknowledged by Ana", "Note by Ana", "Resolved: all",
        ]
        #expect(telling.lines.count == starts.count)
        for (line, start) in zip(telling.lines, starts) {
            #expect(line.sentence.hasPrefix(start), "\(line.sentence)")
        }
        #expect(telling.lines.compactMap(\.body) == ["restarting it"])
        #expect(telling.through == ChatThread(events).newest)
        #expect(Self.telling(events, after: telling.through) == nil)
    }

    @Test("told in any two parts, a thread says what it says when told at once")
    func parts() throws {
        let events = try Self.events { story in
            try story.fire("db")
            try story.wait(.minutes(20))
            try story.tell(.acknowledge(Self.id, by: "ben", via: .api))
            try story.resolve("db")
        }
        let whole = try #require(Self.telling(events)).lines
        for event in events {
            let first = Self.telling(events.filter { $0.sequence <= event.sequence })
            let second = Self.telling(events, after: first?.through ?? 0)
            #expect((first?.lines ?? []) + (second?.lines ?? []) == whole)
        }
    }

    @Test("a storm of alerts is five lines and a number, and a long absence is told in a few messages, each complete")
    func storm() throws {
        let events = try Self.events { story in
            try story.fire("db")
            for number in 1...100 {
                try story.tell(.note(Self.id, text: "note \(number)", by: Actor(user: "ana", via: .api)))
            }
        }
        var told: [String] = []
        var after: Int64 = 0
        var messages = 0
        while let telling = Self.telling(events, after: after) {
            #expect(telling.lines.count <= ChatThread.longestTelling + 2 && telling.through > after)
            told += telling.lines.compactMap(\.body)
            after = telling.through
            messages += 1
        }
        #expect(told == (1...100).map { "note \($0)" })
        #expect((4...6).contains(messages))

        let fired = (2...30).map { number in
            let alert = AlertFired(
                incident: Self.id, alert: AlertKey(integration: "prod", key: "a\(number)"), severity: .sev2,
                isNewEpisode: false)
            return Event(sequence: Int64(1000 + number), at: Story.start, payload: .alertFired(alert))
        }
        let alerts = try #require(Self.telling(events + fired, after: after))
        #expect(alerts.lines.count == 6 && alerts.lines.last?.sentence == "24 more alerts fired")
        #expect(alerts.through == 1030)
    }

    @Test("a plan has a button of its own name where it was told of last, while it waits for a yes")
    func approval() async throws {
        let (engine, desk, _) = try await RollbackDeskTests.open()
        func buttons() async throws -> [ChatButton] {
            let events = try await engine.events(of: Self.id)
            let entries = TimelineEntry.timeline(events, directory: RollbackDeskTests.directory)
            return ChatThread(events).telling(after: 0, in: entries)?.lines.flatMap(\.buttons) ?? []
        }
        _ = await desk.answer("rollback to 3", from: RollbackDeskTests.ana, here: nil, request: nil)
        let planned = try await buttons()
        #expect(planned.map(\.line) == ["rollback approve 1-1"])
        #expect(planned.map(\.question) == ["ranker goes from version 2 to version 3."])
        _ = await desk.answer("rollback approve", from: RollbackDeskTests.ana, here: nil, request: nil)
        #expect(try await buttons().count == 1, "a second yes is asked for")
        _ = await desk.answer("rollback cancel", from: RollbackDeskTests.ana, here: nil, request: nil)
        #expect(try await buttons().isEmpty)
        _ = await desk.answer("rollback", from: RollbackDeskTests.ana, here: nil, request: nil)
        #expect(try await buttons().map(\.line) == ["rollback approve 1-2"])
    }

    @Test("the incident's message says how far its rollback is, and how it ended")
    func card() async throws {
        let (engine, desk, _) = try await RollbackDeskTests.open()
        #expect(IncidentCard(Self.id, engine)?.rollback == nil)
        _ = await desk.answer("rollback", from: RollbackDeskTests.ana, here: nil, request: nil)
        #expect(IncidentCard(Self.id, engine)?.rollback == "version 2 → 1: waits for a yes")
        _ = await desk.answer("rollback approve", from: RollbackDeskTests.ana, here: nil, request: nil)
        await engine.rollbackEnds(1)
        #expect(IncidentCard(Self.id, engine)?.rollback == "version 2 → 1: succeeded")
    }
}
