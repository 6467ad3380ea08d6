import Engine
import Foundation
import Incidents
import LogDoubles
import Testing
import Timekeeping

@Suite struct EventCodecTests {
    @Test("every kind's golden file is read as the events it stands for", arguments: EventKind.allCases)
    func goldenIsRead(kind: EventKind) throws {
        let golden = try Golden.read(kind, version: kind.version)
        let events = try golden.entries.map { try $0.decode(kind, version: kind.version) }
        #expect(events.map(\.payload) == EventSamples.events(of: kind).map(\.payload))
        #expect(events.map(\.text) == EventSamples.events(of: kind).map(\.text))
    }

    @Test("every kind is written, byte for byte, as its golden file has it", arguments: EventKind.allCases)
    func goldenIsWritten(kind: EventKind) throws {
        let written = Golden(EventSamples.events(of: kind))
        if ProcessInfo.processInfo.environment["TOCSIN_WRITE_GOLDEN"] == "1" { try written.writeIfMissing(kind) }
        #expect(try Golden.read(kind, version: kind.version).contents == written.contents)
        let readBack = try written.entries.map { try $0.decode(kind, version: kind.version) }
        #expect(Golden(readBack).contents == written.contents)
    }

    @Test("every version there ever was has a golden file that can be read, and nothing else lies beside them")
    func everyVersion() throws {
        let expected = EventKind.allCases.flatMap { kind in
            (1...kind.version).map { Golden.file(kind, version: $0).lastPathComponent }
        }
        let found = try FileManager.default.contentsOfDirectory(atPath: Golden.folder.path)
        #expect(Set(found) == Set(expected))
        for kind in EventKind.allCases {
            for version in 1...kind.version {
                for entry in try Golden.read(kind, version: version).entries {
                    _ = try entry.decode(kind, version: version)
                }
            }
        }
    }

    @Test("facts have their keys sorted, so the same facts are always the same bytes")
    func sorted() {
        let event = EventSamples.events(of: .pageRequested)[0]
        #expect(
            EventCodec.encode(event).facts
                == #"{"method":"webhook","page":{"incident":42,"ordinal":3},"reason":"step","run":2,"user":"chi"}"#)
    }

    @Test("free text is never among the facts")
    func textApart() throws {
        let encoded = EventCodec.encode(EventSamples.events(of: .alertFired)[0])
        #expect(!encoded.facts.contains("RankerDown"))
        #expect(try #require(encoded.text).contains("RankerDown"))
    }

    @Test("an event whose text was erased is read without it")
    func erased() throws {
        let event = EventSamples.events(of: .noteAdded)[0]
        let encoded = EventCodec.encode(event)
        let read = try EventCodec.decode(
            kind: encoded.kind, version: encoded.version, facts: encoded.facts, text: nil, sequence: 7, at: event.at,
            request: nil)
        #expect(read.payload == event.payload)
        #expect(read.text == nil)
    }

    @Test("an unknown kind, a later version and broken facts are refused, naming sequence, kind and version")
    func refused() {
        func read(_ kind: String, _ version: Int, _ facts: String) -> String {
            do throws(RecordStoreError) {
                _ = try EventCodec.decode(
                    kind: kind, version: version, facts: facts, text: nil, sequence: 91, at: EventSamples.at,
                    request: nil)
                return "read"
            } catch {
                return error.description
            }
        }
        #expect(
            read("servingDreamt", 2, "{}")
                == "Record 91 cannot be read: its kind 'servingDreamt' (version 2) is not known here. "
                + "Use the newer Tocsin that wrote it.")
        #expect(
            read("holdEnded", 2, #"{"incident":1}"#)
                == "Record 91 cannot be read: 'holdEnded' is known up to version 1, and this is version 2. "
                + "Use the newer Tocsin that wrote it.")
        #expect(read("holdEnded", 0, #"{"incident":1}"#).contains("version 0"))
        #expect(
            read("holdEnded", 1, "{}") == "Record 91 cannot be read: 'holdEnded' version 1: 'incident' is missing.")
        #expect(read("holdEnded", 1, #"{"incident":"x"}"#).contains("'incident' cannot be read"))
        #expect(read("holdEnded", 1, "nonsense").contains("'holdEnded' version 1"))
    }

    @Test("a record filed under another stream than its event's is refused")
    func wrongStream() {
        var chain = HashChain()
        var record = chain.seal([Event(EventSamples.events(of: .noteAdded)[0], sequence: 1)])[0]
        record.stream = "incident/43"
        #expect(throws: RecordStoreError.self) { try EventCodec.decode(record) }
    }
}

/// A golden file: one event a line, as facts and text. For a new kind or version, run the tests once with
/// `TOCSIN_WRITE_GOLDEN=1`; a file that is there is never written again.
struct Golden {
    struct Entry {
        let facts: String
        let text: String?

        func decode(_ kind: EventKind, version: Int) throws -> Event {
            try EventCodec.decode(
                kind: kind.rawValue, version: version, facts: facts, text: text, sequence: 7, at: EventSamples.at,
                request: nil)
        }
    }

    let entries: [Entry]

    init(_ events: [Event]) {
        entries = events.map { event in
            let encoded = EventCodec.encode(event)
            return Entry(facts: encoded.facts, text: encoded.text)
        }
    }

    var contents: String {
        let lines = entries.map { #"  {"facts":\#($0.facts),"text":\#($0.text ?? "null")}"# }
        return "[\n\(lines.joined(separator: ",\n"))\n]\n"
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static func file(_ kind: EventKind, version: Int) -> URL {
        folder.appending(path: "\(kind.rawValue).v\(version).json")
    }

    static func read(_ kind: EventKind, version: Int) throws -> Golden {
        let contents = try String(contentsOf: file(kind, version: version), encoding: .utf8)
        return Golden(contents: contents)
    }

    private init(contents: String) {
        entries = contents.split(separator: "\n").filter { $0.hasPrefix("  {") }.map { line in
            let line = line.hasSuffix(",") ? line.dropLast() : line
            let body = line.dropFirst(#"  {"facts":"#.count).dropLast()
            let split = body.range(of: #","text":"#, options: .backwards)!
            let text = body[split.upperBound...]
            return Entry(facts: String(body[..<split.lowerBound]), text: text == "null" ? nil : String(text))
        }
    }

    func writeIfMissing(_ kind: EventKind) throws {
        let file = Self.file(kind, version: kind.version)
        guard !FileManager.default.fileExists(atPath: file.path) else { return }
        try Data(contents.utf8).write(to: file)
    }
}

extension Event {
    init(_ event: Event, sequence: Int64) {
        self.init(
            sequence: sequence, at: event.at, request: event.request, payload: event.payload, text: event.text)
    }
}
