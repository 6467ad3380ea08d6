import Documents
import Engine
import Foundation
import Incidents
import OnCall
import Synchronization
import Testing
import Timekeeping

@Suite("Templates of pages")
struct PageTemplatesTests {
    private static let defaults = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "templates").path

    @Test("the ones we ship are whole and without problems")
    func shipped() {
        let templates = PageTemplates(folder: Self.defaults)
        #expect(templates.problems == [])
        let render = templates.renderer { Issue.record("\($0)") }
        for template in PageTemplate.allCases { #expect(render(template, Self.page()) != nil, "\(template)") }
        #expect(render(.mailSubject, Self.page()) == "[SEV1] INC-42 ranker: p99 is high")
        #expect(render(.pushTitle, Self.page(isRepeat: true)) == "Again: SEV1 INC-42 ranker")
        #expect(
            render(.chatText, Self.page())?.hasPrefix(
                "SEV1 INC-42 ranker: p99 is high\nAcknowledge: the button below, or say: ack INC-42\n") == true)
    }

    @Test(
        "160 characters say what, how bad, where and how to acknowledge",
        arguments: [PageTemplate.mailText, .pushText, .chatText])
    func firstCharacters(_ template: PageTemplate) throws {
        let render = PageTemplates(folder: Self.defaults).renderer { Issue.record("\($0)") }
        let link = "https://\(String(repeating: "t", count: 45)).example.com/a/\(String(repeating: "x", count: 150))"
        for page in [
            Self.page(), Self.page(isRepeat: true), Self.page(title: String(repeating: "long ", count: 60), link: link),
            Self.page(
                title: String(repeating: "👩‍💻", count: 300), service: String(repeating: "s", count: 90), link: link,
                isRepeat: true),
        ] {
            let start = String(try #require(render(template, page)).prefix(160))
            for word in ["SEV1", "INC-42", String(page.service.rawValue.prefix(20)), String(page.title.prefix(20))] {
                #expect(start.contains(word), "\(start)")
            }
            #expect(start.hasPrefix(page.isRepeat ? "Again: SEV1" : "SEV1"))
            let way = template == .mailText ? "\nAcknowledge: https://t" : "\nAcknowledge: the button below"
            #expect(start.contains(way), "\(start)")
        }
    }

    @Test("text stays as it is, HTML is escaped, with two braces and with three")
    func escaping() throws {
        let folder = try Folder([
            "page-mail-text": "{{incident}} {{acknowledge_url}} {{title}} {{{title}}} {{&title}}",
            "page-mail-html": "{{incident}} {{acknowledge_url}} <a title=\"{{title}}\">{{{title}}}{{&title}}</a>",
        ])
        // A quotation mark with an accent upon it is one character, and ends an attribute all the same.
        let page = Self.page(title: "a & b <i> \"'\" \"\u{301} \u{1B}[31mred\u{0}\r\nx")
        let render = folder.templates.renderer { Issue.record("\($0)") }
        let clean = "a & b <i> \"'\" \"\u{301} red x"
        #expect(render(.mailText, page) == "INC-42 \(page.acknowledgeURL) \(clean) \(clean) \(clean)")
        let html = try #require(render(.mailHTML, page))
        let escaped = "a &amp; b &lt;i&gt; &quot;&#39;&quot; &quot;\u{301} red x"
        #expect(html == "INC-42 \(page.acknowledgeURL) <a title=\"\(escaped)\">\(escaped)\(escaped)</a>")
    }

    @Test("the HTML asks nothing of any server, and offers no link that a browser runs")
    func noResources() throws {
        let render = PageTemplates(folder: Self.defaults).renderer { Issue.record("\($0)") }
        var page = Self.page()
        page.links = ["bad": "javascript:alert(1)", "good": "https://rb.example.com/?a=1&b=\"2"]
        let html = try #require(render(.mailHTML, page))
        for word in ["src=", "url(", "<script", "<link", "<img", "@import", "javascript:", "<table"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.contains("href=\"https://rb.example.com/?a=1&amp;b=&quot;2\""))
        #expect(html.contains(">good (rb.example.com)</a>"))
        #expect(html.contains("href=\"\(page.acknowledgeURL)\""))
    }

    @Test(
        "one that loses the essentials is not used, and the log hears of it once",
        arguments: [
            ("{{incident}} without a link", "the link that acknowledges is missing"),
            ("{{acknowledge_url}} only", "the incident's number is missing"), ("", "it renders to nothing"),
            (" \n ", "it renders to nothing"), ("{{#again}}x{{/again}}", "it renders to nothing"),
            ("{{#labels}}{{incident}} {{acknowledge_url}} {{also}}{{/labels}}{{^labels}}{{incident}}{{/labels}}", nil),
        ])
    func essentials(_ text: String, _ flaw: String?) throws {
        let folder = try Folder(["page-push-text": text])
        #expect(folder.templates.problems == (flaw.map { ["page-push-text.mustache: \($0)"] } ?? []))
        let warnings = Mutex<[String]>([])
        let render = folder.templates.renderer { warning in warnings.withLock { $0.append(warning) } }
        for _ in 0..<3 {
            #expect((render(.pushText, Self.page()) == nil) == (flaw != nil))
            #expect(render(.mailText, Self.page()) == nil, "there is no such file")
        }
        #expect(
            warnings.withLock { $0 }
                == (flaw.map { ["page-push-text.mustache is not used, the plain facts are sent: \($0)"] } ?? []))
    }

    @Test("one that does not name the other incidents of a message is used for a page alone, and for no storm")
    func others() throws {
        let folder = try Folder(["page-push-text": "{{incident}} {{acknowledge_url}}"])
        #expect(folder.templates.problems.count == 1)
        #expect(folder.templates.problems.first?.contains("{{also}} is missing") == true)
        let render = folder.templates.renderer { _ in }
        var page = Self.page()
        #expect(render(.pushText, page) != nil)
        page.others = [
            PageMessage.Other(
                incident: Incident.ID(43), title: "errors", severity: .sev2, service: "web", isRepeat: false,
                acknowledgeURL: "https://t.example/a/x")
        ]
        #expect(render(.pushText, page) == nil)
    }

    @Test("one that grows too long is not used")
    func tooLong() throws {
        let folder = try Folder([
            "page-push-text": "{{incident}} {{acknowledge_url}} {{also}} {{#labels}}{{value}}{{/labels}}"
        ])
        #expect(folder.templates.problems == [])
        var page = Self.page()
        page.labels = Dictionary(uniqueKeysWithValues: (0..<20).map { ("l\($0)", String(repeating: "x", count: 300)) })
        let render = folder.templates.renderer { _ in }
        #expect(render(.pushText, page) == nil)
        #expect(render(.pushText, Self.page()) != nil)
    }

    @Test(
        "what is no template is named with its line, and the plain facts go out",
        arguments: [
            ("{{incident}}\n{{#again}}", ":2:"), ("{{incident", ":1:"), ("{{/again}}", ":1:"),
            ("x\n{{#a}}{{/b}}", ":2:"),
        ])
    func unparsable(_ text: String, _ place: String) throws {
        let folder = try Folder(["page-mail-text": text])
        #expect(folder.templates.problems.count == 1)
        #expect(folder.templates.problems[0].hasPrefix("page-mail-text.mustache:"))
        #expect(folder.templates.renderer { _ in }(.mailText, Self.page()) == nil)
    }

    @Test("misspelt fields and files are named")
    func misspelt() throws {
        let folder = try Folder([
            "page-mail-subject": "{{incident}} {{titel}} {{! a remark }}{{#agian}}x{{/agian}}", "page-sms-text": "x",
        ])
        #expect(
            folder.templates.problems == [
                "page-mail-subject.mustache: there is no field “agian”",
                "page-mail-subject.mustache: there is no field “titel”",
                "page-sms-text.mustache: there is no such template",
            ])
        #expect(folder.templates.renderer { _ in }(.mailSubject, Self.page()) == "INC-42")
    }

    @Test("bytes that are no UTF-8, and a folder that is not there, are problems and nothing worse")
    func unreadable() throws {
        let folder = try Folder([:])
        try Data([0xFF, 0xFE]).write(to: folder.url.appending(path: "page-chat-text.mustache"))
        #expect(
            folder.templates.problems == ["page-chat-text.mustache: it cannot be read as UTF-8 of at most 65536 bytes"])
        let missing = PageTemplates(folder: "/nonexistent/templates")
        #expect(missing.problems == ["the templates folder /nonexistent/templates cannot be read"])
        #expect(missing.renderer { _ in }(.mailText, Self.page()) == nil)
        #expect(PageTemplates.none.problems == [])
    }

    @Test("a subject is one line whatever its template says")
    func oneLine() throws {
        let folder = try Folder(["page-mail-subject": "{{incident}}\r\nBcc: evil@example.com\n"])
        let render = folder.templates.renderer { Issue.record("\($0)") }
        #expect(render(.mailSubject, Self.page()) == "INC-42 Bcc: evil@example.com")
    }

    @Test("every field is in the documentation, and every field of the documentation exists")
    func documented() throws {
        let page = try String(contentsOfFile: "\(Self.defaults)/README.md", encoding: .utf8)
        for template in PageTemplate.allCases { #expect(page.contains("`\(template.rawValue).mustache`")) }
        let pages = page.components(separatedBy: "\n## Post-mortems")[0]
        let table = pages.components(separatedBy: "\n").filter { $0.hasPrefix("| `") && !$0.contains(".mustache") }
        var fields: Set<String> = []
        for line in table {
            let cell = line.components(separatedBy: "|")[1]
            if cell.contains("{{") {
                for piece in cell.components(separatedBy: "{{").dropFirst() {
                    fields.insert(String(piece.prefix { $0 != "}" }.drop { "#/".contains($0) }))
                }
            } else {
                for (index, name) in cell.components(separatedBy: "`").enumerated() where index % 2 == 1 {
                    fields.insert(name)
                }
            }
        }
        let text = fields.sorted().map { "{{#\($0)}}{{/\($0)}}" }.joined()
        let folder = try Folder(["page-mail-subject": "{{incident}}\(text)"])
        #expect(folder.templates.problems == [])
        #expect(fields.count == 32)
    }

    /// Templates of a test's own, gone with it.
    private final class Folder {
        let url: URL

        init(_ files: [String: String]) throws {
            url = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID())")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            for (name, text) in files {
                try Data(text.utf8).write(to: url.appending(path: "\(name).mustache"))
            }
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        var templates: PageTemplates { PageTemplates(folder: url.path) }
    }

    @Test("the first runbook stands near the top of every shipped text, after the acknowledgement, safe in HTML")
    func runbook() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "templates")
        let render = PageTemplates(folder: folder.path).renderer { Issue.record("\($0)") }
        var page = Self.page()
        page.runbooks = [
            RunbookLink(title: "It's <slow>", url: "https://t.example/runbooks/slow?page=a&b"),
            RunbookLink(title: "Second", url: "https://t.example/runbooks/second?page=a"),
        ]
        for template in [PageTemplate.mailText, .pushText, .chatText] {
            let lines = try #require(render(template, page)).split(separator: "\n")
            #expect(lines[2] == "Runbook: It's <slow> https://t.example/runbooks/slow?page=a&b")
            #expect(try #require(render(template, Self.page())).contains("Runbook:") == false)
        }
        let html = try #require(render(.mailHTML, page))
        #expect(
            html.contains(
                "<a href=\"https://t.example/runbooks/slow?page=a&amp;b\" rel=\"noreferrer\">It&#39;s &lt;slow&gt;</a>")
        )
    }

    private static func page(
        title: String = "p99 is high", service: String = "ranker", link: String = "https://t.example/a/NDIt.c2ln",
        isRepeat: Bool = false
    ) -> PageMessage {
        let id = Incident.ID(42)
        let sentAt = Instant(seconds: 1_790_000_000)
        return PageMessage(
            id: "tocsin_lab_42-3", attempt: AttemptID(page: PageID(incident: id, ordinal: 3), number: 1), incident: id,
            title: title, summary: "Half the requests\nare slow.", severity: .sev1,
            service: ServiceID(rawValue: service),
            labels: ["model": "ranker"], links: ["runbook": "https://rb.example.com/p99"], user: "ana",
            userName: "Ana Lindt", reason: .step, isRepeat: isRepeat, openedAt: sentAt, sentAt: sentAt,
            incidentURL: "https://t.example/incidents/42", acknowledgeURL: link,
            acknowledgeExpiresAt: sentAt + .hours(24))
    }
}
