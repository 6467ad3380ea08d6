import EngineCore
import Incidents
import Testing
import Timekeeping

/// Anything may happen at any time; when it stops, everything is in order.
@Suite struct ChatBoardRandomTests {
    /// SplitMix64 (Steele, Lea and Flood, 2014).
    struct Dice {
        private var state: UInt64
        init(seed: UInt64) { state = seed }

        mutating func roll(_ sides: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) % UInt64(sides))
        }
    }

    @Test(
        "in a hundred and twenty random lives nothing is said twice, no budget is broken, and all is up to date at the end"
    )
    func randomLives() {
        for seed in 1...120 {
            let world = Self.live(seed: UInt64(seed))
            let trouble = Self.trouble(world)
            #expect(trouble.isEmpty, "seed \(seed): \(trouble.prefix(3))")
        }
    }

    @Test("a life told twice by the same seed is the same")
    func repeatable() {
        for seed in 1...5 {
            let (one, other) = (Self.live(seed: UInt64(seed)), Self.live(seed: UInt64(seed)))
            #expect(one.platform.calls.map(\.step) == other.platform.calls.map(\.step))
        }
    }

    static func live(seed: UInt64) -> ChatWorld {
        var dice = Dice(seed: seed)
        var latencies = Dice(seed: ~seed)
        var world = ChatWorld(seed: seed)
        world.latency = { .milliseconds(latencies.roll(4) == 0 ? latencies.roll(8000) : latencies.roll(300)) }
        for _ in 0..<(20 + dice.roll(200)) {
            happen(&world, &dice)
            if dice.roll(4) > 0 { trouble(&world, &dice) }
            world.wait(.milliseconds([0, 10, 500, 2000, 30_000][dice.roll(5)] * (1 + dice.roll(3))))
        }
        world.platform.weather = .fine
        world.platform.indigestible = []
        world.platform.rationsToGive = []
        world.platform.answersToLose = []
        world.logIsUp = true
        world.wait(.hours(3))
        return world
    }

    private static func happen(_ world: inout ChatWorld, _ dice: inout Dice) {
        let known = world.incidents.keys.sorted()
        guard !known.isEmpty, dice.roll(5) > 0 else {
            let rooms = [[ChatWorld.ml], [ChatWorld.web], [ChatWorld.ml, ChatWorld.web]][dice.roll(3)]
            world.open(rooms: rooms)
            return
        }
        let id = known[max(0, known.count - 1 - dice.roll(6))]
        switch (dice.roll(6), world.incidents[id]!.isOpen) {
        case (0, true): world.resolve(id)
        case (0, false): world.reopen(id)
        case (1, true): world.acknowledge(id)
        case (2, _), (1, false): world.note(id)
        case (3, true) where world.incidents[id]!.rooms == [ChatWorld.ml]:
            world.incidents[id]!.rooms.append(ChatWorld.web)
            world.acknowledge(id)
        default: world.count(id)
        }
    }

    private static func trouble(_ world: inout ChatWorld, _ dice: inout Dice) {
        switch dice.roll(24) {
        case 0: world.platform.weather = .away
        case 1: world.platform.weather = .revoked
        case 2, 3, 4: world.platform.weather = .fine
        case 5, 6: world.restart()
        case 7: world.logIsUp = false
        case 8, 9: world.logIsUp = true
        case 10: world.platform.rationsToGive.append(.seconds(Int64(1 + dice.roll(60))))
        case 11, 12, 13: world.platform.answersToLose.append(dice.roll(2) == 0)
        case 14: world.platform.indigestible = [Incident.ID(1 + dice.roll(world.incidents.count))]
        case 15, 16: world.platform.indigestible = []
        default: break
        }
    }

    private static func trouble(_ world: ChatWorld) -> [String] {
        var trouble = world.platform.objections
        if !world.isQuiet { trouble.append("something is under way still") }
        for (id, story) in world.incidents.sorted(by: { $0.key < $1.key }) {
            for room in story.rooms {
                let messages = world.platform.posts(in: room).filter { $0.incident == id }
                if messages.count != 1 { trouble.append("\(id) has \(messages.count) messages in \(room)") }
                if messages.last?.version != story.version { trouble.append("\(id) is out of date in \(room)") }
                if messages.last?.told != story.news { trouble.append("\(id): thread in \(room) is incomplete") }
                let known = story.known[room]
                if known?.message?.id != messages.last?.id { trouble.append("\(id): the log does not know of it") }
                if known?.toldThrough != story.news.last { trouble.append("\(id): the log does not know how far") }
            }
        }
        let open = world.incidents.values.filter(\.isOpen).reduce(0) { $0 + $1.rooms.count }
        if world.board.count > open { trouble.append("\(world.board.count) messages are looked after, not \(open)") }
        return trouble
    }
}
