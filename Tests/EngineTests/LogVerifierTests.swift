import Crypto
import Engine
import EngineCore
import Incidents
import LogDoubles
import OnCall
import Testing
import Timekeeping

@Suite struct LogVerifierTests {
    /// A log of one incident opened, joined, acknowledged, noted and resolved, and another still open.
    static func store() throws -> MemoryStore {
        let store = MemoryStore()
        var story = try Story(in: store)
        try story.fire("db")
        try story.wait(.minutes(6))
        try story.tell(.acknowledge(Incident.ID(1), by: "ana", via: .link), request: "r-1")
        try story.tell(.note(Incident.ID(1), text: "restarted by hand", by: Actor(user: "ana", via: .console)))
        try story.resolve("db")
        try story.fire("index", app: "search")
        return store
    }

    static func report(_ records: [Record], knownHead: HashChain? = nil) throws -> LogReport {
        try LogVerifier.verify(MemoryStore(records: records), knownHead: knownHead)
    }

    @Test("a log as the engine wrote it is sound, and its incident list agrees")
    func sound() throws {
        let store = try Self.store()
        let report = try LogVerifier.verify(store)
        #expect(report.isSound)
        #expect(report.count == store.all.count)
        #expect(report.incidents == 2)
        #expect(report.erasedTexts == 0)
        #expect(report.head == HashChain(lastSequence: store.all.last!.sequence, lastHash: store.all.last!.hash))
        #expect(try LogVerifier.readModelProblems(store, report) == [])
    }

    @Test("an empty log is sound")
    func empty() throws {
        let report = try Self.report([])
        #expect(report.isSound && report.count == 0)
    }

    @Test("the first bad record is named with what is wrong, also beyond the first page")
    func named() throws {
        var chain = HashChain()
        let note = EventSamples.events(of: .noteAdded)[0]
        var records = chain.seal((1...2500).map { Event(note, sequence: Int64($0)) })
        records[2100].facts = records[2100].facts.replacing("ana", with: "ben")
        records[2200].text = nil
        let report = try Self.report(records)
        #expect(report.problem == LogProblem(2101, .chain(.factsChanged)))
        #expect(report.count == 2100)
        #expect(report.problem?.description == "Record 2101: its facts are not the ones that were recorded.")
    }

    @Test("a payload that cannot be read is named, though the chain holds")
    func unreadable() throws {
        var chain = HashChain()
        var records = chain.seal([Event(EventSamples.events(of: .holdEnded)[0], sequence: 1)])
        records[0].kind = "fromTheFuture"
        records[0].hash = documentedHash(records[0])
        let report = try Self.report(records)
        #expect(report.problem?.sequence == 1)
        #expect(report.problem?.description.contains("'fromTheFuture' (version 1)") == true)
    }

    @Test("erased texts are counted and nothing else is lost")
    func erased() throws {
        var records = try Self.store().all
        let texts = records.count { $0.text != nil }
        for index in records.indices { (records[index].text, records[index].textSalt) = (nil, nil) }
        let report = try Self.report(records)
        #expect(report.isSound)
        #expect(report.erasedTexts == texts && texts > 0)
    }

    @Test("a log cut off at its end shows only against a head that was kept elsewhere")
    func truncated() throws {
        let records = try Self.store().all
        let known = HashChain(lastSequence: records.last!.sequence, lastHash: records.last!.hash)
        let cut = Array(records.dropLast(3))
        #expect(try Self.report(cut).isSound)
        let problem = try Self.report(cut, knownHead: known).problem
        #expect(problem?.sequence == records.last!.sequence - 2)
        #expect(problem?.kind == .truncated(knownLast: known.lastSequence))
        #expect(try Self.report(records, knownHead: known).isSound)
    }

    @Test("a log written anew from some record on shows only against a head that was kept elsewhere")
    func rewritten() throws {
        let records = try Self.store().all
        let middle = records.count / 2
        let known = HashChain(lastSequence: Int64(middle + 1), lastHash: records[middle].hash)
        var forger = HashChain(lastSequence: Int64(middle), lastHash: records[middle - 1].hash)
        let events = try records[middle...].map { try EventCodec.decode($0) }.map { event in
            Event(
                sequence: event.sequence, at: event.at + .seconds(1), request: event.request, payload: event.payload,
                text: event.text)
        }
        let changed = Array(records[..<middle] + forger.seal(events))
        #expect(try Self.report(changed).isSound)
        #expect(
            try Self.report(changed, knownHead: known).problem
                == LogProblem(Int64(middle + 1), .rewritten))
    }

    @Test("an incident list that says something else than the events is told apart, row by row")
    func readModel() throws {
        let honest = try Self.store()
        var summaries = honest.summaries(IncidentQuery())
        summaries[1].state = .triggered
        summaries[1].owner = nil
        let store = MemoryStore(records: honest.all, summaries: summaries)
        #expect(
            try LogVerifier.readModelProblems(store, LogVerifier.verify(store))
                == ["INC-1 is listed with another state, owner than its events say"])
    }

    @Test("an incident missing from the list, and one that never was, are both told")
    func missing() throws {
        let honest = try Self.store()
        let summaries = honest.summaries(IncidentQuery())
        let short = MemoryStore(records: honest.all, summaries: [summaries[0]])
        let tooFew = try LogVerifier.readModelProblems(short, LogVerifier.verify(short))
        #expect(tooFew == ["2 incidents were opened and 1 are listed"])
        var stranger = summaries[0]
        stranger.incident = Incident.ID(9)
        let long = MemoryStore(records: honest.all, summaries: summaries + [stranger])
        let tooMany = try LogVerifier.readModelProblems(long, LogVerifier.verify(long))
        #expect(tooMany.first == "INC-9 is listed and was never opened")
    }
}

/// The hash of a record as `HashChain` documents it, written a second time.
private func documentedHash(_ record: Record) -> String {
    let fields = [
        "tocsin-log-1", record.previousHash, "\(record.sequence)", record.stream, record.kind, "\(record.version)",
        "\(record.at.milliseconds)", record.request, record.factsDigest, record.textDigest,
    ]
    let bytes = fields.map { field in field.map { "\($0.utf8.count):\($0)," } ?? "-" }.joined()
    return SHA256.hash(data: Array(bytes.utf8)).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
}
