import Foundation
import OnCall
import Timekeeping

/// Snake case; times are RFC 3339 in UTC unless their name ends in `_local`.
extension DutyAnswer: Encodable {
    private enum CodingKeys: String, CodingKey {
        case schedule, zone, at, atLocal, people, hole, nextChange, asKnownAt, configurationVersion, note, explanation
        case readings
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(schedule.rawValue, forKey: .schedule)
        try values.encode(zone.rawValue, forKey: .zone)
        try values.encode(at.rfc3339, forKey: .at)
        try values.encode(clock.rfc3339(at), forKey: .atLocal)
        try values.encode(people.map { Written($0, at: at) }, forKey: .people)
        try values.encode(hole, forKey: .hole)
        try values.encode(nextChange?.rfc3339, forKey: .nextChange)
        try values.encode(asKnownAt.rfc3339, forKey: .asKnownAt)
        try values.encode(configurationVersion, forKey: .configurationVersion)
        try values.encode(note, forKey: .note)
        try values.encodeIfPresent(explanation, forKey: .explanation)
        if !readings.isEmpty { try values.encode(readings, forKey: .readings) }
    }

    private struct Written: Encodable {
        let person: Person
        let at: Instant

        init(_ person: Person, at: Instant) {
            self.person = person
            self.at = at
        }

        private enum CodingKeys: String, CodingKey {
            case user, name, why, zone, localTime, since, until, untilLocal
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(person.user.rawValue, forKey: .user)
            try values.encode(person.name, forKey: .name)
            try values.encode(person.why, forKey: .why)
            try values.encode(person.clock.zone.id.rawValue, forKey: .zone)
            try values.encode(person.clock.rfc3339(at), forKey: .localTime)
            try values.encode(person.since?.rfc3339, forKey: .since)
            try values.encode(person.until?.rfc3339, forKey: .until)
            try values.encode(person.until.map(person.clock.rfc3339), forKey: .untilLocal)
        }
    }

    public var json: String { ReportJSON.text(self) }
}

/// Answers for every schedule, with the moment they are about.
public struct DutyAnswers: Encodable, Sendable {
    public let at: String
    public let items: [DutyAnswer]

    public init(_ question: DutyQuestion, from rosters: [KnownRoster]) {
        at = question.moment.readings[0].rfc3339
        items = question.answers(from: rosters)
    }

    public var json: String { ReportJSON.text(self) }
}

/// Answers as text: snake case and sorted keys, so the same answer is the same text.
enum ReportJSON {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("Strings, whole numbers and booleans can be encoded.")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
