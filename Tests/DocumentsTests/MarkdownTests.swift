import Documents
import Engine
import Foundation
import Testing

/// Markdown as HTML that nobody can hide anything in.
@Suite struct MarkdownTests {
    private static func html(_ text: String) -> String { MarkdownDocument(text).html.text }

    @Test("what GitHub understands is understood: headings, tables, tasks, strikethrough, bare links")
    func forms() {
        let html = Self.html(
            """
            # Title & more

            ## Check: one *or* all
            ## Check: one or all

            | a | b |
            |---|---|
            | 1 | `x<y` |

            - [ ] open
            - [x] done

            3. three

            ~~gone~~ **bold** https://example.com/a?b=1&c=2

            ```bash
            echo "<hi>" && true
            ```

            ```chat
            ack INC-42
            resolve INC-42
            ```
            """)
        for part in [
            "<h1 id=\"title--more\">Title &amp; more</h1>",
            "<h2 id=\"check-one-or-all\">Check: one <em>or</em> all</h2>",
            "<h2 id=\"check-one-or-all-1\">", "<th>a</th>", "<td><code>x&lt;y</code></td>",
            "<li class=\"task\"><input type=\"checkbox\"> open</li>",
            "<input type=\"checkbox\" checked> done", "<ol start=\"3\">", "<del>gone</del>", "<strong>bold</strong>",
            "<a href=\"https://example.com/a?b=1&amp;c=2\" rel=\"noreferrer noopener\">",
            "<pre><code>echo &quot;&lt;hi&gt;&quot; &amp;&amp; true\n</code></pre>",
            "<pre class=\"chat\"><code>ack INC-42</code>\n<code>resolve INC-42</code></pre>",
        ] {
            #expect(html.contains(part), "\(part) is not in \(html)")
        }
    }

    @Test("a title that the page shows itself is left out, and its name is known all the same")
    func title() {
        let document = MarkdownDocument("# Slow\n\n## Act\n\n# Second\n", omitsTitle: true)
        #expect(document.headings.map(\.text) == ["Slow", "Act", "Second"])
        #expect(document.html.text == "<h2 id=\"act\">Act</h2>\n<h1 id=\"second\">Second</h1>\n")
        #expect(document.headings.map(\.line) == [1, 3, 5])
    }

    static let attacks = [
        "<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "<iframe src='https://evil.example'></iframe>",
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java&#115;cript:alert(1))",
        "[x](&#x6A;avascript:alert(1))", "[x](<java\tscript:alert(1)>)", "[x](vbscript:x)", "[x](file:///etc/passwd)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)", "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "![x](javascript:alert(1))",
        "[x](//evil.example/a)", "[x](/logout)", "[x](../../etc/passwd)", "[x](./a.md)", "[x](.hidden.md)",
        "[x](https://a.example/\"onmouseover=\"alert(1))", "[x](https://a.example/'><script>)", "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]", "&lt;script&gt;alert(1)&lt;/script&gt;", "`<script>`",
        "    <script>\n", "# <script>alert(1)</script>", "# \" onclick=\"alert(1)",
        "| <script> |\n|---|\n| <b onclick=x> |",
        "- [ ] <input onfocus=alert(1)>", "```\"><script>\nx\n```", "```chat\n<script>alert(1)</script>\n```",
        "<style>body{display:none}</style>", "<!-- x --><form action=/logout>", "a\u{202E}b\u{0}c\u{1B}[31m",
        "www.evil.example/<script>", "<a href=\"javascript:x\">x</a>", "![a](https://x.example/\"onerror=\"x)",
    ]

    /// Tags with their attributes exactly as the writer makes them.
    private static var tag: Regex<Substring> {
        #/
        <(?:\/?(?:p|em|strong|del|ul|ol|li|blockquote|table|tr|th|td|code|pre|div|a|h[1-6])|hr|br)>
        |<div\ class="scroll">|<pre\ class="chat">|<li\ class="task">|<ol\ start="\d+">
        |<input\ type="checkbox"(?:\ checked)?>|<h[1-6]\ id="[A-Za-z0-9_-]+">
        |<a\ href="(?:https?:|mailto:|\#|\.\/[A-Za-z0-9])[^"'<>\s]*"(?:\ rel="noreferrer\ noopener")?>
        /#
    }

    private static func isSafe(_ html: String) -> Bool {
        let rest = html.replacing(tag, with: "")
        return !rest.contains("<") && !rest.contains(">") && !rest.contains("\"")
            && !html.lowercased().contains("href=\"javascript")
            && rest.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0.value >= 0x20 && $0 != "\u{202E}" }
    }

    @Test("whatever is attempted, only our own tags come out", arguments: attacks)
    func attack(text: String) {
        let html = Self.html(text)
        #expect(Self.isSafe(html), "\(html)")
        for scheme in ["javascript:", "vbscript:", "data:", "file:"] {
            #expect(!html.lowercased().contains("href=\"\(scheme)"))
        }
    }

    @Test("attacks put together at random come out no better")
    func mixed() {
        var seed: UInt64 = 4
        func next(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
        let glue = ["", " ", "\n", "\n\n", "> ", "- ", "**", "`", "[", "](", ")", "<", "|", "\\", "&", "\"", "#", "~~"]
        for round in 0..<2000 {
            var text = ""
            for _ in 0..<(1 + next(8)) {
                let attack = Array(Self.attacks[next(Self.attacks.count)])
                let start = next(attack.count)
                text += String(attack[start..<(start + 1 + next(attack.count - start))]) + glue[next(glue.count)]
            }
            let html = Self.html(text)
            #expect(Self.isSafe(html), "round \(round): \(text) → \(html)")
        }
    }

    @Test(
        "a megabyte of nothing but trouble is read in seconds, and nests no deeper than a browser bears", .serialized,
        arguments: [
            ">", "[", "*a ", "- ", "`", "<", "![", "|a", "# a\n", "~~", "&#", "\\", "a_", "http://a.b ", "1. ", "\n> ",
        ])
    func large(piece: String) {
        let bytes = 1 << 20
        let text = String(repeating: piece, count: bytes / piece.utf8.count)
        let started = ContinuousClock.now
        let html = Self.html(text)
        #expect(ContinuousClock.now - started < .seconds(60))
        #expect(html.components(separatedBy: "<blockquote>").count < 100 || !piece.hasPrefix(">"))
    }

    @Test("a longer text is cut, and says so")
    func cut() {
        let html = Self.html(String(repeating: "word ", count: 1 << 18))
        #expect(html.hasSuffix("<p>(cut here)</p>\n") || html.contains("(cut here)"))
        #expect(html.utf8.count < MarkdownDocument.longestBytes + 100)
    }
}
