import EngineCore
import Incidents
import Testing
import Timekeeping

/// Who is posted first, answer by answer.
@Suite struct ChatBoardOrderTests {
    private static let room = ChatRoom(platform: "slack", name: "#ml")
    private static let start = SteadyInstant(milliseconds: 1_790_000_000_000)

    private static func inherited(_ number: Int) -> ChatSituation {
        ChatSituation(
            incident: Incident.ID(number), isOpen: true, isInherited: true, newest: 1, occasion: .refresh,
            rooms: [room: ChatSituation.Known()])
    }

    @Test("after a start all are looked for at once, and posted in order of number whichever answer comes first")
    func searchesDoNotOvertake() throws {
        var board = ChatBoard(keys: ChatKeys(installation: "lab"), seed: 1)
        var now = Self.start
        for number in [3, 4, 5] { board.changed(Self.inherited(number), now: now) }
        let searches = board.tick(now: now)
        #expect(searches.map(\.spot.incident.number) == [3, 4, 5])
        var posted: [Int] = []
        func take(_ actions: [ChatAction]) {
            for action in actions {
                guard case .post = action.step else { continue }
                posted.append(action.spot.incident.number)
                board.ended(action, .shown(PostedMessage(channel: "C1", id: "\(posted.count)")), now: now)
            }
        }
        for search in searches.reversed() {
            now = now + .milliseconds(10)
            board.ended(search, .notFound, now: now)
            take(board.tick(now: now))
            #expect(posted == (search.spot.incident.number == 3 ? [3] : []))
        }
        while posted.count < 3, let next = board.nextDeadline {
            now = max(next, now)
            take(board.tick(now: now))
        }
        #expect(posted == [3, 4, 5])
    }
}
