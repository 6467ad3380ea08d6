import ArgumentParser
import Engine
import Foundation
import SQLiteStore
import Timekeeping

/// `tocsin log …`: the event log, offline, from the database file.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Prove and read the event log.", subcommands: [Verify.self, Export.self])

    struct DatabaseOption: ParsableArguments {
        @Option(help: "The database file. It may be in use by a running server.")
        var database = "tocsin.db"

        func open() throws -> SQLiteStore { try Self.open(database) }

        static func open(_ path: String) throws -> SQLiteStore {
            guard FileManager.default.fileExists(atPath: path) else {
                throw ValidationError("There is no database at \(path). Name it with --database.")
            }
            return try SQLiteStore(path: path, readOnly: true)
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prove that no record was changed, left out or moved.",
            discussion: """
                Walks the hash chain from the first record, checks every digest and decodes every event. Names the first \
                bad record and exits 1. What a chain cannot show is a cut-off end: keep the last hash elsewhere to \
                prove that too.
                """)

        @OptionGroup var source: DatabaseOption

        @Option(help: "A head that an earlier report gave, as SEQUENCE:HASH: the log must have passed through it.")
        var knownHead: String?

        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let report = try LogVerifier.verify(source.open(), knownHead: knownHead.map(head))
            let head = report.head
            if json {
                struct Report: Encodable {
                    let valid: Bool
                    let records: Int
                    let incidents: Int
                    let erasedTexts: Int
                    let lastSequence: Int64
                    let lastHash: String
                    let problem: String?
                }
                try Output.json(
                    Report(
                        valid: report.isSound, records: report.count, incidents: report.incidents,
                        erasedTexts: report.erasedTexts, lastSequence: head.lastSequence, lastHash: head.lastHash,
                        problem: report.problem.map { "\($0)" }))
            } else if let problem = report.problem {
                print("BAD: \(problem)")
            } else {
                print(
                    """
                    The log is whole: \(report.count) records of \(report.incidents) incidents.
                    Head: \(head.lastSequence):\(head.lastHash)
                    """)
            }
            if !report.isSound { throw ExitCode(1) }
        }

        private func head(_ text: String) throws -> HashChain {
            let parts = text.split(separator: ":")
            guard parts.count == 2, let sequence = Int64(parts[0]), parts[1].count == 64 else {
                throw ValidationError("--known-head: '\(text)' is not SEQUENCE:HASH.")
            }
            return HashChain(lastSequence: sequence, lastHash: String(parts[1]))
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every record as one line of JSON.")

        @OptionGroup var source: DatabaseOption
        @Option(help: "Begin after this sequence number.") var after: Int64 = 0

        func run() throws {
            struct Line: Encodable {
                let sequence: Int64, stream: String, kind: String, version: Int, at: String
                let request: String?, facts: String, text: String?, hash: String
            }
            let store = try source.open()
            var last = after
            while case let records = try store.records(after: last, limit: 1000), let end = records.last {
                for record in records {
                    try Output.json(
                        Line(
                            sequence: record.sequence, stream: record.stream, kind: record.kind,
                            version: record.version, at: record.at.rfc3339, request: record.request,
                            facts: record.facts, text: record.text, hash: record.hash), pretty: false)
                }
                last = end.sequence
            }
        }
    }
}
