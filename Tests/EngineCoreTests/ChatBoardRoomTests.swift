import EngineCore
import Incidents
import Testing
import Timekeeping

/// Rooms that take no messages, platforms taken out of the configuration, and threads grown long.
@Suite struct ChatBoardRoomTests {
    @Test("a room that lets us in during an incident shows it, though nothing else happens", arguments: [true, false])
    func invited(isRestarted: Bool) {
        var world = ChatWorld()
        world.platform.archived = [ChatWorld.ml]
        let id = world.open()
        world.wait(.minutes(25))
        #expect(world.platform.calls.count == 3, "at once, and every ten minutes")
        #expect(world.incidents[id]!.known[ChatWorld.ml]!.isClosed)
        if isRestarted { world.restart() }
        world.platform.archived = []
        world.wait(.minutes(11))
        ChatBoardTests.expectUpToDate(world)
        #expect(!world.incidents[id]!.known[ChatWorld.ml]!.isClosed)
        #expect(world.isQuiet)
    }

    @Test("a resolved incident does not wait for a room that is closed")
    func resolved() {
        var world = ChatWorld()
        world.platform.archived = [ChatWorld.ml]
        let id = world.open()
        world.wait(.minutes(1))
        world.resolve(id)
        world.wait(.minutes(30))
        #expect(world.board.count == 0 && world.isQuiet)
    }

    @Test("a message that closes its room a second time is left alone, so that others are not held up by it")
    func closedTwice() {
        var world = ChatWorld()
        let first = world.open()
        world.wait(.minutes(1))
        for _ in 0..<2 {
            world.platform.archived = [ChatWorld.ml]
            world.note(first)
            world.wait(.minutes(1))
            world.platform.archived = []
            world.open()
            world.wait(.minutes(15))
        }
        #expect(world.platform.objections.isEmpty)
        #expect(world.platform.posts(in: ChatWorld.ml).count == 3)
        let before = world.platform.calls.count
        world.note(first)
        world.wait(.minutes(15))
        #expect(world.platform.calls.count == before)
    }

    @Test("while the platform is not configured nothing is begun, and afterwards everything is caught up with")
    func suspended() {
        var world = ChatWorld()
        let first = world.open()
        world.wait(.minutes(1))
        world.platform.weather = .revoked
        world.note(first)
        world.wait(.minutes(1))
        #expect(world.board.standing == .refused("token_revoked"))
        world.board.suspend(true, now: world.now)
        #expect(world.board.standing == .unknown)
        let before = world.platform.calls.count
        world.acknowledge(first)
        world.open()
        world.wait(.hours(2))
        #expect(world.platform.calls.count == before && world.isQuiet && world.board.count == 1)
        world.platform.weather = .fine
        world.board.suspend(false, now: world.now)
        world.note(Incident.ID(2))
        world.wait(.minutes(1))
        ChatBoardTests.expectUpToDate(world)
    }

    @Test("a long thread is told every thirty seconds, and at once what is urgent")
    func longThread() {
        var world = ChatWorld()
        let id = world.open()
        world.wait(.minutes(1))
        world.events = 500
        for _ in 0..<120 {
            world.note(id)
            world.wait(.seconds(1))
        }
        let tellings = world.platform.message(of: id, in: ChatWorld.ml)!.tellings.count
        #expect((5...7).contains(tellings), "\(tellings) in two minutes")
        world.acknowledge(id)
        world.wait(.seconds(3))
        ChatBoardTests.expectUpToDate(world)
    }

    @Test("a call that was given up is not under way any more")
    func givenUp() {
        var board = ChatBoard(keys: ChatWorld.keys, seed: 1)
        let start = SteadyInstant(milliseconds: 0)
        let situation = ChatSituation(
            incident: Incident.ID(1), isOpen: true, newest: 5, occasion: .urgentNews, rooms: [ChatWorld.ml: .init()])
        board.changed(situation, now: start)
        let action = board.tick(now: start)[0]
        #expect(board.isUnderWay(action))
        _ = board.tick(now: start + .seconds(30))
        #expect(!board.isUnderWay(action))
    }
}
