import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Synchronization
import Testing
import Timekeeping

@Suite("Templates of post-mortems")
struct PostmortemTemplatesTests {
    private static let hostile = [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><b>bold</b>", "'&amp;&lt;", "{{title}}",
        "{{{incident}}}", "{{#days}}x{{/days}}", "**bold** _em_ ~~gone~~ `code`", "[click](javascript:alert(1))",
        "![x](https://evil.example/x.png)", "https://evil.example www.evil.example a@evil.example", "# heading",
        "- item", "1. item", "1) item", "> quote", "| cell | cell |", "--- ===", "\\", "\\` \\[", "\u{1B}[31mred\u{0}",
        "\u{202E}live\u{2066}", "@channel $x$ <!-- -->", "a\n\n# b", "```", "&copy; &#60;", "\"\u{301}",
    ]

    /// An incident in which everything that somebody else may write is `text`.
    private static func draft(_ text: String) throws -> PostmortemDraft {
        let id = Incident.ID(1)
        let page = PageID(incident: id, ordinal: 1)
        let alert = AlertKey(integration: "prod", key: text)
        let actor = Actor(user: "ana", via: .api)
        let words = EventText(
            title: text, body: text, labels: [text: text], links: ["graph \(text)": "https://g.example/x"])
        let rollback = RollbackID(incident: id, ordinal: 1)
        let check = ServingCheck(.golden, .unknown, evidence: text)
        let state = ServingState(version: text, generation: text, available: [text])
        let policy = RollbackPolicy(target: text, needsSecondPerson: true)
        let payloads: [(EventPayload, EventText?)] = [
            (
                .incidentOpened(
                    .init(
                        incident: id, service: "ranker", severity: .sev1, urgency: .high, routing: text,
                        declaredBy: actor)), words
            ),
            (.alertFired(.init(incident: id, alert: alert, severity: .sev1, isNewEpisode: false)), words),
            (.pageRequested(.init(page: page, run: 1, user: "ana", method: .push, reason: .step)), nil),
            (.attemptBegun(.init(attempt: .init(page: page, number: 1), incarnation: 1, isRepeat: false)), nil),
            (
                .attemptEnded(
                    .init(attempt: .init(page: page, number: 1), outcome: .init(.failedForGood, evidence: text))), nil
            ),
            (.pageEnded(.init(page: page, state: .failed)), nil),
            (
                .rollbackPlanned(
                    .init(
                        rollback: rollback, service: "ranker", to: text, from: state, kind: .named, by: actor,
                        policy: policy, secondPerson: .policy, expiresMilliseconds: 1)), nil
            ),
            (.rollbackSurveyed(.init(rollback: rollback, checks: [check])), nil),
            (
                .rollbackApproved(.init(rollback: rollback, by: actor, isBreakGlass: true, isComplete: true)),
                EventText(body: text)
            ),
            (
                .rollbackEnded(
                    .init(rollback: rollback, end: .frozen, serving: text, why: .inconclusive, detail: text)), nil
            ),
            (.chatClosed(.init(incident: id, room: ChatRoom(platform: "slack", name: text), reason: text)), nil),
            (.noteAdded(.init(incident: id, by: actor)), EventText(body: text)),
            (.incidentResolved(.init(incident: id, by: Resolver(actor: actor))), nil),
        ]
        let events = payloads.enumerated().map { index, sample in
            RecordedEvent(
                event: Event(
                    sequence: Int64(index + 1), at: Instant(seconds: 1_790_000_000), payload: sample.0, text: sample.1),
                hash: "0123456789abcdef")
        }
        var directory = Directory.nobody
        directory.users["ana"] = .init(id: "ana", name: text, zone: "UTC")
        directory.services["ranker"] = .init(id: "ranker", name: text, policy: "ml")
        return PostmortemDraft(try #require(PostmortemFacts(events)), directory: directory)
    }

    @Test("hostile text makes no tag of HTML, no attribute and no entity of its own", arguments: hostile)
    func html(_ text: String) throws {
        func tags(_ draft: PostmortemDraft) -> [String] {
            PostmortemGoldenTests.render(draft, .html).matches(of: /<[^>]*>/).map { String($0.output) }
        }
        // As many lines, so that as many are broken.
        let tame = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
            $0.isEmpty ? "" : "tame"
        }
        #expect(tags(try Self.draft(text)) == tags(try Self.draft(tame.joined(separator: "\n"))))
        let rendered = PostmortemGoldenTests.render(try Self.draft(text), .html)
        #expect(!rendered.unicodeScalars.contains { Self.isHidden($0) })
    }

