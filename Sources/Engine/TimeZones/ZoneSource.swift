import Timekeeping

/// The tz database, and how a configuration reads under it.
public struct ZoneSource: Sendable {
    let files: @Sendable ([ZoneID]) -> [ZoneID: [UInt8]]
    let version: @Sendable () -> String?
    let read: @Sendable (Configuration, [ZoneID: [UInt8]]) throws -> Configuration

    /// - Parameters:
    ///   - files: the TZif bytes of zones as they are now; those that are not there left out.
    ///   - version: of the database, such as "2025b"; nil when it does not say.
    ///   - read: the sources of a configuration, read anew under these rules. Only its roster and its warnings count.
    public init(
        files: @escaping @Sendable ([ZoneID]) -> [ZoneID: [UInt8]], version: @escaping @Sendable () -> String?,
        read: @escaping @Sendable (Configuration, [ZoneID: [UInt8]]) throws -> Configuration
    ) {
        self.files = files
        self.version = version
        self.read = read
    }
}

/// What is known of the tz database.
public struct ZoneState: Sendable, Hashable {
    /// Such as "2025b"; nil when the database does not say.
    public internal(set) var version: String?
    /// Nil until somebody has looked whether it changed.
    public internal(set) var lookedAt: Instant?
    /// Why newer rules on disk are not in force; nil when all is well.
    public internal(set) var problem: String?
    /// The last change of rules that concerned a zone of the configuration, since the start.
    public internal(set) var lastDifference: RulesDifference?
}
