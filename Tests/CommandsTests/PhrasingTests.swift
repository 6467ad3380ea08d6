import Commands
import Incidents
import OnCall
import Testing

/// What somebody said, and what it must do. "! words" is a refusal that says these words, "? a | b" are the choices.
struct Phrasing: CustomTestStringConvertible {
    let said: String
    let means: String
    let scene: Scene

    init(_ said: String, _ means: String, _ scene: Scene = Stage.busy) {
        self.said = said
        self.means = means
        self.scene = scene
    }

    var testDescription: String { said }

    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        let reading = written(CommandReader().read(said, in: scene))
        if means.hasPrefix("! ") {
            #expect(
                reading.hasPrefix("! ") && reading.contains(means.dropFirst(2)), "\(said) → \(reading)",
                sourceLocation: sourceLocation)
        } else {
            #expect(reading == means, "\(said)", sourceLocation: sourceLocation)
        }
    }
}

@Suite struct PhrasingTests {
    static let responding = [
        Phrasing("ack INC-41", "ack INC-41"),
        Phrasing("Ack 41 42", "ack INC-41 INC-42"),
        Phrasing("acknowledge #41, #42 and inc-40", "ack INC-41 INC-42 INC-40"),
        Phrasing("ack", "? ack INC-42 | ack INC-41"),
        Phrasing("ack", "ack INC-7", Stage.calm),
        Phrasing("ack", "ack INC-41", Stage.thread),
        Phrasing("ack", "! Nothing waits for an acknowledgement", Stage.idle),
        Phrasing(
            "ack all", "ack INC-42 INC-41 [INC-42 billing: refunds fail, INC-41 ranker: p99 is high]"),
        Phrasing("ack 99", "! There is no INC-99"),
        Phrasing("ack INC-99999999999999999999999", "! There is no INC-99999999999999999999999"),
        Phrasing("take 41", "take INC-41"),
        Phrasing("take 41 42", "! One incident at a time"),
        Phrasing("resolve INC-41", "resolve INC-41"),
        Phrasing("closed #41 please!", "resolve INC-41"),
        Phrasing("resolve", "? resolve INC-42 | resolve INC-41 | resolve INC-40"),
        Phrasing("resolve all", "? resolve INC-42 INC-41 INC-40"),
        Phrasing("resolve", "! Nothing is open", Stage.idle),
        Phrasing("reopen", "reopen INC-39"),
        Phrasing("escalate 41", "escalate INC-41"),
        Phrasing("runbook", "runbook INC-41", Stage.thread),
        Phrasing("postmortem", "postmortem INC-39"),
        Phrasing("post mortem 39", "postmortem INC-39"),
        Phrasing("rollback ranker INC-41", "rollback INC-41"),
        Phrasing("roll back billing", "rollback INC-42"),
        Phrasing("rollback rankr INC-41", "! Did you mean ranker? Say: rollback ranker INC-41"),
        Phrasing("list", "list"),
        Phrasing("incidents?", "list"),
        Phrasing("contacts", "contacts"),
        Phrasing("", "help"),
        Phrasing("help", "help"),
        Phrasing("help acknowledge", "help ack"),
        Phrasing("help me please", "help"),
    ]

    static let paging = [
        Phrasing("page ben INC-41", "page user ben about INC-41"),
        Phrasing("page @ben about 41", "page user ben about INC-41"),
        Phrasing("page ben and chi about INC-41", "page user ben, user chi about INC-41"),
        Phrasing("page schedule primary 41", "page schedule primary about INC-41"),
        Phrasing("page primary", "page schedule primary about INC-7", Stage.calm),
        Phrasing("page <@U02BEN|ana> 41", "page user ben about INC-41"),
        Phrasing("page <@U99XXX> 41", "! There is no user or schedule '<@U99XXX>'"),
        Phrasing("page \"Ben Okafor\" 41", "page user ben about INC-41"),
        Phrasing("page “ben okafor” 41", "page user ben about INC-41"),
        Phrasing("page ben okafor about 41", "page user ben about INC-41"),
        Phrasing("page me 41", "page user ana about INC-41"),
        Phrasing("page bem INC-41", "! Did you mean ben? Say: page ben INC-41"),
        Phrasing("page Ben INC-41", "! Did you mean ben? Say: page ben INC-41"),
        Phrasing("page ops 41", "? page user ops 41 | page schedule ops 41"),
        Phrasing("page dia 41", "? page user dia1 41 | page user dia2 41"),
        Phrasing("page ml 41", "? page user ana 41 | page user ben 41"),
        Phrasing("page ranker 41", "! 'ranker' is a service"),
        Phrasing("page ben", "? page INC-42 ben | page INC-41 ben | page INC-40 ben"),
        Phrasing("page 41", "! Say whom to page"),
    ]

