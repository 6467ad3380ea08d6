import EngineCore
import Incidents
import Testing
import Timekeeping

/// Whole stories of messages in a chat, told against a platform that objects to nonsense.
@Suite struct ChatBoardTests {
    /// Every incident has one message, which says what is so now, and a complete thread.
    static func expectUpToDate(
        _ world: ChatWorld, in room: ChatRoom = ChatWorld.ml, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(world.platform.objections.isEmpty, sourceLocation: sourceLocation)
        for (id, story) in world.incidents.sorted(by: { $0.key < $1.key }) where story.rooms.contains(room) {
            let messages = world.platform.posts(in: room).filter { $0.incident == id }
            #expect(messages.count == 1, "\(id)", sourceLocation: sourceLocation)
            #expect(messages.first?.version == story.version, "\(id)", sourceLocation: sourceLocation)
            #expect(messages.first?.told == story.news, "\(id)", sourceLocation: sourceLocation)
        }
    }

    @Test("opened, acknowledged, resolved: one message throughout, and a thread that tells each as it happens")
    func wholeIncident() {
        var world = ChatWorld()
        let id = world.open()
        world.wait(.seconds(2))
        Self.expectUpToDate(world)
        world.wait(.minutes(1))
        world.acknowledge(id)
        world.wait(.milliseconds(100))
        #expect(world.platform.message(of: id, in: ChatWorld.ml)?.version == world.incidents[id]?.version)
        world.wait(.minutes(4))
        world.resolve(id)
        world.wait(.seconds(2))
        Self.expectUpToDate(world)
        #expect(world.platform.calls { if case .post = $0 { true } else { false } } == 1)
        #expect(world.platform.calls { if case .update = $0 { true } else { false } } == 2)
        #expect(world.platform.calls { if case .tell = $0 { true } else { false } } == 3)
        #expect(world.board.count == 0, "nothing is left to look after")
        #expect(world.isQuiet)
    }

    @Test("a burst of changes makes one update at once and then one every three seconds, the last included")
    func burst() {
        var world = ChatWorld()
        let id = world.open()
        world.wait(.minutes(1))
        for _ in 0..<100 {
            world.count(id)
            world.wait(.milliseconds(100))
        }
        world.wait(.seconds(5))
        Self.expectUpToDate(world)
        let updates = world.platform.calls { if case .update = $0 { true } else { false } }
        #expect((4...5).contains(updates), "\(updates) updates in ten seconds")
    }

    @Test("notes in quick succession are told together, not one message each")
    func notes() {
        var world = ChatWorld()
        let id = world.open()
        world.wait(.minutes(1))
        for _ in 0..<20 {
            world.note(id)
            world.wait(.milliseconds(200))
        }
        world.wait(.seconds(10))
        Self.expectUpToDate(world)
        #expect(world.platform.message(of: id, in: ChatWorld.ml)!.tellings.count <= 3)
    }

    @Test("an update that would change nothing is not sent and uses nothing up")
    func nothingNew() {
        var world = ChatWorld()
        let id = world.open()
        world.wait(.minutes(1))
        world.count(id)
        world.incidents[id]!.version -= 1
        world.wait(.minutes(1))
        let before = world.platform.calls.count
        world.restart()
        world.wait(.minutes(1))
        #expect(world.platform.calls.count <= before + 1)
        #expect(world.isQuiet)
    }

    @Test("away for twenty minutes with forty incidents: afterwards each has one message and one digest, in order")
    func away() {
        var world = ChatWorld()
        for _ in 0..<5 { world.open() }
        world.wait(.minutes(1))
        world.platform.weather = .away
        for number in 6...40 {
            let id = world.open()
            world.wait(.seconds(10))
            world.acknowledge(id)
            world.note(id)
            if number % 5 == 0 { world.resolve(id) }
            world.wait(.seconds(10))
        }
        for number in 1...3 { world.acknowledge(Incident.ID(number)) }
        world.wait(.minutes(8))
        let tries = world.platform.calls.count
        #expect(tries < 60, "\(tries) calls")
        world.platform.weather = .fine
        let back = world.now
        world.wait(.minutes(4))
        Self.expectUpToDate(world)
        let posts = world.platform.calls.filter { call in
            if case .post = call.step, call.at >= back { true } else { false }
        }.map(\.spot.incident)
        let open = posts.filter { world.incidents[$0]!.isOpen }
        #expect(open == open.sorted())
        #expect(Array(posts.suffix(7)) == (2...8).map { Incident.ID($0 * 5) }, "the resolved ones come last")
        for number in 6...40 {
            #expect(world.platform.message(of: Incident.ID(number), in: ChatWorld.ml)!.tellings.count == 1)
        }
        #expect(world.board.count == 33, "the open ones are looked after, the resolved ones are not any more")
        #expect(world.isQuiet)
    }

