import Engine
import Incidents
import LogDoubles
import Testing
import Timekeeping

@Suite struct HashChainTests {
    /// Five records: a text in each but the last, a request in the third.
    static func records() -> [Record] {
        let samples = [EventKind.incidentOpened, .alertFired, .noteAdded, .incidentOpened, .holdEnded]
        var chain = HashChain()
        return chain.seal(
            samples.enumerated().map { index, kind in
                let sample = EventSamples.events(of: kind)[0]
                return Event(
                    sequence: Int64(index + 1), at: sample.at, request: index == 2 ? "r-1" : nil,
                    payload: sample.payload, text: sample.text)
            })
    }

    /// The first record that does not fit, and why.
    static func firstProblem(_ records: [Record]) -> (place: Int, problem: ChainProblem)? {
        var chain = HashChain()
        for (place, record) in records.enumerated() {
            if let problem = HashChain.verify(record, after: chain) { return (place, problem) }
            chain = HashChain(lastSequence: record.sequence, lastHash: record.hash)
        }
        return nil
    }

    @Test("an honest chain holds, from the first record to the last")
    func honest() {
        #expect(Self.firstProblem(Self.records()) == nil)
    }

    @Test("the hash is what its documentation says: two records, worked out by another program")
    func documented() {
        var chain = HashChain()
        let stepped = Event(EventSamples.events(of: .clockStepped)[0], sequence: 1)
        let ended = EventSamples.events(of: .holdEnded)[0]
        let records = chain.seal([
            Event(sequence: 1, at: stepped.at, payload: stepped.payload),
            Event(sequence: 2, at: ended.at, request: "r-1", payload: ended.payload),
        ])
        #expect(records[0].factsDigest == "ede423beca9aceff25c0c674751a3601a96e6783eb2d433e848d5c9a007e9e56")
        #expect(records[0].hash == "19cad1185f4afc069077b8761c4e1d554b8c4e04639e8a6217003772d15e813e")
        #expect(records[1].hash == "23a784dbbe9547abeb725a8089d17e50fffa4306a66c0e9063e2861a4cc70302")
        #expect(records[1].previousHash == records[0].hash)
        #expect(chain == HashChain(lastSequence: 2, lastHash: records[1].hash))
    }

    struct Tampering: Sendable, CustomTestStringConvertible {
        let field: String
        let problem: ChainProblem
        let tamper: @Sendable (inout Record) -> Void
        var testDescription: String { field }
    }

