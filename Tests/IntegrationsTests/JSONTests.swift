import Foundation
import Integrations
import Testing

@Suite("The JSON reader")
struct JSONTests {
    private static let documents: [(String, JSONValue)] = [
        ("null", .null), (" true\n", .bool(true)), ("false", .bool(false)), ("\"\"", ""), ("[]", []), ("{}", [:]),
        ("[1,[2],{}]", [.number("1"), [.number("2")], [:]]),
        (#"{"a":{"b":[null]}}"#, ["a": ["b": [.null]]]),
        (#"{"a":1,"b":2,"a":3}"#, ["a": .number("3"), "b": .number("2")]),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u00fc\u003cb\u003E""#, "ü<b>"), ("\"ü€😀\"", "ü€😀"),
        (#""\ud83d\ude00""#, "😀"), (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"),
        (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\u0000""#, "\0"),
        ("\u{FEFF}[]", []),
    ]

    @Test("reads what is JSON", arguments: documents.indices)
    func reads(_ index: Int) throws {
        let (text, value) = Self.documents[index]
        #expect(try JSONValue(json: Array(text.utf8)) == value)
    }

    @Test(
        "keeps a number as it was written",
        arguments: ["0", "-0", "1", "1.0", "-12.50", "1e9", "1E+09", "2.5e-3", "123456789012345678901234567890"])
    func numbers(_ text: String) throws {
        #expect(try JSONValue(json: Array(text.utf8)) == .number(text))
    }

    @Test(
        "refuses what is not",
        arguments: [
            "", " ", "nul", "nulll", "True", "01", "-", "+1", ".5", "1.", "1e", "0x1", "NaN", "'a'", "\"a", "\"\\",
            "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\u{1}\"", "\"\n\"", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]",
            "]",
            "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{1:2}", "{} {}",
            "1 1",
            "[1]x", "//c\n1",
        ])
    func refuses(_ text: String) {
        #expect(throws: JSONProblem.self) { try JSONValue(json: Array(text.utf8)) }
    }

    @Test(
        "refuses text that is not UTF-8",
        arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80]] as [[UInt8]])
    func refusesBadUTF8(_ bytes: [UInt8]) {
        #expect(throws: JSONProblem.self) { try JSONValue(json: [0x22] + bytes + [0x22]) }
        #expect(throws: JSONProblem.self) { try JSONValue(json: [0x22] + Array(#"\n"#.utf8) + bytes + [0x22]) }
    }

    @Test("goes 64 levels deep and not one further, however long the body")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            [UInt8](repeating: 0x5B, count: depth) + [UInt8](repeating: 0x5D, count: depth)
        }
        #expect(throws: Never.self) { try JSONValue(json: nested(64)) }
        #expect(throws: JSONProblem.self) { try JSONValue(json: nested(65)) }
        #expect(throws: JSONProblem.self) { try JSONValue(json: nested(1_000_000)) }
        let objects = String(repeating: "{\"a\":", count: 100_000)
        #expect(throws: JSONProblem.self) { try JSONValue(json: Array(objects.utf8)) }
    }

    @Test("says where it stopped and why")
    func problem() {
        #expect(throws: JSONProblem(offset: 7, problem: "a comma or a closing brace is missing")) {
            try JSONValue(json: Array(#"{"a":1 "b":2}"#.utf8))
        }
    }

    @Test("writes what it reads back, members in order")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let value = Self.anyValue(depth: 4, &random)
            #expect(try JSONValue(json: Array(value.text.utf8)) == value)
        }
        let members: JSONValue = ["b": "\u{1}\u{1F}\"\\/ü\n", "a": [.bool(true), .null], "": .number("-1.5e3")]
        #expect(members.text == #"{"":-1.5e3,"a":[true,null],"b":"\u0001\u001f\"\\/ü\n"}"#)
    }

    @Test("agrees with Foundation on damaged bodies, but for the comma before a closing brace, which Foundation allows")
    func differential() throws {
        var random = SeededGenerator(seed: 2)
        let whole = Array(Fixture.firingTwo.text.utf8)
        var accepted = 0
        for _ in 0..<3000 {
            let body = whole.damaged(by: &random)
            let theirs = try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)
            switch Result(catching: { () throws(JSONProblem) in try JSONValue(json: body) }) {
            case .success(let ours):
                accepted += 1
                let again = try JSONSerialization.jsonObject(with: Data(ours.text.utf8), options: .fragmentsAllowed)
                #expect(
                    theirs.map { NSDictionary(dictionary: ["": $0]) } == NSDictionary(dictionary: ["": again]),
                    "\(String(decoding: body, as: UTF8.self))")
            case .failure(let problem):
                #expect(theirs == nil || problem.problem == "a member's name is missing", "\(problem)")
            }
        }
        #expect(accepted > 300)
    }

    private static func anyValue(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .number(String(Int.random(in: -1000...1000, using: &random)))
        case 3: .string(anyText(&random))
        case 4: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in anyValue(depth: depth - 1, &random) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0...4, using: &random)).map { _ in
                        (anyText(&random), anyValue(depth: depth - 1, &random))
                    }, uniquingKeysWith: { $1 }))
        }
    }

    private static func anyText(_ random: inout SeededGenerator) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let limit: UInt32 = [0x20, 0x80, 0x800, 0xD800, 0x110000].randomElement(using: &random)!
            scalars.append(Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) ?? "?")
        }
        return String(scalars)
    }
}
