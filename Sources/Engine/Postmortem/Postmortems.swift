import EngineCore
import Foundation
import Incidents
import OnCall
import Timekeeping

/// What a draft is rendered as.
public enum PostmortemFormat: String, Sendable, CaseIterable {
    case markdown, html

    /// The ending of a file of it, without the dot.
    public var fileExtension: String {
        switch self {
        case .markdown: "md"
        case .html: "html"
        }
    }

    public var contentType: String {
        switch self {
        case .markdown: "text/markdown; charset=utf-8"
        case .html: "text/html; charset=utf-8"
        }
    }
}

/// Makes a document of a draft. Whatever is in the draft stays text in it.
public typealias PostmortemRenderer = @Sendable (PostmortemDraft, PostmortemFormat) -> String

/// How post-mortems are drafted here: who renders them, and where a time zone is looked up.
public struct Postmortems: Sendable {
    public let render: PostmortemRenderer
    private let findZone: @Sendable (String) -> ZoneRules?

    public init(render: @escaping PostmortemRenderer, zone: @escaping @Sendable (String) -> ZoneRules?) {
        self.render = render
        findZone = zone
    }

    /// The rules of that name of the tz database, such as `Europe/Berlin`; nil when there is no such zone.
    public func zone(_ name: String) -> ZoneRules? { findZone(name) }
}

extension PostmortemDraft {
    /// - Parameter records: one incident's, in order, from its opening on.
    /// - Returns: nil when they do not begin with an opening.
    /// - Throws: `RecordStoreError.unreadable`.
    public init?(_ records: [Record], directory: Directory, zone: ZoneRules? = nil) throws {
        guard let facts = PostmortemFacts(try records.map { try RecordedEvent($0) }) else { return nil }
        self.init(facts, directory: directory, zone: zone)
    }

    /// Snake case, sorted keys: the same draft is the same text.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a draft is strings and whole numbers, and those can be encoded")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}

extension Engine {
    /// The draft from what is recorded so far, with the names of the configuration in force; nil when there is no
    /// such incident.
    /// - Throws: what the store throws when the log cannot be read.
    public func postmortem(of incident: Incident.ID, zone: ZoneRules? = nil) async throws -> PostmortemDraft? {
        let directory = read { $0.directory }
        return try PostmortemDraft(try await records(of: incident), directory: directory, zone: zone)
    }
}