    @Test("hostile text is no markup of Markdown", arguments: hostile)
    func markdown(_ text: String) throws {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        let rendered = PostmortemGoldenTests.render(try Self.draft("Qq \(line) qQ"), .markdown)
        #expect(!rendered.unicodeScalars.contains { Self.isHidden($0) })
        let pieces = rendered.matches(of: /Qq (.*?) qQ/).map { String($0.output.1) }
        #expect(pieces.count >= 15)
        for piece in pieces {
            let left = piece.replacing(/\\[!-\/:-@\[-`{-~]/, with: "").replacing(/&(lt|gt|amp);/, with: "")
            #expect(!left.contains { "\\`*_[]|~@{}!$#<>&".contains($0) }, "\(piece)")
            #expect(!left.contains("://") && !left.lowercased().contains("www."), "\(piece)")
        }
        for start in try Self.lineStarts(text) { #expect(!start.contains(/^(\#|>|[-+=]|\d+[.)])/), "\(start)") }
    }

    /// The lines of a note of that text, as they stand behind the quotation mark.
    private static func lineStarts(_ text: String) throws -> [Substring] {
        let lines = PostmortemGoldenTests.render(try draft(text), .markdown).split(separator: "\n")
        return lines.filter { $0.hasPrefix("  > ") }.map { $0.dropFirst(4) }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 32 && scalar != "\n") || ("\u{202A}"..."\u{202E}").contains(scalar)
            || ("\u{2066}"..."\u{2069}").contains(scalar)
    }

    @Test("a link that a browser runs is no link, and one of many signs stays whole")
    func links() throws {
        let alert = EventText(
            title: "x",
            links: ["bad": "javascript:alert(1)", "good": "https://g.example/a_(b)?q=\"<x>\" y&z=[1]|`"])
        let opened = IncidentOpened(
            incident: Incident.ID(1), service: "s", severity: .sev1, urgency: .high, routing: "route 1 matched")
        let fired = AlertFired(
            incident: Incident.ID(1), alert: .init(integration: "i", key: "k"), severity: .sev1, isNewEpisode: false)
        let events = [(EventPayload.incidentOpened(opened), EventText(title: "x")), (.alertFired(fired), alert)]
            .enumerated().map { index, sample in
                RecordedEvent(
                    event: Event(
                        sequence: Int64(index + 1), at: Instant(seconds: 0), payload: sample.0, text: sample.1),
                    hash: "0123456789abcdef")
            }
        let draft = PostmortemDraft(try #require(PostmortemFacts(events)), directory: .nobody)
        let url = "https://g.example/a_%28b%29?q=%22%3Cx%3E%22%20y&z=%5B1%5D%7C%60"
        #expect(PostmortemGoldenTests.render(draft, .markdown).contains("[good (g.example)](\(url))"))
        let html = PostmortemGoldenTests.render(draft, .html)
        #expect(html.contains("href=\"\(url.replacing("&", with: "&amp;"))\"") && !html.contains("javascript:"))
    }

    @Test("the HTML asks nothing of any server and runs nothing")
    func selfContained() throws {
        let html = PostmortemGoldenTests.render(try Self.draft("x"), .html)
        for word in ["src=", "url(", "<script", "<link", "<img", "@import", "<form", "<iframe"] {
            #expect(!html.contains(word), "\(word)")
        }
        for word in ["<meta charset=\"utf-8\">", "prefers-color-scheme: dark", "@media print", "<html lang=\"en\">"] {
            #expect(html.contains(word), "\(word)")
        }
    }

    @Test("the templates we ship are without problems")
    func shipped() {
        #expect(PostmortemTemplates(folder: nil, shipped: PostmortemGoldenTests.templates).problems == [])
        #expect(PageTemplates(folder: PostmortemGoldenTests.templates).problems == [])
    }

    @Test("every field is in the documentation, and every field of the documentation exists")
    func documented() throws {
        let page = try String(contentsOfFile: "\(PostmortemGoldenTests.templates)/POSTMORTEM.md", encoding: .utf8)
        var documented: Set<String> = []
        for row in page.split(separator: "\n") where row.hasPrefix("| `") {
            for (index, name) in row.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            where index % 2 == 1 && name.allSatisfy({ $0.isLowercase || $0 == "_" }) {
                documented.insert(String(name))
            }
        }
        #expect(documented == PostmortemTemplates.fields)
    }

    @Test(
        "an own template that is broken or leaves events out gives way to the shipped one, with a warning",
        arguments: [
            ("{{incident", "it is not a Mustache template", 0),
            ("# {{incident}}", "an event of the timeline is not cited", 1),
            ("", "the incident's number is missing", 1),
            ("{{incident}}{{#days}}{{#lines}}{{cite}}{{/lines}}{{/days}}{{titel}}", "there is no field “titel”", nil),
        ])
    func fallsBack(_ text: String, _ problem: String, _ warnings: Int?) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-drafts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.utf8).write(to: folder.appending(path: "postmortem.md.mustache"))
        let templates = PostmortemTemplates(folder: folder.path, shipped: PostmortemGoldenTests.templates)
        #expect(templates.problems.count == 1 && templates.problems[0].contains(problem), "\(templates.problems)")
        let said = Mutex<[String]>([])
        let render = templates.renderer { warning in said.withLock { $0.append(warning) } }
        let draft = try Self.draft("x")
        let own = warnings == nil
        for _ in 0..<2 { #expect((render(draft, .markdown) == PostmortemGoldenTests.render(draft, .markdown)) != own) }
        #expect(said.withLock { $0.count } == warnings ?? 0)
        #expect(render(draft, .html) == PostmortemGoldenTests.render(draft, .html), "the other one is not touched")
    }

    @Test("without any template the draft is plain, and nothing is missing", arguments: PostmortemFormat.allCases)
    func plain(_ format: PostmortemFormat) throws {
        let draft = try PostmortemGoldenTests.draft(.reopened)
        let text = PostmortemTemplates(folder: nil, shipped: nil).renderer { Issue.record("\($0)") }(draft, format)
        for citation in draft.days.flatMap(\.lines).map(\.cite) { #expect(text.contains("\(citation)")) }
        #expect(text.contains("What was the root cause?") && !text.contains("<img"))
    }
}
