import Timekeeping

extension ZoneRules {
    /// A zone that changes its clocks once.
    static func changing(_ id: ZoneID, from: Duration, to: Duration, at change: Instant) -> ZoneRules {
        func bytes(_ number: Int64) -> [UInt8] {
            let bits = UInt32(bitPattern: Int32(truncatingIfNeeded: number))
            return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) }
        }
        var file = Array("TZif".utf8) + [UInt8](repeating: 0, count: 16)
        // No indicators and no leap seconds; one change, two kinds of time, and their names.
        for count in [0, 0, 0, 1, 2, 8] as [Int64] { file += bytes(count) }
        file += bytes(change.milliseconds / 1000) + [1]
        file += bytes(from.milliseconds / 1000) + [0, 0]
        file += bytes(to.milliseconds / 1000) + [0, 4]
        file += Array("OLD\0NEW\0".utf8)
        guard let rules = try? ZoneRules(id: id, tzif: file) else {
            preconditionFailure("A zone with one change is none.")
        }
        return rules
    }
}
