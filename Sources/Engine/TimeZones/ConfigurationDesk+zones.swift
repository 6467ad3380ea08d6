import EngineCore
import Incidents
import Logging
import OnCall
import Synchronization
import Timekeeping

/// Rules of time zones change with a few days' notice, and the machine's packages bring them while Tocsin runs.
extension ConfigurationDesk {
    /// What is known of the tz database.
    public var zoneState: ZoneState { zones.withLock { $0 } }

    /// Looks whether the tz database on disk says something else of a zone of the configuration than the rules in
    /// force. If so the configuration, as it is in force and not as its files may be edited by now, is read under the
    /// new rules and put in force; whoever is on call now by them is. Answers what that changed; nil when nothing did.
    @discardableResult
    public func lookAtZones() async -> RulesDifference? {
        guard let zoneSource else { return nil }
        let now = engine.now
        let outcome = await alone { configuration -> Result<RulesDifference?, ConfigurationTrouble> in
            let (found, unreadable) = Self.readable(zoneSource.files(configuration.zones.keys.sorted()), configuration)
            let changed = found.filter { configuration.zones[$0.key] != $0.value }
            guard !changed.isEmpty else { return unreadable.map { .failure($0) } ?? .success(nil) }
            let rules = configuration.zones.merging(changed) { $1 }
            let old: Configuration
            let new: Configuration
            do {
                old = try zoneSource.read(configuration, configuration.zones)
                new = try zoneSource.read(configuration, rules)
            } catch {
                let problems = (error as? ConfigurationTrouble)?.problems ?? ["\(error)"]
                return .failure(ConfigurationTrouble(problems: problems))
            }
            var next = configuration
            next.directory.roster = new.directory.roster
            next.zones = rules
            next.warnings = configuration.warnings.filter { !old.warnings.contains($0) || new.warnings.contains($0) }
            let warnings = new.warnings.filter { !old.warnings.contains($0) }
            next.warnings += warnings
            guard case .applied(let change) = await putInForce(next) else {
                return .failure(ConfigurationTrouble(problems: ["nothing can be recorded at the moment"]))
            }
            let versions = (zones.withLock { $0.version }, zoneSource.version())
            return .success(
                RulesDifference(
                    at: now, versions: versions, zones: changed.keys.sorted(), from: configuration.directory.roster,
                    to: next.directory.roster, amendments: engine.read { $0.book.amendments }, warnings: warnings,
                    moved: change.moved))
        }
        return take(outcome, zoneSource.version(), now)
    }

    /// Says what rules did that changed while Tocsin was stopped.
    /// - Parameters:
    ///   - old: the TZif bytes that were in force, by zone.
    @discardableResult
    public func noteRules(before old: [ZoneID: [UInt8]]) -> RulesDifference? {
        let configuration = engine.configuration
        let changed = configuration.zones.filter { old[$0.key] != nil && old[$0.key] != $0.value }.keys.sorted()
        guard !changed.isEmpty else { return nil }
        let (roster, amendments) = engine.read { ($0.directory.roster, $0.book.amendments) }
        let rules = Dictionary(
            uniqueKeysWithValues: changed.compactMap { zone in
                old[zone].flatMap { try? ZoneRules(id: zone, tzif: $0) }.map { (zone, $0) }
            })
        let version = zones.withLock { $0.version }
        let difference = RulesDifference(
            at: engine.now, versions: (nil, version), zones: changed, from: roster.under(zones: rules), to: roster,
            amendments: amendments, warnings: [], moved: [])
        return take(.success(difference), version, engine.now)
    }

    private func take(
        _ outcome: Result<RulesDifference?, ConfigurationTrouble>, _ version: String?, _ now: Instant
    ) -> RulesDifference? {
        var found: RulesDifference?
        var problem: String?
        switch outcome {
        case .success(let difference): found = difference
        case .failure(let trouble): problem = trouble.problems.joined(separator: " ")
        }
        let isNews = zones.withLock { state -> Bool in
            defer { state.problem = problem }
            state.lookedAt = now
            // While the new rules are not in force, neither is their version.
            if problem == nil { state.version = version }
            if let found { state.lastDifference = found }
            return state.problem != problem
        }
        if let problem, isNews {
            engine.log.error("new rules of time zones are not in force", metadata: ["problem": "\(problem)"])
        }
        guard let found else { return nil }
        if !found.moved.isEmpty { engine.log.warning("new rules of time zones: others are on call now") }
        for line in found.lines { engine.log.warning("\(line)") }
        note(found.lines)
        return found
    }

    /// The zones whose bytes can be read as rules, and what is wrong with the others.
    private static func readable(
        _ files: [ZoneID: [UInt8]], _ configuration: Configuration
    ) -> ([ZoneID: [UInt8]], ConfigurationTrouble?) {
        var problems: [String] = []
        let good = files.filter { zone, bytes in
            guard configuration.zones[zone] != bytes else { return true }
            do {
                _ = try ZoneRules(id: zone, tzif: bytes)
                return true
            } catch {
                problems.append("\(error)")
                return false
            }
        }
        for zone in configuration.zones.keys.sorted() where files[zone] == nil {
            problems.append("the tz database has no \(zone) any more")
        }
        return (good, problems.isEmpty ? nil : ConfigurationTrouble(problems: problems.sorted()))
    }
}
