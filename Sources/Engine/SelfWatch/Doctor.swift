import EngineCore
import Incidents
import OnCall
import Timekeeping

/// Looks a running Tocsin over: what an operator wants to know before the night, and at three in the morning.
public struct Doctor: Sendable {
    private let engine: Engine
    private let configuration: ConfigurationDesk
    private let heartbeat: HeartbeatLedger
    /// What only the program around the engine can see: its files, its providers, its service manager.
    private let more: @Sendable () async -> [DoctorLine]

    /// Records at the end of the log whose hashes are followed.
    static let headRecords: Int64 = 1000
    /// How far ahead nobody may be missing.
    private static let horizon = Duration.days(90)

    public init(
        engine: Engine, configuration: ConfigurationDesk, heartbeat: HeartbeatLedger = HeartbeatLedger(),
        more: @escaping @Sendable () async -> [DoctorLine] = { [] }
    ) {
        self.engine = engine
        self.configuration = configuration
        self.heartbeat = heartbeat
        self.more = more
    }

    /// Everything, the worst first.
    public func look() async -> [DoctorLine] {
        let lines =
            await [log, head(), clock, zones] + calendars + channels + people + schedules() + senders
            + [heartbeatOut] + more()
        return lines.enumerated().sorted { ($1.element.state, $0.offset) < ($0.element.state, $1.offset) }
            .map(\.element)
    }

    // MARK: The log

    private var log: DoctorLine {
        let health = engine.health
        if let since = health.storeUnavailableSince {
            let trouble = health.logTrouble ?? .other
            return DoctorLine(
                "log", .failing, "cannot be written since \(since.rfc3339): \(trouble.sentence)", trouble.wayOut)
        }
        guard health.isReady else { return DoctorLine("log", .warning, "is being read", "Ask again in a moment.") }
        return DoctorLine("log", .ok, "can be written, last at \(health.lastWritten?.rfc3339 ?? "the start")")
    }

    private func head() async -> DoctorLine {
        let last = engine.read { $0.decider.lastSequence }
        do {
            let problem = try await engine.reading { store -> String? in
                let records = try store.records(after: max(0, last - Self.headRecords), limit: Int(Self.headRecords))
                guard let first = records.first else { return nil }
                var chain = HashChain(lastSequence: first.sequence - 1, lastHash: first.previousHash)
                for record in records {
                    if let problem = chain.follow(record) { return "record \(record.sequence): \(problem)" }
                }
                return nil
            }
            if let problem {
                return DoctorLine("log head", .failing, problem, "Run tocsin log verify, and keep the file as it is.")
            }
            return DoctorLine("log head", .ok, "the last records up to \(last) continue one another")
        } catch {
            return DoctorLine("log head", .failing, "cannot be read: \(error)", "Look at the disk.")
        }
    }

    // MARK: Time

    private var clock: DoctorLine {
        guard let sync = ClockSync.now else {
            return DoctorLine("clock", .warning, "the kernel does not say whether it is synchronised")
        }
        guard sync.isSynchronised else {
            return DoctorLine(
                "clock", .warning, "is not synchronised, as far as the kernel knows",
                "Run chrony or systemd-timesyncd: handoffs go by this clock.")
        }
        return DoctorLine("clock", .ok, "is synchronised, to within \(sync.mostErrorMilliseconds) ms")
    }

    private var zones: DoctorLine {
        let state = configuration.zoneState
        if let problem = state.problem {
            return DoctorLine("time zones", .warning, problem, "Install or mend the package tzdata.")
        }
        return DoctorLine("time zones", .ok, "rules of version \(state.version ?? "unknown")")
    }

    private var calendars: [DoctorLine] {
        configuration.calendarTroubles.sorted { $0.key < $1.key }.map {
            DoctorLine("holidays", $0.key, .warning, $0.value, "The last reading of it stays in force until then.")
        }
    }

    // MARK: Ways out, and people

    private var channels: [DoctorLine] {
        engine.channels.health(at: engine.now).map { channel in
            let last = channel.lastSuccess.map { "took the last page at \($0.rfc3339)" } ?? "has taken no page yet"
            guard channel.failuresInARow > 0 || channel.pausedUntil != nil else {
                return DoctorLine("channel", channel.name, .ok, last)
            }
            let failures = channel.lastFailure.map {
                "\(channel.failuresInARow) failures in a row, last at \($0.rfc3339), "
            }
            let pause = channel.pausedUntil.map { "left alone until \($0.rfc3339), " }
            return DoctorLine(
                "channel", channel.name, .failing, "\(failures ?? "")\(pause ?? "")\(last)",
                "Pages go on by people's other methods meanwhile. Look at this channel's provider.")
        }
    }

    private var people: [DoctorLine] {
        let directory = engine.read { $0.directory }
        let known = directory.users.values.sorted { $0.id < $1.id }
        let mute = known.filter { $0.reachableBy.subtracting([.inbox]).isEmpty }.map(\.id.rawValue)
        guard !mute.isEmpty else {
            return [DoctorLine("people", .ok, "each of \(known.count) can be reached by some method")]
        }
        return [
            DoctorLine(
                "people", .warning, "no method that works: \(mute.joined(separator: ", "))",
                "Let them enter and prove one at /me, or with tocsin contact add.")
        ]
    }

    @concurrent private func schedules() async -> [DoctorLine] {
        let (directory, amendments) = engine.read { ($0.directory, $0.book.amendments) }
        let now = engine.now
        let paged = directory.pagedSchedules.filter { directory.roster.schedules[$0] != nil }
        let proof = DirectoryProof(
            directory, from: now, until: now + Self.horizon, amendments: amendments, schedules: paged)
        let lines = proof.schedules.compactMap { found -> DoctorLine? in
            guard let hole = found.holes.first else { return nil }
            return DoctorLine(
                "schedule", found.schedule.rawValue, .failing,
                "nobody is on call from \(hole.from.rfc3339) until \(hole.until.rfc3339)",
                "tocsin schedule prove \(found.schedule) says why and what to do.")
        }
        return lines.isEmpty ? [DoctorLine("schedules", .ok, "somebody is on call for the next 90 days")] : lines
    }

    // MARK: Heartbeats

    private var senders: [DoctorLine] {
        engine.read { $0.decider.expectedSenders }.map { sender in
            let quiet = sender.quietFor.components.seconds
            guard sender.quietFor >= sender.every else {
                return DoctorLine("heartbeat in", sender.integration.rawValue, .ok, "heard \(quiet) s ago")
            }
            return DoctorLine(
                "heartbeat in", sender.integration.rawValue, .failing,
                "silent for \(quiet) s, expected every \(sender.every.components.seconds) s",
                "Look whether that sender still runs and reaches Tocsin.")
        }
    }

    private var heartbeatOut: DoctorLine {
        guard let settings = engine.configuration.heartbeat else {
            return DoctorLine(
                "heartbeat out", .warning, "nobody is told when Tocsin itself dies",
                "Write heartbeat: {url: …} with the address of another Tocsin or of a dead man's switch.")
        }
        let state = heartbeat.state
        if let since = state.failingSince {
            return DoctorLine(
                "heartbeat out", .failing, "failing since \(since.rfc3339): \(state.problem ?? "unknown")",
                state.isHeldBack ? "See to the log." : "Look whether its address can be reached from here.")
        }
        let last = state.lastSuccess.map { "last sent at \($0.rfc3339)" } ?? "none is due yet"
        return DoctorLine("heartbeat out", .ok, "\(last), every \(settings.every.components.seconds) s")
    }
}
