import EngineCore
import Foundation
import Incidents
import Simulation
import Testing

/// Worlds made up from seeds, in which everything goes wrong and no promise may be broken.
@Suite struct WorldTests {
    static let environment = ProcessInfo.processInfo.environment

    @Test("In worlds of fresh seeds no promise is broken")
    func freshSeeds() throws {
        let seed = Self.environment["TOCSIN_SIM_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...1_000_000_000)
        let incidents = Self.environment["TOCSIN_SIM_INCIDENTS"].flatMap { Int($0) } ?? 300
        let seconds = Self.environment["TOCSIN_SIM_SECONDS"].flatMap { Double($0) } ?? .infinity
        let end = Date(timeIntervalSinceNow: min(seconds, 1e9))
        var (report, _) = try World.live(seed: seed)
        while report.incidents < incidents, Date() < end { report += try World.live(seed: report.lastSeed + 1).0 }
        print(report)
        guard report.incidents >= 100_000 else { return }
        // What only rollbacks meet is the rarest: few incidents have one, and each change one fate.
        let least = report.incidents / 2000
        let rare = report.faults.rarer(than: least)
        #expect(rare.isEmpty, "met less than \(least) times: \(rare.map(\.rawValue))")
    }

    @Test("A planted bug is found, by the promise it breaks", arguments: Self.bugs)
    func findsPlantedBug(bug: PlantedBug) throws {
        for seed in 1...Self.seedsForABug {
            do {
                _ = try World.live(
                    seed: seed, options: RunOptions(plant: bug, hasRollbacks: Self.isOfRollbacks(bug)))
            } catch let broken as Broken {
                print("planted \(bug): seed \(seed) at \(broken.at): \(broken.promise.rawValue): \(broken.what)")
                let isWhatWasMeant = bug != .escalatingEarlyAcrossClockStep || broken.what.hasSuffix("early")
                if broken.promise == Self.promise(brokenBy: bug), isWhatWasMeant { return }
            }
        }
        Issue.record("\(bug) went unnoticed in \(Self.seedsForABug) worlds")
    }

    /// All of them, or the one that `TOCSIN_SIM_BUG` names.
    static let bugs =
        environment["TOCSIN_SIM_BUG"].map { name in PlantedBug.allCases.filter { $0.rawValue == name } }
        ?? PlantedBug.allCases

    private static func promise(brokenBy bug: PlantedBug) -> Promise {
        switch bug {
        case .pagingAfterAcknowledgement: .nothingSentAfterStop
        case .losingOwedPageOnRecover: .pageEnds
        case .doublePageOnRecover: .repeatsMarked
        case .escalatingEarlyAcrossClockStep: .stepsOnTime
        case .stoppingAfterDelivery: .somebodyIsPaged
        case .sleepingOnThoughWorse: .snooze
        case .repeatingDoubtfulChange: .rollbackOnce
        case .trustingSilence: .rollbackVerified
        case .executingStalePlan: .rollbackAsPlanned
        case .pagingInQuietHours: .quietHours
        case .askingTheSameAgain: .stepsInOrder
        case .oneOfTwoIsEnough: .ownership
        case .missingChangesOfShift: .shiftChanges
        case .weakeningReports: .reports
        case .pagingOutsideHours: .onlyTargetsPaged
        case .losingWhatWasSilenced: .silences
        case .ringingForEach, .namingOnlyTheLeader: .bundles
        }
    }

    private static func isOfRollbacks(_ bug: PlantedBug) -> Bool {
        [.repeatingDoubtfulChange, .trustingSilence, .executingStalePlan].contains(bug)
    }

    static let seedsForABug: UInt64 = 60

    @Test("The same seed gives the same world")
    func sameSeedSameWorld() throws {
        for seed: UInt64 in 1...5 {
            let (first, second) = (try Self.trace(seed), try Self.trace(seed))
            #expect(first == second)
            #expect(first.lines.count > 100)
        }
    }

    @Test("Another process, whose dictionaries have another order, gives the same world")
    func sameSeedSameWorldElsewhere() throws {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = Self.argumentsWithoutFilters + ["--filter", "tellsDigest"]
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(output.contains("digest \(try Self.digest())\n"), "the other process said:\n\(output)")
    }

    @Test("Tells its digest, for the process that compares")
    func tellsDigest() throws { print("digest \(try Self.digest())") }

    private static var argumentsWithoutFilters: [String] {
        var arguments: [String] = []
        var isSkipped = false
        for argument in CommandLine.arguments.dropFirst() {
            if isSkipped {
                isSkipped = false
            } else if argument == "--filter" {
                isSkipped = true
            } else {
                arguments.append(argument)
            }
        }
        return arguments
    }

    private static func trace(_ seed: UInt64) throws -> Trace {
        try World.live(seed: seed, options: RunOptions(isTraced: true)).1
    }

    /// FNV-1a over the traces of a few worlds.
    private static func digest() throws -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for seed: UInt64 in 11...14 {
            for byte in try trace(seed).lines.joined(separator: "\n").utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
        }
        return hash
    }
}
