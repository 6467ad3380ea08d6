import Foundation

/// From the runbook to the proof: how it is put right, and what is left of it.
extension DemoStory {
    func runbook() async throws {
        let name = "bad-canary"
        try await stage.step(
            "What to do",
            "The page named a runbook, because the alert's labels match it: symptom, check, decide, act, undo. It is "
                + "linked from the page, and the console shows it.")
        let lines = try await world.run("runbook", "show", name, showing: 14)
        guard lines.contains(where: { $0.hasPrefix("## Act") }) else {
            throw DemoFailure("The runbook \(name) does not say how to act.")
        }
    }

    func plan(_ access: DemoWorld.Access) async throws {
        try await stage.step(
            "A rollback is planned",
            "Ana asks what a rollback would do. A plan changes nothing. It holds for what is served now, and for nothing "
                + "else: should that change meanwhile, it is void.")
        try await served("2", access)
        try await world.run("rollback", "plan", incident, "--by", "ana")
        guard try await rollback(access)["stage"].text == "waiting" else {
            throw DemoFailure("The plan does not wait for a yes.")
        }
        stage.proof("Nothing is changed yet.")
    }

    func rollBack(_ models: ToyModelServer, _ watcher: ModelWatcher, _ access: DemoWorld.Access) async throws {
        try await stage.step(
            "It is rolled back",
            "Ana is on call, so her yes is enough. Tocsin makes the change, then asks the model the question whose answer "
                + "is known, again and again. Were it no better, it would be taken back and somebody paged.")
        try await world.run("rollback", "approve", incident, "--by", "ana")
        let end = try await until("the rollback ends", within: .seconds(90)) {
            try await rollback(access)["end"]["end"].text
        }
        try await world.run("rollback", "status", incident)
        let after = try await look(watcher)
        guard end == "succeeded", models.ready == [1], after.version == "1", after.isRight else {
            throw DemoFailure("The rollback ended as \(end), and version \(after.version) answers.")
        }
        stage.proof(
            "Version 1 answers again: \(ModelWatcher.short(after.score)) in \(after.milliseconds) ms. "
                + "Should it be wrong after all: tocsin rollback undo \(incident)")
    }

    private func rollback(_ access: DemoWorld.Access) async throws -> Answer {
        try await api(access).get("/incidents/1/rollback")["rollback"]
    }

    func resolved(_ watcher: ModelWatcher, _ access: DemoWorld.Access) async throws {
        try await stage.step(
            "It is over",
            "The watcher has seen nothing but right answers for \(ModelWatcher.calm.components.seconds) seconds and says "
                + "so. When all of its alerts have ended, an incident resolves by itself.")
        try await until("the watcher ends its alert") { watcher.posted.contains { !$0.isFiring } ? true : nil }
        try await until("\(incident) is resolved") { try await state(access) == "resolved" ? true : nil }
        try await world.run("incident", "timeline", "1")
        stage.proof("\(incident) is resolved.")
    }

    func postmortem(_ folder: DemoFolder) async throws {
        try await stage.step(
            "The post-mortem is drafted",
            "A draft is made from what was recorded and from nothing else. Every line of its timeline cites its record, "
                + "and what the log does not say is asked.")
        let name = "postmortem.md"
        try await world.run("postmortem", incident, "--output", name)
        let draft = try String(contentsOf: folder.file(name), encoding: .utf8).split(separator: "\n").map(String.init)
        guard draft.contains(where: { $0.contains(incident) }) else {
            throw DemoFailure("The draft does not speak of \(incident).")
        }
        stage.excerpt(draft, lines: 20)
        stage.proof("The draft is in \(name). With --html it is a page to print.")
    }

    func proof() async throws {
        try await stage.step(
            "The log is proved",
            "Each record carries the hash of the one before it. So anybody can prove, without the server, that nothing "
                + "was changed or left out.")
        try await world.run("log", "verify", "--database", "tocsin.db")
        stage.proof("The log is whole.")
    }
}
