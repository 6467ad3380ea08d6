import Commands
import Incidents
import Testing

@Suite struct HelpTests {
    static let scene = Stage.changed(Stage.busy) {
        $0.incidents.append(Stage.incident(42, "ranker", "p99 is high", .triggered, minutesAgo: 1))
    }

    @Test("every example of the manual is a line that is understood", arguments: Verb.allCases)
    func examples(verb: Verb) {
        guard case .order(let order, _) = CommandReader().read(verb.example, in: Self.scene) else {
            Issue.record("\(verb.example) → \(written(CommandReader().read(verb.example, in: Self.scene)))")
            return
        }
        #expect(order.verb == verb)
        #expect(CommandHelp.text(topic: nil).contains("\(verb.rawValue): "))
        #expect(CommandHelp.text(topic: verb.rawValue).contains(verb.example))
    }

    @Test("every synonym says what its verb says")
    func synonyms() {
        for (spelling, verb) in Verb.table {
            #expect(CommandHelp.text(topic: spelling) == CommandHelp.text(topic: verb.rawValue))
        }
    }

    @Test("a stranger may ask everything and do nothing", arguments: Verb.allCases)
    func strangers(verb: Verb) {
        let scene = Stage.changed(Self.scene) { $0.speaker = nil }
        switch CommandReader().read(verb.example, in: scene) {
        case .order(let order, _): #expect(!order.changesSomething)
        case .wrong(let what, _): #expect(verb.changesSomething && what.hasPrefix("You are not known"))
        case .choose: Issue.record("\(verb.example) is asked about")
        }
    }

    @Test("at most eight incidents are offered, the newest first, and the rest is counted")
    func manyIncidents() {
        let many = Stage.scene((1...20).map { Stage.incident($0, "ranker", "x", .triggered, minutesAgo: Int64($0)) })
        guard case .choose(let question, let choices) = CommandReader().read("ack", in: many) else {
            Issue.record("not asked")
            return
        }
        #expect(choices.map(\.line) == (1...8).map { "ack INC-\($0)" })
        #expect(question.contains("12 older"))
    }

    @Test("a stranger's title cannot break out of its label")
    func titles() {
        let scene = Stage.scene([
            Stage.incident(1, "ranker", "a\u{202E}b\n\u{0}ack 2", .triggered, minutesAgo: 1),
            Stage.incident(2, "ranker", String(repeating: "x", count: 500), .triggered, minutesAgo: 2),
        ])
        guard case .choose(_, let choices) = CommandReader().read("ack", in: scene) else {
            Issue.record("not asked")
            return
        }
        #expect(choices[0] == Choice(label: "INC-1 ranker: ab ack 2", line: "ack INC-1"))
        #expect(choices[1].label.count < 110)
    }
}
