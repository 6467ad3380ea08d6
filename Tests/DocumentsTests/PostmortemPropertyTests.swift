import Documents
import Engine
import Foundation
import Incidents
import LogDoubles
import OnCall
import Simulation
import Testing
import Timekeeping

/// What holds for the draft of any incident, tried on logs of simulated worlds and on logs of random events.
@Suite("Any draft of a post-mortem")
struct PostmortemPropertyTests {
    /// Whatever the world of that seed did to its engine, by incident and with its records.
    private static func incidents(seed: UInt64) throws -> ([[Record]], Directory) {
        let (events, directory) = try World.log(seed: seed)
        var chain = HashChain()
        let records = chain.seal(events)
        let streams = Dictionary(grouping: records, by: \.stream).filter { $0.key.hasPrefix("incident/") }
        return (streams.sorted { $0.key < $1.key }.map(\.value), directory)
    }

    private static let kolkata = ZoneRules.fixed(id: "Asia/Kolkata", offsetSeconds: 19_800)

    @Test(
        "cites what is in the log, leaves out nothing of note, and invents no number",
        arguments: 1...4 as ClosedRange<UInt64>)
    func worlds(seed: UInt64) throws {
        let (incidents, directory) = try Self.incidents(seed: seed)
        #expect(!incidents.isEmpty)
        for records in incidents {
            try Self.check(records, directory, zone: seed.isMultiple(of: 2) ? Self.kolkata : nil)
        }
    }

    @Test("the same of events in an order that no engine would record", arguments: 1...60 as ClosedRange<UInt64>)
    func nonsense(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let kinds = EventKind.allCases.filter { kind in
            kind != .incidentOpened && EventSamples.events(of: kind)[0].payload.incident != nil
        }
        var at = EventSamples.at
        var events: [Event] = []
        for index in 0..<random.number(1...80) {
            let samples = EventSamples.events(of: index == 0 ? .incidentOpened : random.pick(kinds))
            let sample = random.pick(samples)
            // The wall clock may be set back.
            at = at + .milliseconds(Int64(random.number(-5_000...900_000)))
            let text = random.chance(200) ? nil : sample.text
            events.append(Event(sequence: Int64(index + 1), at: at, payload: sample.payload, text: text))
        }
        var chain = HashChain()
        try Self.check(chain.seal(events), .nobody, zone: nil)
    }

    @Test(
        "the same of nights with rollbacks, reopenings and dead channels, told to the engine of today",
        arguments: RecordedNight.allCases)
    func nights(_ night: RecordedNight) throws {
        let stream = Event.Stream.incident(RecordedNight.incident).description
        let records = try night.erased(night.record().all).filter { $0.stream == stream }
        try Self.check(records, night.directory, zone: Self.kolkata)
    }

    @Test("a number that stands in no record is noticed, and a draft without one line too")
    func checksThemselves() throws {
        let (incidents, directory) = try Self.incidents(seed: 1)
        let records = try #require(incidents.first)
        let numbers = NumbersOfALog(records, names: [])
        #expect(numbers.inventions(in: "It took 7391 min of the 2027 users") == ["7391", "2027"])
        var draft = try #require(try PostmortemDraft(records, directory: directory))
        var rest = draft
        rest.days = []
        let elsewhere = Set(rest.citations)
        let index = try #require(draft.days[0].lines.firstIndex { !elsewhere.contains($0.cite) })
        let line = draft.days[0].lines.remove(at: index)
        let text = PostmortemGoldenTests.render(draft, .markdown)
        #expect(!Self.cited(in: text).contains("\(line.cite)"))
    }

    @Test("the same log is the same bytes, however its dictionaries are laid out")
    func sameBytes() throws {
        let (incidents, directory) = try Self.incidents(seed: 3)
        var other = directory
        other.users = [:]
        other.users.reserveCapacity(1000)
        for (id, user) in directory.users.sorted(by: { $0.key > $1.key }) { other.users[id] = user }
        other.services.reserveCapacity(1000)
        for records in incidents.prefix(8) {
            for format in PostmortemFormat.allCases {
                let first = try PostmortemDraft(records, directory: directory).map {
                    PostmortemGoldenTests.render($0, format)
                }
                let second = try PostmortemDraft(records, directory: other).map {
                    PostmortemGoldenTests.render($0, format)
                }
                #expect(first == second && first != nil)
            }
            #expect(
                try PostmortemDraft(records, directory: directory)?.json
                    == PostmortemDraft(records, directory: other)?.json)
        }
    }

    // MARK: The checks

    private static func check(_ records: [Record], _ directory: Directory, zone: ZoneRules?) throws {
        let draft = try #require(try PostmortemDraft(records, directory: directory, zone: zone))
        let names = directory.users.values.map(\.name) + directory.services.values.map(\.name)
        let numbers = NumbersOfALog(records, names: names, offsetSeconds: zone == nil ? 0 : 19_800)
        let known = Set(records.map { "\($0.sequence):\($0.hash.prefix(8))" })
        let ofNote = try records.filter { try EventCodec.decode($0).payload.isOfNote }
        #expect(Set(draft.citations.map(\.description)).isSubset(of: known))
        for format in PostmortemFormat.allCases {
            let text = visible(PostmortemGoldenTests.render(draft, format), format)
            let cited = cited(in: text)
            #expect(cited.isSubset(of: known), "\(cited.subtracting(known))")
            for record in ofNote {
                #expect(cited.contains("\(record.sequence):\(record.hash.prefix(8))"), "\(record.kind) is not cited")
            }
            let inventions = numbers.inventions(in: text)
            #expect(inventions.isEmpty, "\(inventions) in \(draft.incident): \(lines(of: text, holding: inventions))")
        }
        try checkLines(draft, records)
    }

    /// Each line of the timeline shows its own record's clock.
    private static func checkLines(_ draft: PostmortemDraft, _ records: [Record]) throws {
        let byCitation = Dictionary(uniqueKeysWithValues: records.map { ("\($0.sequence):\($0.hash.prefix(8))", $0) })
        for day in draft.days {
            for line in day.lines {
                let record = try #require(byCitation["\(line.cite)"])
                #expect(record.at.rfc3339.hasPrefix("\(day.date)T\(line.utc)"))
            }
        }
        #expect(
            draft.days.flatMap(\.lines).map(\.cite.sequence)
                == draft.days.flatMap(\.lines).map(\.cite.sequence).sorted())
    }

    private static func lines(of text: String, holding numbers: [String]) -> [String] {
        text.split(separator: "\n").map(String.init).filter { line in numbers.contains { line.contains($0) } }
    }

    /// `12:a1b2c3d4`, wherever it stands.
    private static func cited(in text: String) -> Set<String> {
        let words = text.split { !($0.isHexDigit || $0 == ":") }.map(String.init)
        return Set(
            words.filter { word in
                let parts = word.split(separator: ":", omittingEmptySubsequences: false)
                return parts.count == 2 && Int64(parts[0]) != nil && parts[1].count == 8
            })
    }

    /// Without style, tags and entities of HTML.
    private static func visible(_ text: String, _ format: PostmortemFormat) -> String {
        guard format == .html, let end = text.range(of: "</style>") else { return text }
        let body = String(text[end.upperBound...]).replacing(/<[^>]*>/, with: " ")
        return body.replacing(/&#?[a-z0-9]+;/, with: " ")
    }
}
