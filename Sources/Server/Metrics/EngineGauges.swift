import Engine
import EngineCore
import Foundation
import Incidents
import Timekeeping

/// What is read off the engine and the system at the moment somebody asks for `/metrics`.
struct EngineGauges {
    let engine: Engine
    let version: String
    let startedAt: Instant

    func read() -> [PrometheusText.Gauge] {
        let health = engine.health
        let open = engine.read { core in
            var counts: [Incident.State: Int] = [:]
            for incident in core.book.incidents.values where incident.isOpen { counts[incident.state, default: 0] += 1 }
            return counts
        }
        let now = engine.now
        let (running, held) = engine.read { core in
            (core.book.silences.values.count { $0.isRunning(at: now) }, core.book.suppressedCount)
        }
        var gauges: [PrometheusText.Gauge] = [
            .init("tocsin_alerts_held_back", "Alerts that fire and are held back by a silence now.", Double(held)),
            .init("tocsin_attempts_in_flight", "Attempts at pages under way.", Double(health.inFlight)),
            .init("tocsin_build_info", "Always 1; tells the version.", [([("version", version)], 1)]),
            .init("tocsin_inbox_waiting", "Alerts and commands waiting to be decided.", Double(health.waiting)),
            .init(
                "tocsin_last_tick_timestamp_seconds", "When the engine last looked at the clock.",
                seconds(health.lastTick)),
            .init(
                "tocsin_log_writable", "1 while the log can be written.", health.storeUnavailableSince == nil ? 1 : 0),
            .init(
                "tocsin_open_incidents", "Incidents that are not resolved, by state.",
                [Incident.State.acknowledged, .triggered].map {
                    ([("state", $0.rawValue)], Double(open[$0, default: 0]))
                }),
            .init("tocsin_pages_owed", "Pages that have not ended, attempts under way included.", Double(health.owed)),
            .init("tocsin_ready", "1 while alerts are taken and decided.", health.isReady ? 1 : 0),
            .init("tocsin_silences_running", "Silences that hold alerts back now.", Double(running)),
            .init(
                "tocsin_store_unavailable", "1 while the log cannot be written.",
                health.storeUnavailableSince == nil ? 0 : 1),
            .init("process_start_time_seconds", "When the process started.", seconds(startedAt)),
        ]
        gauges += channels()
        if let bytes = Self.residentBytes() {
            gauges.append(.init("process_resident_memory_bytes", "Memory in use.", Double(bytes)))
        }
        return gauges
    }

    /// By account; people's own webhooks as one, since names of people are no labels.
    private func channels() -> [PrometheusText.Gauge] {
        let now = engine.now
        let accounts = Dictionary(grouping: engine.channels.health(at: now)) { $0.isPersonal ? "own" : $0.name }
            .sorted { $0.key < $1.key }
        func gauge(_ name: String, _ help: String, _ value: ([ChannelHealth]) -> Double?) -> PrometheusText.Gauge {
            .init(
                name, help,
                accounts.compactMap { name, those in value(those).map { (labels: [("channel", name)], value: $0) } })
        }
        let waiting = engine.read { $0.book.waitingPages }.sorted { $0.key < $1.key }
        return [
            gauge("tocsin_channel_failing", "1 while the account's last attempts failed.") {
                $0.contains { $0.failuresInARow > 0 } ? 1 : 0
            },
            gauge("tocsin_channel_in_flight", "Attempts under way, by account.") {
                Double($0.reduce(0) { $0 + $1.inFlight })
            },
            gauge(
                "tocsin_channel_last_success_timestamp_seconds", "When the account last took a page over."
            ) { $0.compactMap(\.lastSuccess).max().map(seconds) },
            gauge(
                "tocsin_channel_paused_until_timestamp_seconds",
                "Until when nothing is sent by the account, because it asked for that or failed again and again; else 0."
            ) { $0.compactMap(\.pausedUntil).max().map(seconds) ?? 0 },
            .init(
                "tocsin_pages_oldest_waiting_seconds", "Age of the oldest page that waits for an attempt, by method.",
                waiting.map { (labels: [("method", $0.key.rawValue)], value: seconds(now) - seconds($0.value.since)) }),
            .init(
                "tocsin_pages_waiting", "Pages that wait for an attempt, by method.",
                waiting.map { (labels: [("method", $0.key.rawValue)], value: Double($0.value.count)) }),
        ]
    }

    private func seconds(_ at: Instant) -> Double { Double(at.milliseconds) / 1000 }

    /// The second field of `/proc/self/statm`, which counts pages (proc(5)); nil where there is no such file.
    static func residentBytes() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
