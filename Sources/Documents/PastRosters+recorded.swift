import Engine
import Incidents
import OnCall
import Timekeeping

extension PastRosters {
    /// Reads configurations as they were recorded, with this reader's environment and no file.
    public convenience init(_ reader: ConfigurationReader) {
        self.init { try reader.directory($0, readAt: $1) }
    }
}

extension ConfigurationReader {
    /// Untyped on purpose: Swift 6.3 crashes on the typed error where this is called.
    fileprivate func directory(_ applied: DirectoryApplied, readAt moment: Instant) throws -> Directory {
        try read(sources: applied.sources, zones: applied.zoneBytes, now: moment).directory
    }
}