    static let assigning = [
        Phrasing("assign INC-41 to ben", "assign INC-41 to ben"),
        Phrasing("Assign #41 @ben", "assign INC-41 to ben"),
        Phrasing("reassign 41 to <@U02BEN|ben>", "assign INC-41 to ben"),
        Phrasing("hand 41 over to ben okafor", "assign INC-41 to ben"),
        Phrasing("hand over 41 to ben", "assign INC-41 to ben"),
        Phrasing("assign ben", "assign INC-7 to ben", Stage.calm),
        Phrasing("hand it to ben", "assign INC-7 to ben", Stage.calm),
        Phrasing("assign to ben", "assign INC-41 to ben", Stage.thread),
        Phrasing("assign 41 to me", "take INC-41"),
        Phrasing("assign 41 to ana", "take INC-41"),
        Phrasing("assign 41", "! Say who is to have it"),
        Phrasing("assign 41 to ben and chi", "! There is no user 'and'"),
        Phrasing("assign 41 to ben chi", "! An incident has one owner"),
        Phrasing("assign 41 42 to ben", "! One incident at a time"),
        Phrasing("assign 41 to bem", "! Did you mean ben? Say: assign 41 to ben"),
        Phrasing("assign 41 to primary", "! "),
        Phrasing("assign 41 to ml", "? assign 41 to user ana | assign 41 to user ben"),
        Phrasing("assign 41 to dia", "? assign 41 to user dia1 | assign 41 to user dia2"),
        Phrasing("assign 99 to ben", "! There is no INC-99"),
        Phrasing("assign ben", "? assign INC-42 ben | assign INC-41 ben | assign INC-40 ben"),
        Phrasing("can somebody assign this to ben", "! "),
    ]

    static let declaring = [
        Phrasing("declare ranker p99 is high", "declare sev2 ranker: p99 is high"),
        Phrasing("declare sev1 ranker: p99 is high", "declare sev1 ranker: p99 is high"),
        Phrasing("declare sev 1 ranker - p99 is high!", "declare sev1 ranker: p99 is high!"),
        Phrasing("declare \"p99 is high\" service ranker sev3", "declare sev3 ranker: p99 is high"),
        Phrasing("declare billing api: refunds fail", "declare sev2 billing: refunds fail"),
        Phrasing(
            "declare everything is slow",
            "? declare sev2 service billing: everything is slow | declare sev2 service ranker: everything is slow"),
        Phrasing("declare everything is slow", "declare sev2 ranker: everything is slow", Stage.loneService),
        Phrasing(
            "declare ranker is down sev1",
            "? declare sev1 service ranker: is down sev1 | declare sev2 service ranker: is down sev1"),
        Phrasing("declare rankr: p99 is high", "! Did you mean ranker? Say: declare ranker: p99 is high"),
        Phrasing("declare service rankr p99", "! Did you mean ranker?"),
        Phrasing("declare sev9 ranker x", "! There is no sev9"),
        Phrasing("declare ranker", "! Say what is wrong"),
        Phrasing("declare ranker: is it slow?", "declare sev2 ranker: is it slow?"),
    ]

    static let noting = [
        Phrasing("note INC-41 restarted it\n  twice", "note INC-41 restarted it\n  twice"),
        Phrasing("note INC-41: why is it slow?", "note INC-41 why is it slow?"),
        Phrasing("note do not ack this!", "note INC-7 do not ack this!", Stage.calm),
        Phrasing("note 41 restarted", "note INC-41 restarted"),
        Phrasing("note 500 errors a minute", "note INC-7 500 errors a minute", Stage.calm),
        Phrasing(
            "note 42 errors a minute", "? note INC-42 errors a minute | note INC-41 42 errors a minute", Stage.thread),
        Phrasing("note #99 is down", "! There is no INC-99"),
        Phrasing("note", "! There is nothing in the note", Stage.calm),
        Phrasing("sev1 INC-41", "sev1 INC-41"),
        Phrasing("severity INC-41 sev1", "sev1 INC-41"),
        Phrasing("severity 41 to critical", "sev1 INC-41"),
        Phrasing("sev3", "sev3 INC-41", Stage.thread),
        Phrasing("sev 1 41", "sev1 INC-41"),
        Phrasing("sev 41 1", "sev1 INC-41"),
        Phrasing("sev 3", "? sev3", Stage.thread),
        Phrasing("sev 1 2", "! There is no INC-2"),
        Phrasing("sev5 INC-41", "! There is no sev5"),
        Phrasing("sev1 ranker is down", "! To open an incident, say: declare"),
    ]

