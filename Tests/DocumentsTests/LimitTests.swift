import Engine
import Incidents
import Testing

/// Nine levels of nine aliases: 9⁹ values in nine lines.
private func bomb(_ use: String) -> String {
    var lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for (inner, outer) in zip("abcdefgh", "bcdefghi") {
        lines.append("\(outer): &\(outer) [\(Array(repeating: "*\(inner)", count: 9).joined(separator: ", "))]")
    }
    return lines.joined(separator: "\n") + "\n" + use + "\n"
}

@Test("A bomb of aliases is refused before it goes off", .timeLimit(.minutes(1)))
func aliasBomb() throws {
    let errors = try Reading(bomb("")).errors()
    #expect(errors.count == 1)
    #expect(errors[0].hasSuffix("has more than 100000 values. Do aliases refer to aliases?"))
}

@Test(
    "A bomb as a key, which the parser would hash, never reaches it", .timeLimit(.minutes(1)),
    arguments: [
        "? *i\n: x", "*i : x", "{*i : x}", "{? *i : x}", "[*i: x]", "[*i : x]", "{[*i]: x}", "{ [*i, *i] : x }",
        "x: {[*i]  : y}", "- {{y: *i}: x}", "x: \"a # b\": {? *i : x}", "!!seq *i : x", "\"x\\\n  # y\": {? *i : x}",
    ])
func aliasBombAsKey(_ use: String) throws {
    #expect(try Reading(bomb(use)).errors().count == 1)
}

@Test("Aliases that are no bomb are what they stand for, and mistakes in them are told once, where they are written")
func aliases() throws {
    let steps = "    steps: &steps\n      - {page: [schedule primary], wait: 5m}\n"
    let reading = Reading().replacing("    steps:\n      - {page: [schedule primary], wait: 5m}\n", steps)
        .replacing("services:\n", "  other: {steps: *steps}\nservices:\n")
    let policies = try reading.configuration().directory.policies
    #expect(policies["other"]?.steps == policies["ml"]?.steps)
    let wrong = try reading.replacing("wait: 5m", "wait: 5x").errors()
    #expect(wrong.count == 2)
    #expect(wrong.allSatisfy { $0.hasPrefix("tocsin.yaml:22:42: policies.") })
}

@Test("Nesting without end is refused")
func nesting() throws {
    let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    #expect(
        try Reading("users: \(deep)\n").errors() == [
            "tocsin.yaml:1:40: is nested more than 32 levels deep."
        ])
    let deeper = String(repeating: "{a: ", count: 200_000)
    #expect(try Reading(deeper).errors().count == 1)
}

@Test("A list as a key is refused")
func listAsKey() throws {
    #expect(
        try Reading("users: {[a, b]: c}\n").errors() == [
            "tocsin.yaml:1:9: a key is a list or a mapping. Keys must be plain names."
        ])
}

@Test("Names that would garble a message are shown without what garbles")
func garbling() throws {
    let errors = try Reading().replacing("users:\n", "users:\n  \"a\\nb\\e[31m\": {}\n").errors()
    #expect(errors.count == 1)
    #expect(errors[0].hasPrefix("tocsin.yaml:3:3: users.a\u{FFFD}b\u{FFFD}[31m: "))
}
