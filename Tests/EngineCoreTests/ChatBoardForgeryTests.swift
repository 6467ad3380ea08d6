import EngineCore
import Incidents
import Testing
import Timekeeping

/// What somebody else wrote under our keys.
@Suite struct ChatBoardForgeryTests {
    @Test("a found telling of what has not happened yet is not believed, and the thread goes on", arguments: [10, 9])
    func future(through: Int64) {
        var board = ChatBoard(keys: ChatKeys(installation: "lab"), seed: 1)
        let now = SteadyInstant(milliseconds: 0)
        let known = ChatSituation.Known(message: PostedMessage(channel: "C1", id: "1.1"), toldThrough: 5)
        let situation = ChatSituation(
            incident: Incident.ID(42), isOpen: true, isInherited: true, newest: 9, occasion: .refresh,
            rooms: [ChatWorld.ml: known])
        board.changed(situation, now: now)
        var steps: [ChatAction.Step] = []
        for second in 0..<120 {
            let now = now + .seconds(second)
            for action in board.tick(now: now) {
                steps.append(action.step)
                switch action.step {
                case .findTold: board.ended(action, .told(message: "1.2", through: through), now: now)
                case .tell: board.ended(action, .told(message: "1.3", through: 9), now: now)
                case .record: board.ended(action, .recorded, now: now)
                case .post, .find, .update: board.ended(action, .unneeded, now: now)
                }
            }
        }
        let told = steps.filter { if case .tell = $0 { true } else { false } }
        #expect(told == (through > 9 ? [.tell(PostedMessage(channel: "C1", id: "1.1"), after: 5)] : []))
        #expect(steps.contains(.findTold(PostedMessage(channel: "C1", id: "1.1"))))
    }
}