    static let refusing = [
        Phrasing("do not ack", "! A command begins with its verb"),
        Phrasing("don't resolve 41", "! A command begins with its verb"),
        Phrasing("don’t resolve 41", "! A command begins with its verb"),
        Phrasing("ack?", "! That is a question"),
        Phrasing("resolve 41 ?", "! That is a question"),
        Phrasing("should I resolve 41?", "! A command begins with its verb"),
        Phrasing("I think we should resolve INC-41 soon", "! A command begins with its verb"),
        Phrasing("INC-41 ack", "! Say: ack INC-41"),
        Phrasing("resolve 41 tomorrow", "! 'tomorrow' is not understood"),
        Phrasing("ack all but 41", "! 'all' is not understood"),
        Phrasing("resolve everything except 41", "! 'everything' is not understood"),
        Phrasing("ack not 41", "! 'not' is not understood"),
        Phrasing("ack 41\nresolve 42", "! 'resolve' is not understood"),
        Phrasing("ackk 41", "! Did you mean ack?"),
        Phrasing("❌ resolve 41", "! There is no command '❌'"),
        Phrasing("resolve 41 ❌", "! '❌' is not understood"),
        Phrasing("page \"ben\u{0} okafor\" 41", "! There is no user"),
        Phrasing("take\u{0} 41", "! There is no command"),
        Phrasing("silence a=\"why? so\" 2h?", "! That is a question"),
        Phrasing("\"resolve\" 41", "! A command begins with its verb"),
        Phrasing("<@U02BEN> ack 41", "! There is no command"),
        Phrasing("re\u{200B}solve 41", "! There is no command 're'"),
        Phrasing("resоlve 41", "! There is no command"),  // a Cyrillic о
        Phrasing("ack 41", "! You are not known here", Stage.stranger),
        // Somebody is asked to take it; that is not the speaker, whether the one asked is known or not.
        Phrasing("<@UCAROL> take 41", "! There is no command"),
        Phrasing("@tocsin <@UCAROL> take 41", "! There is no command"),
        Phrasing("@tocsin <@U02BEN> take 41", "! There is no command"),
        Phrasing("who is on call?", "who ", Stage.stranger),
        Phrasing("list", "list", Stage.stranger),
    ]

    static let tolerating = [
        Phrasing("@tocsin please ack 41, thanks!", "ack INC-41"),
        Phrasing("@tocsin: ack 41 :white_check_mark:", "ack INC-41"),
        Phrasing("👀 ack\u{A0}41.", "ack INC-41"),
        Phrasing("  ACK\t  inc-41  ", "ack INC-41"),
        Phrasing("ack: 41", "ack INC-41"),
        Phrasing("please", "help"),
    ]

    @Test("responding to incidents", arguments: responding) func respond(_ phrasing: Phrasing) { phrasing.check() }
    @Test("paging people", arguments: paging) func page(_ phrasing: Phrasing) { phrasing.check() }
    @Test("handing over", arguments: assigning) func assign(_ phrasing: Phrasing) { phrasing.check() }
    @Test("declaring an incident", arguments: declaring) func declare(_ phrasing: Phrasing) { phrasing.check() }
    @Test("noting and judging", arguments: noting) func note(_ phrasing: Phrasing) { phrasing.check() }
    @Test("what was not meant is not done", arguments: refusing) func refuse(_ phrasing: Phrasing) { phrasing.check() }
    @Test("what means nothing is forgiven", arguments: tolerating) func tolerate(_ phrasing: Phrasing) {
        phrasing.check()
    }
    @Test("a line with more meanings than can be asked about is refused or cut, and soon")
    func manyMeanings() {
        var large = Stage.busy
        large.directory.teams["ml"] = .init(id: "ml", members: (0..<100).map { UserID(rawValue: "u\($0)") } + ["ben"])
        for line in ["ml ", "ops dia ml ", "\"", "“ ", "' ", "9-6 ", "(", "#1 ", "41 "] {
            let verbs = ["page", "override primary", "declare", "ack"]
            for verb in verbs {
                let long = "\(verb) " + String(repeating: line, count: 3900 / line.unicodeScalars.count)
                #expect(FuzzTests.complaint(about: CommandReader().read(long, in: large), to: long, in: large) == nil)
            }
        }
    }

    @Test("a line that is too long is refused whole")
    func long() {
        Phrasing(
            "note INC-41 " + String(repeating: "x", count: 3988), "note INC-41 " + String(repeating: "x", count: 3988)
        )
        .check()
        Phrasing("note INC-41 " + String(repeating: "x", count: 3989), "! longer than 4000 characters").check()
    }
}
