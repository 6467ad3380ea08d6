import Foundation
import Incidents
import Timekeeping

extension DirectoryApplied {
    /// The TZif bytes that it was recorded with.
    public var zoneBytes: [ZoneID: [UInt8]] {
        Dictionary(
            zones.map { ($0.zone, Data(base64Encoded: $0.base64).map { Array($0) } ?? []) },
            uniquingKeysWith: { first, _ in first })
    }
}
