import Engine
import Foundation
import Incidents
import Mustache
import Synchronization

/// The templates that post-mortems are drafted by: `postmortem.md.mustache` and `postmortem.html.mustache`.
///
/// An own template may fail in any way without losing the draft: what it makes is used only if it cites every event of
/// note; otherwise the template that came with Tocsin is used, and without that one a plain list. Values reach a
/// template harmless for what it makes, Markdown or HTML, with two braces and with three.
public struct PostmortemTemplates: Sendable {
    /// What is wrong with the files, a sentence each. Drafts are made all the same.
    public let problems: [String]
    /// In the order they are tried.
    private let sets: [[PostmortemFormat: MustacheTemplate]]

    /// - Parameters:
    ///   - folder: the operator's own; nil, or a file missing in it, means the shipped one.
    ///   - shipped: where those that came with Tocsin are.
    public init(folder: String?, shipped: String?) {
        var problems: [String] = []
        let folders = [folder, shipped == folder ? nil : shipped].compactMap(\.self)
        sets = folders.map { Self.read($0, &problems) }
        self.problems = problems
    }

    /// - Parameter warn: takes a sentence for the operator's log, once for each flaw.
    public func renderer(warn: @escaping @Sendable (String) -> Void) -> PostmortemRenderer {
        let warned = Warned()
        return { draft, format in
            for set in sets {
                guard let template = set[format] else { continue }
                let text = template.render(PostmortemFields(draft, format).root)
                guard let flaw = Self.flaw(in: text, of: draft) else { return text }
                if warned.isFirst(flaw) { warn("\(Self.fileName(format)) is not used: \(flaw)") }
            }
            return PlainPostmortem(draft).text(format)
        }
    }

    /// Every name that a template may use.
    package static var fields: Set<String> { PostmortemFields.names }

    static func fileName(_ format: PostmortemFormat) -> String { "postmortem.\(format.fileExtension).mustache" }

    private static func read(_ folder: String, _ problems: inout [String]) -> [PostmortemFormat: MustacheTemplate] {
        var templates: [PostmortemFormat: MustacheTemplate] = [:]
        for format in PostmortemFormat.allCases {
            let name = fileName(format)
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
            guard bytes.count <= PageTemplates.fileBytes, let text = String(validating: bytes, as: UTF8.self) else {
                problems.append("\(name): it cannot be read as UTF-8 of at most \(PageTemplates.fileBytes) bytes")
                continue
            }
            do {
                // The values are made safe before they get here, so nothing is escaped twice.
                let template = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\(text)")
                templates[format] = template
                problems += PageTemplates.unknownFields(in: text, known: PostmortemFields.names)
                    .map { "\(name): there is no field “\($0)”" }
                let sample = template.render(PostmortemFields(.sample, format).root)
                if let flaw = flaw(in: sample, of: .sample) { problems.append("\(name): \(flaw)") }
            } catch let error as MustacheTemplate.ParserError {
                problems.append("\(name):\(error.context.lineNumber): it is not a Mustache template: \(error.error)")
            } catch {
                problems.append("\(name): it is not a Mustache template: \(error)")
            }
        }
        return templates
    }

    /// Why a document must not be used; nil when it may.
    private static func flaw(in text: String, of draft: PostmortemDraft) -> String? {
        guard text.utf8.count <= longestDocument else { return "it renders to more than \(longestDocument) bytes" }
        guard text.contains(draft.incident) else { return "the incident's number is missing" }
        for line in draft.days.flatMap(\.lines) where !text.contains(line.cite.description) {
            return "an event of the timeline is not cited"
        }
        return nil
    }

    /// A template that nests its lists makes more of a long incident than anybody can open.
    private static let longestDocument = 16 << 20
}

/// Which flaws have been complained about.
private final class Warned: Sendable {
    private let seen = Mutex<Set<String>>([])

    func isFirst(_ flaw: String) -> Bool { seen.withLock { $0.insert(flaw).inserted } }
}
