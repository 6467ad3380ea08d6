import Engine
import Foundation
import HTTPTypes
import Incidents

enum Fixture: String, CaseIterable {
    case firingTwo = "alertmanager-0.25-firing-two"
    case firingOne = "alertmanager-0.25-firing-one"
    case resolved = "alertmanager-0.25-resolved"
    case newest = "alertmanager-0.34-firing"

    var text: String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return try! String(contentsOf: folder.appending(path: "\(rawValue).json"), encoding: .utf8)
    }

    var request: HookRequest { .posting(text) }
}

extension HookRequest {
    static func posting(_ text: String) -> HookRequest { posting(Array(text.utf8)) }

    static func posting(_ body: [UInt8]) -> HookRequest {
        HookRequest(method: .post, headers: [.contentType: "application/json"], body: body)
    }
}

/// Pseudo-random bodies that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension [UInt8] {
    /// One to four bytes changed, removed, added or doubled, or the rest cut off.
    func damaged(by random: inout SeededGenerator) -> [UInt8] {
        var bytes = self
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert("{}[]\",:\\u0-e".utf8.randomElement(using: &random)!, at: place)
            case 4: bytes.removeSubrange(place...)
            default:
                let end = Swift.min(bytes.count, place + Int.random(in: 1...40, using: &random))
                bytes.insert(contentsOf: bytes[place..<end], at: place)
            }
        }
        return bytes
    }
}
