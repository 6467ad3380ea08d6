/// Prometheus's name for a set of labels: FNV-1a (64 bit) over the names in bytewise order, each name and each value
/// followed by the byte 0xFF. Source: prometheus/common `model.LabelSet.Fingerprint`.
package enum LabelFingerprint {
    /// 16 lower-case hexadecimal digits.
    package static func of(_ labels: [String: String]) -> String {
        var hash: UInt64 = 14_695_981_039_346_656_037
        func feed(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        for (name, value) in labels.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            name.utf8.forEach(feed)
            feed(0xFF)
            value.utf8.forEach(feed)
            feed(0xFF)
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
