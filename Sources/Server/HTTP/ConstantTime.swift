import Crypto
import Foundation

/// Comparison of secrets in a time that tells nothing about where they differ, not even their lengths.
enum ConstantTime {
    static func areEqual(_ a: String, _ b: String) -> Bool {
        SHA256.hash(data: Data(a.utf8)) == SHA256.hash(data: Data(b.utf8))
    }

    /// Stands for a text in a name. Lower-case hex.
    static func digest(_ text: String) -> String { hex(SHA256.hash(data: Data(text.utf8))) }
}

/// Lower-case hex.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }.joined()
}

/// That many random bytes from the system's generator, as hex.
func randomHex(bytes count: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    return hex((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
}
