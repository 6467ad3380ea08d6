import Foundation
import Integrations

/// What happens, in order. Every step shows that it did what it says, or fails.
struct DemoStory {
    static let steps = 14

    let stage: DemoStage
    let world: DemoWorld
    let model = DemoFolder.model
    let incident = "INC-1"

    init(stage: DemoStage, world: DemoWorld) {
        self.stage = stage
        self.world = world
    }

    func play() async throws {
        stage.say(
            "This plays one incident from the bad release to the draft of its post-mortem. The servers are real and "
                + "listen on 127.0.0.1 only. Lines that begin with $ are what a person would type.")
        let (models, folder) = try await modelServer()
        let (tocsin, access) = try await serve(folder)
        try await onCall()
        try await vouch(access)
        let watcher = ModelWatcher(model: model, server: models.url, client: world.client)
        world.start(watcher)
        try await release(models, watcher, folder)
        try await alert(watcher, access, folder)
        let page = try await paged(tocsin)
        try await acknowledge(page, access)
        try await runbook()
        try await plan(access)
        try await rollBack(models, watcher, access)
        try await resolved(watcher, access)
        try await postmortem(folder)
        try await proof()
        try await stage.pause()
    }

    // MARK: Before

    private func modelServer() async throws -> (ToyModelServer, DemoFolder) {
        try await stage.step(
            "A model server",
            "A toy model server of ours starts, with version 1 of the model \(model). It speaks the V2 protocol, as "
                + "Triton and MLServer do.")
        let (models, folder) = try await world.startModels()
        try await post(to: "\(models.url)/v2/repository/models/\(model)/load")
        guard models.ready == [1] else { throw DemoFailure("Version 1 is not ready.") }
        stage.proof("Version 1 is ready.")
        return (models, folder)
    }

    private func serve(_ folder: DemoFolder) async throws -> (ChildServer, DemoWorld.Access) {
        try await stage.step(
            "Tocsin", "Tocsin starts, on a configuration of forty lines and one SQLite file in \(folder.url.path).")
        let arguments = [
            "--config", "tocsin.yaml", "--database", "tocsin.db", "--port", "0", "--ready", "server.env",
        ]
        stage.command("tocsin serve \(arguments.joined(separator: " "))")
        let (tocsin, access) = try await world.startTocsin(arguments, in: folder)
        stage.proof("Tocsin serves at \(access.server)/ and the address and the token of its API are in server.env.")
        return (tocsin, access)
    }

    private func onCall() async throws {
        try await stage.step("Who is on call", "Tocsin knows who is on call at every moment, and says why when asked.")
        let said = try await world.run("oncall")
        guard said.contains(where: { $0.contains("Ana Lindt") }) else {
            throw DemoFailure("Ana should be on call, and is not.")
        }
    }

    private func vouch(_ access: DemoWorld.Access) async throws {
        try await stage.step(
            "Version 1 is good",
            "Whatever deploys models tells Tocsin which version is known to be good. Without that, a version is good when "
                + "it has served for a day without an incident.")
        try await served("1", access)
        try await world.run("rollback", "good", model, "1")
        stage.proof("Tocsin sees version 1 served, and knows it to be good.")
    }

    // MARK: The trouble

    private func release(_ models: ToyModelServer, _ watcher: ModelWatcher, _ folder: DemoFolder) async throws {
        let before = try await look(watcher)
        try await stage.step(
            "Version 2 goes out",
            "Somebody releases version 2 of \(model). It was trained on a table whose columns had changed places: it "
                + "is wrong and slow, and never says so.")
        models.add(2, .bad)
        try await post(to: "\(models.url)/v2/repository/models/\(model)/load")
        try folder.write(ModelWatcher.question, to: "question.json")
        stage.command("curl -d @question.json \(watcher.inferURL)")
        let after = try await look(watcher)
        guard before.version == "1", before.isRight, after.version == "2", !after.isRight else {
            throw DemoFailure("The model should have become wrong by version 2, and did not.")
        }
        stage.proof(
            "Version 1 scored \(ModelWatcher.short(before.score)) in \(before.milliseconds) ms. Version 2 scores "
                + "\(ModelWatcher.short(after.score)) in \(after.milliseconds) ms.")
    }

