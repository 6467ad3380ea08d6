import Engine
import Foundation
import Incidents
import Mustache
import Synchronization
import Timekeeping

/// The templates that pages are written by: one Mustache file for each `PageTemplate`, named by its raw value.
///
/// A template may fail in any way without stopping a page. What it makes is used only if the essentials are still in
/// it; otherwise the channel sends the plain facts. Values reach a template cleaned of control characters, and escaped
/// where the template makes HTML, so `{{{name}}}` is as safe as `{{name}}`.
public struct PageTemplates: Sendable {
    /// What is wrong with the files, a sentence each, in the order of their names. Pages go out all the same.
    public let problems: [String]
    private let templates: [PageTemplate: MustacheTemplate]

    /// Nothing in the folder: the plain facts, and no problem.
    public static let none = PageTemplates(templates: [:], problems: [])

    /// Reads what is there. A missing file is no problem; a missing folder is.
    public init(folder: String) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            self.init(templates: [:], problems: ["the templates folder \(folder) cannot be read"])
            return
        }
        var templates: [PageTemplate: MustacheTemplate] = [:]
        var problems: [String] = []
        for name in names.sorted() where Self.isOurs(name) {
            guard let template = PageTemplate(rawValue: String(name.dropLast(Self.suffix.count))) else {
                problems.append("\(name): there is no such template")
                continue
            }
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)"),
                bytes.count <= Self.fileBytes, let text = String(validating: bytes, as: UTF8.self)
            else {
                problems.append("\(name): it cannot be read as UTF-8 of at most \(Self.fileBytes) bytes")
                continue
            }
            do {
                // The values are made safe before they get here, so nothing is escaped twice.
                templates[template] = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\(text)")
                problems += Self.unknownFields(in: text).map { "\(name): there is no field “\($0)”" }
            } catch let error as MustacheTemplate.ParserError {
                problems.append("\(name):\(error.context.lineNumber): it is not a Mustache template: \(error.error)")
            } catch {
                problems.append("\(name): it is not a Mustache template: \(error)")
            }
        }
        for (template, parsed) in templates.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for page in [PageMessage.sample, .sampleTogether] {
                guard let flaw = Self.flaw(in: parsed.render(PageFields(page, for: template)), of: template, page)
                else { continue }
                problems.append("\(template.rawValue)\(Self.suffix): \(flaw)")
                break
            }
        }
        self.init(templates: templates, problems: problems.sorted())
    }

    private init(templates: [PageTemplate: MustacheTemplate], problems: [String]) {
        self.templates = templates
        self.problems = problems
    }

    /// Renders by these templates; nil where there is none, or what it made cannot be used.
    /// - Parameter warn: takes a sentence for the operator's log, once for each template.
    public func renderer(warn: @escaping @Sendable (String) -> Void) -> PageRenderer {
        let warned = WarnedTemplates()
        return { template, page in
            guard let parsed = templates[template] else { return nil }
            var text = parsed.render(PageFields(page, for: template))
            if template.isOneLine { text = PlainText.printable(text) }
            guard let flaw = Self.flaw(in: text, of: template, page) else { return text }
            if warned.isFirst(template) {
                warn("\(template.rawValue)\(Self.suffix) is not used, the plain facts are sent: \(flaw)")
            }
            return nil
        }
    }

    /// Why a text must not go out; nil when it may.
    private static func flaw(in text: String, of template: PageTemplate, _ page: PageMessage) -> String? {
        guard !text.allSatisfy(\.isWhitespace) else { return "it renders to nothing" }
        guard text.utf8.count <= template.byteLimit else {
            return "it renders to more than \(template.byteLimit) bytes"
        }
        guard text.contains(page.incident.description) else { return "the incident's number is missing" }
        if let also = page.also, !template.isOneLine, !text.contains(also) {
            return "the other incidents in the message are not named: {{also}} is missing"
        }
        let link = page.acknowledgeURL
        guard template.isOneLine || text.contains(link) || text.contains(PageFields.escapedForHTML(link)) else {
            return "the link that acknowledges is missing"
        }
        return nil
    }

    private static let suffix = ".mustache"
    static let fileBytes = 65_536

    private static func isOurs(_ name: String) -> Bool {
        name.hasSuffix(suffix) && !name.hasPrefix(".")
            && !PostmortemFormat.allCases.contains { PostmortemTemplates.fileName($0) == name }
    }

    /// Names in tags that nothing has a value for: mostly misspelt.
    static func unknownFields(in text: String, known: Set<String> = PageFields.names) -> [String] {
        var unknown: Set<String> = []
        for piece in text.components(separatedBy: "{{").dropFirst() {
            guard let end = piece.range(of: "}}") else { continue }
            var name = piece[..<end.lowerBound].trimmingCharacters(in: .whitespaces)
            guard let first = name.first, first != "=" else { return unknown.sorted() }
            guard !"!%>/$<".contains(first) else { continue }
            name = String(name.drop { "{#^&".contains($0) }).trimmingCharacters(in: .whitespaces)
            // `uppercased(title)`
            if let open = name.lastIndex(of: "(") {
                name = String(name[name.index(after: open)...].prefix { $0 != ")" })
            }
            if !known.contains(name) { unknown.insert(name) }
        }
        return unknown.sorted()
    }
}

/// Which templates have been complained about.
private final class WarnedTemplates: Sendable {
    private let seen = Mutex<Set<PageTemplate>>([])

    func isFirst(_ template: PageTemplate) -> Bool { seen.withLock { $0.insert(template).inserted } }
}

extension PageTemplate {
    /// A subject or a title: one line, and too short for a link.
    var isOneLine: Bool {
        switch self {
        case .mailSubject, .pushTitle: true
        case .mailText, .mailHTML, .pushText, .chatText: false
        }
    }

    var isHTML: Bool { self == .mailHTML }

    /// What the channel can carry. ntfy turns a longer push into an attachment; Slack takes 3000 characters in a block.
    var byteLimit: Int {
        switch self {
        case .mailSubject, .pushTitle: 998
        case .mailText, .mailHTML: 65_536
        case .pushText: 4096
        case .chatText: 3000
        }
    }
}