    static let tamperings: [Tampering] = [
        .init(field: "sequence", problem: .sequenceGap(expected: 3)) { $0.sequence += 1 },
        .init(field: "stream", problem: .hashDiffers) { $0.stream = "incident/43" },
        .init(field: "kind", problem: .hashDiffers) { $0.kind = "holdEnded" },
        .init(field: "version", problem: .hashDiffers) { $0.version = 2 },
        .init(field: "at", problem: .hashDiffers) { $0.at = $0.at + .milliseconds(1) },
        .init(field: "request", problem: .hashDiffers) { $0.request = nil },
        .init(field: "facts", problem: .factsChanged) { $0.facts += " " },
        .init(field: "text", problem: .textChanged) { $0.text = #"{"body":"all is well"}"# },
        .init(field: "textSalt", problem: .textChanged) { $0.textSalt = String(repeating: "0", count: 32) },
        .init(field: "factsDigest", problem: .factsChanged) { $0.factsDigest = String(repeating: "0", count: 64) },
        .init(field: "textDigest", problem: .textChanged) { $0.textDigest = String(repeating: "0", count: 64) },
        .init(field: "previousHash", problem: .previousHashDiffers) { $0.previousHash = "" },
        .init(field: "hash", problem: .hashDiffers) { $0.hash = String(repeating: "0", count: 64) },
    ]

    @Test("a change to any field shows at that record, and says what was changed", arguments: tamperings)
    func tampered(tampering: Tampering) {
        var records = Self.records()
        tampering.tamper(&records[2])
        let found = Self.firstProblem(records)
        #expect(found?.place == 2)
        #expect(found?.problem == tampering.problem)
    }

    @Test("the tamperings above leave no field of a record out")
    func complete() {
        let fields = Mirror(reflecting: Self.records()[0]).children.compactMap(\.label)
        #expect(Set(fields) == Set(Self.tamperings.map(\.field)))
    }

    @Test("who rewrites a record and seals it anew is found out at the next one")
    func resealed() {
        var records = Self.records()
        let sample = EventSamples.events(of: .alertResolved)[0]
        var forger = HashChain(lastSequence: 2, lastHash: records[1].hash)
        records[2] = forger.seal([Event(sample, sequence: 3)])[0]
        let found = Self.firstProblem(records)
        #expect(found?.place == 3)
        #expect(found?.problem == .previousHashDiffers)
    }

    @Test("a text erased with its salt leaves the chain whole")
    func erased() {
        var records = Self.records()
        for index in records.indices {
            records[index].text = nil
            records[index].textSalt = nil
        }
        #expect(Self.firstProblem(records) == nil)
    }

    @Test("a text erased by half is not erased: what stays would let it be guessed, or is not what it was")
    func halfErased() {
        var salted = Self.records()
        salted[1].text = nil
        #expect(Self.firstProblem(salted)?.problem == .textChanged)
        var unsalted = Self.records()
        unsalted[1].textSalt = nil
        #expect(Self.firstProblem(unsalted)?.problem == .textChanged)
        var digestGone = Self.records()
        (digestGone[1].text, digestGone[1].textSalt, digestGone[1].textDigest) = (nil, nil, nil)
        #expect(Self.firstProblem(digestGone)?.problem == .hashDiffers)
    }

    @Test("no text can be put where there was none")
    func added() {
        for (text, salt) in [("{}", nil), (nil, "00"), ("{}", "00"), ("{}", String(repeating: "0", count: 32))] {
            var records = Self.records()
            (records[4].text, records[4].textSalt) = (text, salt)
            #expect(Self.firstProblem(records)?.problem == .textChanged, "\(text ?? "-") \(salt ?? "-")")
        }
    }

    @Test("a record taken out, put twice, or moved shows")
    func moved() {
        var removed = Self.records()
        removed.remove(at: 1)
        #expect(Self.firstProblem(removed)?.problem == .sequenceGap(expected: 2))
        var renumbered = removed
        for index in 1..<renumbered.count { renumbered[index].sequence -= 1 }
        #expect(Self.firstProblem(renumbered)?.place == 1)
        #expect(Self.firstProblem(renumbered)?.problem == .previousHashDiffers)
        var swapped = Self.records()
        swapped.swapAt(1, 2)
        #expect(Self.firstProblem(swapped)?.place == 1)
        var doubled = Self.records()
        doubled.insert(doubled[1], at: 2)
        #expect(Self.firstProblem(doubled)?.problem == .sequenceGap(expected: 3))
    }

    @Test("records missing at the end do not show in the chain itself")
    func truncated() {
        #expect(Self.firstProblem(Array(Self.records().dropLast(2))) == nil)
    }

    @Test("equal texts have different digests, so that one cannot be guessed from another")
    func salted() throws {
        let records = Self.records()
        #expect(records[0].text == records[3].text)
        #expect(records[0].textSalt != records[3].textSalt)
        #expect(records[0].textDigest != records[3].textDigest)
        let salt = try #require(records[0].textSalt)
        #expect(salt.count == 32)
    }

    @Test("what is sealed is read back as it was, request and all")
    func roundTrip() throws {
        for kind in EventKind.allCases {
            for sample in EventSamples.events(of: kind) {
                var chain = HashChain(lastSequence: 6, lastHash: "")
                #expect(try EventCodec.decode(chain.seal([sample])[0]) == sample)
            }
        }
    }

    @Test("an event that would leave a hole is never sealed")
    func hole() async {
        await #expect(processExitsWith: .failure) {
            var chain = HashChain()
            _ = chain.seal([Event(EventSamples.events(of: .holdEnded)[0], sequence: 2)])
        }
    }
}