    private func alert(_ watcher: ModelWatcher, _ access: DemoWorld.Access, _ folder: DemoFolder) async throws {
        let hook = "\(access.server)/hooks/\(folder.hookKey)"
        try await stage.step(
            "Monitoring notices",
            "A small watcher asks \(model) a question whose answer is known, a few times a second. Three of five "
                + "answers are wrong, so it posts an alert to Tocsin's webhook, as any monitoring would.")
        watcher.report(to: hook)
        let posted = try await until("the watcher posts an alert") { watcher.posted.first { $0.isFiring } }
        try folder.write(posted.body, to: "alert.json")
        stage.command("curl -d @alert.json \(hook)")
        stage.output(["{\"title\":\"\(posted.title)\", …}", posted.answer])
        try await until("\(incident) is open") { try await state(access) == "triggered" ? true : nil }
        stage.proof("\(incident) is open. It was written down before the webhook was answered.")
    }

    // MARK: The response

    /// - Returns: the acknowledge link in it.
    private func paged(_ tocsin: ChildServer) async throws -> String {
        try await stage.step(
            "Ana is paged",
            "Ana Lindt is on call, so she gets this page. On a phone it would be a push, a mail or a "
                + "message in Slack; here it is the terminal.")
        let page = try await until("Ana's page arrives") { () -> [String]? in
            guard tocsin.isRunning else { throw DemoFailure("Tocsin has ended.") }
            return tocsin.pages.first { $0.contains { $0.contains("Ana Lindt") } }
        }
        stage.page(page)
        let link = page.compactMap { line in line.hasPrefix("│ Ack ") ? line.split(separator: " ").last : nil }.first
        guard let link else { throw DemoFailure("The page has no link to acknowledge it by.") }
        guard page.contains(where: { $0.hasPrefix("│ Runbook ") }) else {
            throw DemoFailure("The page names no runbook.")
        }
        return String(link)
    }

    private func acknowledge(_ link: String, _ access: DemoWorld.Access) async throws {
        try await stage.step(
            "Ana has it",
            "Ana opens the link in the page and presses its button. From here on nobody else is paged. The commands "
                + "for it: `tocsin incident ack 1 --by ana`, or `ack 1` in Slack.")
        stage.command("curl -X POST \(link)")
        let said = try await send(.post, link)
        stage.output(said.split(separator: "\n").map(String.init))
        try await until("\(incident) is acknowledged by Ana") {
            let shown = try await api(access).get("/incidents/1")
            return shown["state"].text == "acknowledged" && shown["owner"].text == "ana" ? true : nil
        }
        stage.proof("\(incident) is Ana's.")
    }

    // MARK: Afterwards

    /// What there is to look at while everything runs on.
    func leaveRunning() {
        guard let access = world.access else { return }
        world.showPages()
        stage.say("Everything runs on until you press Ctrl-C, and new pages appear here.")
        stage.output([
            "Console   \(access.server)/", "Token     \(access.token)", "Models    \(world.modelsURL)/v2",
            "In a shell, for the commands above:",
            "  cd \(world.folderPath) && set -a && . ./server.env && set +a",
        ])
    }

    // MARK: Means

    func look(_ watcher: ModelWatcher) async throws -> ModelWatcher.Look {
        try await until("\(model) answers") { await watcher.look() }
    }

    func api(_ access: DemoWorld.Access) -> APIClient { APIClient(server: access.server, token: access.token) }

    /// Waits until Tocsin has seen that version served.
    func served(_ version: String, _ access: DemoWorld.Access) async throws {
        try await until("Tocsin sees version \(version) served", within: .seconds(60)) {
            try await api(access).get("/services/\(model)/serving")["version"].text == version ? true : nil
        }
    }

    func state(_ access: DemoWorld.Access) async throws -> String? {
        try await api(access).get("/incidents?state=all")["items"].items.first?["state"].text
    }

    /// - Parameter typed: what stands for the body in the command, if that is a file.
    private func post(to url: String, _ typed: String? = nil, _ body: String = "{}") async throws {
        stage.command("curl -d \(typed ?? "'\(body)'") \(url)")
        try await send(.post, url, body)
    }

    @discardableResult
    private func send(_ method: OutboundRequest.Method, _ url: String, _ body: String = "") async throws -> String {
        let result = await world.client.send(
            OutboundRequest(
                method: method, url: url, headers: body.isEmpty ? [] : [("Content-Type", "application/json")],
                body: Array(body.utf8)))
        guard case .response(let response) = result, (200..<400).contains(response.status) else {
            throw DemoFailure("\(method.rawValue) \(url) was not answered well: \(result)")
        }
        return String(decoding: response.body, as: UTF8.self)
    }
}
