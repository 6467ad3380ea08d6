import Documents
import Engine
import Foundation
import Incidents
import Testing

/// SplitMix64: the same mutations in every run.
private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(sides))
    }
}

/// A text with a few of its bytes, words and lines changed.
private func mutate(_ text: String, _ dice: inout Dice) -> String {
    let spice = [
        "no", "16:00", "1e3", "~", "", "[]", "{}", "- ", ": ", "\t", "\n", "\"", "'", "*a", "&a ", "? ", "<<: *a",
        "---\n",
        "99999999999999999999", "-1", "0", "24:00", "day 31 24:00", "mon-sun 00:00-00:00", "1 month", "999 months",
        "999 hours", "1 hours", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z", "user no", "schedule secondary",
        "{env: HOME}", "{file: /}", "\u{0}", "\u{FEFF}", "é", "\u{1F4A3}", "!!int ", "%YAML 1.1\n", "# ", "\\", "|\n",
        ">-\n",
        "consume", "true", "Africa/Cairo", "sev4", "never", "now", "30m", "behind: sun", "by: 100", "eras: ",
    ]
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for _ in 0...dice.roll(3) {
        let index = dice.roll(lines.count)
        let inserted = spice[dice.roll(spice.count)]
        switch dice.roll(7) {
        case 0 where lines.count > 1: lines.remove(at: index)
        case 1: lines.insert(lines[dice.roll(lines.count)], at: index)
        case 2: lines[index] = "  " + lines[index]
        case 3:
            var scalars = Array(lines[index].unicodeScalars)
            if !scalars.isEmpty { scalars.remove(at: dice.roll(scalars.count)) }
            lines[index] = String(String.UnicodeScalarView(scalars))
        case 4:
            var scalars = Array(lines[index].unicodeScalars)
            scalars.insert(contentsOf: inserted.unicodeScalars, at: dice.roll(scalars.count + 1))
            lines[index] = String(String.UnicodeScalarView(scalars))
        case 5:
            var words = lines[index].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            words[dice.roll(words.count)] = inserted
            lines[index] = words.joined(separator: " ")
        default: lines.swapAt(index, dice.roll(lines.count))
        }
    }
    return lines.joined(separator: "\n")
}

@Test(
    "No mutation of the sample crashes the reader; each is read, or its mistakes are told",
    arguments: [1, 2, 3, 4, 5, 6, 7, 8])
func mutations(_ seed: UInt64) throws {
    let sample = try Sources.sample()
    let original = try sample.configuration()
    let text = original.sources[0].text.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n")
    let reader = ConfigurationReader(environment: sample.environment, zoneinfo: [])
    var dice = Dice(state: seed)
    var valid = 0
    for _ in 0..<150 {
        let mutated = mutate(text, &dice)
        do throws(ConfigurationErrors) {
            let source = SourceFile(path: "tocsin.yaml", text: mutated)
            let configuration = try reader.read(sources: [source], zones: original.zones, now: Reading.now)
            valid += 1
            #expect(!configuration.directory.lastResort.isEmpty)
            #expect(configuration.directory.services[configuration.directory.unrouted] != nil)
        } catch {
            #expect(!error.problems.isEmpty)
            #expect(error.problems.allSatisfy { !$0.message.isEmpty && !$0.description.contains("\n") })
        }
    }
    #expect((1..<150).contains(valid), "Some must be valid and some not, or nothing is tried.")
}
