import ArgumentParser
import Foundation
import ServiceLifecycle
import UnixSignals

/// `tocsin demo`: the whole story on one laptop, no step of it faked.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play a whole incident here: a bad model, a page, a rollback, the draft of the post-mortem.",
        discussion: """
            Starts a toy model server and a Tocsin of its own in a temporary folder, on free ports of 127.0.0.1, and \
            plays an incident on them in about two minutes. Each step is explained in a line and shows the command \
            that a person would type. Nothing else has to be installed, and nothing leaves this computer. Exits 1 if \
            any step did not do what it says. Ctrl-C ends it and removes everything.
            """)

    @Flag(help: "Make no pauses for reading.")
    var fast = false

    @Flag(help: "Let everything run afterwards, until Ctrl-C, and leave the folder.")
    var keep = false

    func run() async throws {
        // Whoever reads the output may go before the end, and what was started must still be cleaned up.
        signal(SIGPIPE, SIG_IGN)
        let stage = DemoStage(
            steps: DemoStory.steps, isFast: fast, isColoured: Terminal.showsColours(), width: Terminal.width)
        let world = DemoWorld(stage: stage, keepsFolder: keep)
        let ending = await play(stage, world)
        let lastWords = world.lastWords
        await world.end()
        switch ending {
        case .told: break
        case .failed(let reason):
            stage.failure(reason)
            stage.output(lastWords)
            stage.say(world.farewell)
            throw ExitCode(1)
        case .interrupted(let signal) where !world.isTold:
            stage.failure("Stopped before the end. \(world.farewell)")
            throw ExitCode(128 + signal)
        case .interrupted: break
        }
        stage.say(world.farewell)
    }

    private enum Ending: Sendable {
        case told
        case failed(String)
        case interrupted(Int32)
    }

    private func play(_ stage: DemoStage, _ world: DemoWorld) async -> Ending {
        let keep = keep
        return await withTaskGroup(of: Ending.self) { group in
            group.addTask { await Self.interruption() }
            group.addTask {
                do {
                    let story = DemoStory(stage: stage, world: world)
                    try await story.play()
                    world.isTold = true
                    guard keep else { return .told }
                    story.leaveRunning()
                    // Until Ctrl-C, which is how it is meant to end.
                    while true { try await Task.sleep(for: .seconds(3600)) }
                } catch {
                    return .failed("\(error)")
                }
            }
            let first = await group.next() ?? .told
            group.cancelAll()
            return first
        }
    }

    /// Returns when somebody presses Ctrl-C, closes the terminal or ends this process.
    private static func interruption() async -> Ending {
        for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
            return .interrupted(signal == .sigint ? SIGINT : signal == .sigterm ? SIGTERM : SIGHUP)
        }
        return .told
    }
}
