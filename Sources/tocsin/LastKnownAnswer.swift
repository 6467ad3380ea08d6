import ArgumentParser
import Engine
import Foundation
import Timekeeping

/// Who is on call, from the file that the server left: when neither it nor its database can be asked.
struct LastKnownAnswer {
    let path: String

    /// Only when there is nobody to ask: a wrong name or token deserves its own sentence.
    static func isWanted(after error: any Error, offline: Bool) -> Bool {
        if offline { return true }
        if let failure = error as? APIClient.Failure { return failure.isUnreachable }
        return error is ValidationError
    }

    /// The first of the places where it may be.
    static func find(_ database: String?) -> LastKnownAnswer? {
        let beside = database.map { [SelfWatchParts.lastKnownPath($0)] } ?? []
        let usual = ["", "var/", "/var/lib/tocsin/"].map { $0 + LastKnown.fileName }
        return (beside + usual).first { FileManager.default.isReadableFile(atPath: $0) }.map(LastKnownAnswer.init)
    }

    func show(_ schedule: String?, _ at: String?, json: Bool) throws {
        let known: LastKnown
        do {
            known = try LastKnown.read(path)
        } catch {
            throw APIClient.Failure("\(path) cannot be read: \(error)")
        }
        if json { return print(known.json, terminator: "") }
        if let schedule, !known.schedules.contains(where: { $0.schedule == schedule }) {
            throw APIClient.Failure("There is no schedule '\(schedule)' in \(path).")
        }
        let moment = at.flatMap { AskedMoment($0, in: .utc) }?.readings.first ?? HostTime.now
        print("As known at \(known.writtenAt), from \(path):")
        for line in known.lines(at: moment, schedule: schedule) { print(line) }
    }
}
