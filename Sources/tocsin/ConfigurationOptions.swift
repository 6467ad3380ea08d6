import ArgumentParser
import Documents
import Engine
import Foundation
import Timekeeping

/// Where the configuration is.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration: a folder of YAML files, or one file.")
    var path = "tocsin.yaml"

    @Option(help: "The contacts file. Default: contacts.yaml beside the configuration, if there is one.")
    var contacts: String?

    func reader(readSecrets: Bool = true) -> ConfigurationReader {
        ConfigurationReader(environment: ProcessInfo.processInfo.environment, readSecrets: readSecrets)
    }

    func load(_ reader: ConfigurationReader) throws -> Configuration {
        try reader.read(path: path, contacts: contacts, now: HostTime.now)
    }
}

/// The wall clock, for commands that work without an engine.
enum HostTime {
    static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