    @Test("too many requests: that kind of call stops in that room for as long as was asked, and nothing is lost")
    func rationed() {
        var world = ChatWorld()
        world.platform.rationsToGive = [.seconds(30), .seconds(17)]
        for _ in 0..<10 { world.open() }
        world.wait(.minutes(2))
        Self.expectUpToDate(world)
        world.platform.rationsToGive = [.minutes(20)]
        for number in 1...10 { world.acknowledge(Incident.ID(number)) }
        world.wait(.minutes(25))
        Self.expectUpToDate(world)
    }

    @Test("a hundred incidents change at once: updates stay within forty a minute, and all arrive")
    func manyUpdates() {
        var world = ChatWorld()
        for _ in 0..<100 { world.open() }
        world.wait(.minutes(6))
        for number in 1...100 { world.acknowledge(Incident.ID(number)) }
        world.wait(.minutes(6))
        Self.expectUpToDate(world)
    }

    @Test(
        "a lost answer to a post or a telling is looked into before anything is said again", arguments: [true, false])
    func lostAnswers(wasDone: Bool) {
        var world = ChatWorld()
        world.platform.answersToLose = [wasDone]
        let id = world.open()
        world.wait(.minutes(1))
        Self.expectUpToDate(world)
        world.acknowledge(id)
        world.wait(.milliseconds(100))
        // The update has gone through; the answer to the telling is the next.
        world.platform.answersToLose = [wasDone, wasDone]
        world.wait(.minutes(1))
        Self.expectUpToDate(world)
        #expect(world.platform.calls { if case .find = $0 { true } else { false } } == 1)
    }

    @Test("an archived room is recorded, is tried again by one incident in ten minutes, and others go on")
    func archived() {
        var world = ChatWorld()
        let first = world.open(rooms: [ChatWorld.ml, ChatWorld.web])
        world.wait(.minutes(1))
        world.platform.archived = [ChatWorld.ml]
        world.acknowledge(first)
        world.wait(.seconds(10))
        #expect(world.incidents[first]!.known[ChatWorld.ml]!.isClosed)
        for _ in 0..<50 { world.open(rooms: [ChatWorld.ml, ChatWorld.web]) }
        world.wait(.minutes(35))
        Self.expectUpToDate(world, in: ChatWorld.web)
        let tries = world.platform.calls.count { $0.spot.room == ChatWorld.ml && $0.spot.incident > first }
        #expect(tries == 3)
        world.platform.archived = []
        world.wait(.minutes(15))
        #expect(world.platform.objections.isEmpty)
        Self.expectUpToDate(world)
        #expect(world.incidents.values.allSatisfy { $0.known[ChatWorld.ml]?.isClosed == false })
    }

    @Test("a token revoked stops everything, is said, is tried every five minutes, and nothing is lost")
    func revoked() {
        var world = ChatWorld()
        let id = world.open()
        world.wait(.minutes(1))
        world.platform.weather = .revoked
        world.acknowledge(id)
        for _ in 0..<10 { world.open() }
        let before = world.platform.calls.count
        world.wait(.minutes(21))
        #expect(world.board.standing == .refused("token_revoked"))
        #expect(world.platform.calls.count - before <= 5)
        world.platform.weather = .fine
        world.wait(.minutes(6))
        Self.expectUpToDate(world)
        #expect(world.standings == [.unknown, .accepted, .refused("token_revoked"), .accepted])
    }

    @Test("a message somebody deleted is posted anew once; the second time it is left alone, and recorded")
    func deleted() {
        var world = ChatWorld()
        let id = world.open()
        world.wait(.minutes(1))
        world.platform.delete(id, in: ChatWorld.ml)
        world.acknowledge(id)
        world.wait(.minutes(1))
        #expect(world.platform.posts(in: ChatWorld.ml).count == 1)
        #expect(world.platform.message(of: id, in: ChatWorld.ml)!.version == world.incidents[id]!.version)
        world.platform.delete(id, in: ChatWorld.ml)
        world.note(id)
        world.wait(.minutes(1))
        #expect(world.platform.posts(in: ChatWorld.ml).isEmpty)
        #expect(world.incidents[id]!.known[ChatWorld.ml]!.isClosed)
        #expect(world.platform.objections.isEmpty && world.isQuiet)
    }

