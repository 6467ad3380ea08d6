import Documents
import Engine
import Incidents
import ServiceLifecycle
import Timekeeping

/// Looks now and then whether the machine's rules of time zones have changed, and puts them in force.
struct ZoneWatching: Service {
    let configuration: ConfigurationDesk
    var interval = Duration.minutes(15)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                if !Task.isCancelled { await configuration.lookAtZones() }
            }
        }
    }
}

extension ZoneSource {
    /// The folders that this reader looks zones up in.
    init(_ reader: ConfigurationReader, contacts: @escaping @Sendable () -> String?) {
        self.init(
            files: { reader.zoneFiles($0) }, version: { reader.tzdataVersion },
            read: { try reader.rereading($0, under: $1, contacts: contacts()) })
    }
}

extension ConfigurationReader {
    fileprivate func rereading(
        _ configuration: Configuration, under zones: [ZoneID: [UInt8]], contacts: String?
    ) throws -> Configuration {
        do {
            return try recorded(configuration.sources, zones, contacts)
        } catch let errors as ConfigurationErrors {
            throw ConfigurationTrouble(problems: errors.problems.map(\.description))
        }
    }

    /// Untyped on purpose: Swift 6.3 crashes on the typed error where this is called.
    private func recorded(
        _ sources: [SourceFile], _ zones: [ZoneID: [UInt8]], _ contacts: String?
    ) throws -> Configuration {
        try read(sources: sources, zones: zones, contacts: contacts, now: HostTime.now)
    }
}
