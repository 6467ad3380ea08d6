import Crypto
import Engine
import Foundation

/// Comparison of secrets in a time that tells nothing about where they differ, not even their lengths.
enum ConstantTime {
    static func areEqual(_ a: String, _ b: String) -> Bool {
        SHA256.hash(data: Data(a.utf8)) == SHA256.hash(data: Data(b.utf8))
    }

    /// Stands for a text in a name. Lower-case hex.
    static func digest(_ text: String) -> String { Hex.encode(SHA256.hash(data: Data(text.utf8))) }
}

/// That many random bytes from the system's generator, as hex.
func randomHex(bytes count: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    return Hex.encode((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
}

/// That many random lower-case letters.
func randomLetters(_ count: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    return String(decoding: (0..<count).map { _ in UInt8.random(in: letters, using: &generator) }, as: UTF8.self)
}