    @Test("a message the platform cannot digest does not hold up the others")
    func indigestible() {
        var world = ChatWorld()
        world.platform.indigestible = [Incident.ID(1)]
        for _ in 0..<10 { world.open() }
        world.wait(.minutes(6))
        #expect(world.platform.posts(in: ChatWorld.ml).map(\.incident.number) == Array(2...10))
        world.platform.indigestible = []
        world.wait(.minutes(10))
        Self.expectUpToDate(world)
    }

    @Test("while the log is unavailable messages go on, and the facts are recorded when it is back")
    func logDown() {
        var world = ChatWorld()
        world.logIsUp = false
        let id = world.open()
        world.wait(.minutes(1))
        world.acknowledge(id)
        world.wait(.minutes(1))
        Self.expectUpToDate(world)
        #expect(world.incidents[id]!.known.isEmpty)
        world.logIsUp = true
        world.wait(.minutes(2))
        let known = world.incidents[id]!.known[ChatWorld.ml]
        #expect(known?.message != nil && known?.toldThrough == world.incidents[id]!.news.last)
        #expect(world.isQuiet)
    }

    @Test("killed at any moment of an incident and started again: one message, a thread told once")
    func restartAnywhere() {
        for milliseconds in stride(from: 0, through: 8000, by: 40) {
            for logIsUp in [true, false] {
                var world = ChatWorld()
                world.logIsUp = logIsUp
                let steps: [(inout ChatWorld) -> Void] = [
                    { $0.open() }, { $0.acknowledge(Incident.ID(1)) }, { $0.note(Incident.ID(1)) },
                    { $0.resolve(Incident.ID(1)) },
                ]
                var isKilled = false
                for (index, step) in steps.enumerated() {
                    step(&world)
                    let left = milliseconds - index * 2000
                    if !isKilled, left <= 2000 {
                        world.wait(.milliseconds(max(0, left)))
                        world.logIsUp = true
                        world.restart()
                        isKilled = true
                    }
                    world.wait(.seconds(2))
                }
                world.wait(.minutes(1))
                Self.expectUpToDate(world)
                #expect(world.isQuiet)
            }
        }
    }

    @Test("an incident that tells another team later gets its message and whole thread there too")
    func secondRoom() {
        var world = ChatWorld()
        let id = world.open()
        world.wait(.minutes(5))
        world.incidents[id]!.rooms.append(ChatWorld.web)
        world.acknowledge(id)
        world.wait(.minutes(1))
        Self.expectUpToDate(world)
        Self.expectUpToDate(world, in: ChatWorld.web)
    }

    @Test("a resolved incident that is reopened goes on in its message")
    func reopened() {
        var world = ChatWorld()
        let id = world.open()
        world.wait(.minutes(1))
        world.resolve(id)
        world.wait(.minutes(1))
        #expect(world.board.count == 0)
        world.reopen(id)
        world.wait(.minutes(1))
        Self.expectUpToDate(world)
    }

    @Test("a call that is never answered is given up after thirty seconds, and its late answer changes nothing")
    func neverAnswered() {
        var board = ChatBoard(keys: ChatWorld.keys, seed: 1)
        var now = SteadyInstant(milliseconds: 0)
        board.changed(
            ChatSituation(
                incident: Incident.ID(1), isOpen: true, newest: 5, occasion: .urgentNews,
                rooms: [ChatWorld.ml: .init()]), now: now)
        let post = board.tick(now: now)
        #expect(post.map(\.step) == [.post(key: "x/INC-1/card/first")])
        now = board.nextDeadline!
        #expect(now == SteadyInstant(milliseconds: 30_000))
        #expect(board.tick(now: now).isEmpty)
        board.ended(post[0], .shown(PostedMessage(channel: "C", id: "late")), now: now)
        now = board.nextDeadline!
        #expect(board.tick(now: now).map(\.step) == [.find(key: "x/INC-1/card/first")])
    }
}
