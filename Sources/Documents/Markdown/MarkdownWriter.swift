/// Writes a Markdown document as HTML, tag by tag. Nothing but the tags written out here can be in it: what the
/// document holds is escaped, with its own HTML.
struct MarkdownWriter {
    private let omitsTitle: Bool
    private let documentSuffix: String
    /// What is complete.
    private(set) var html = ""
    private(set) var headings: [MarkdownDocument.Heading] = []
    private(set) var codeBlocks: [MarkdownDocument.CodeBlock] = []
    private(set) var links: [MarkdownDocument.Link] = []

    private var open: [MarkdownNode] = []
    private var anchors: [String: Int] = [:]
    /// The heading that is open: its text, and its HTML, which waits for the id that the text makes.
    private var heading: (text: String, html: String, line: Int)?
    private var openLinks = 0

    /// Deeper than this the tags are left out, or a page of nothing but nesting would break its reader.
    static let deepest = 40

    init(omitsTitle: Bool, documentSuffix: String) {
        self.omitsTitle = omitsTitle
        self.documentSuffix = documentSuffix
    }

    mutating func write(_ event: MarkdownEvent) {
        if event.isEntering {
            enter(event.node, event.line)
            if !event.node.isLeaf { open.append(event.node) }
        } else {
            if !event.node.isLeaf { open.removeLast() }
            exit(event.node)
        }
    }

    private var isTooDeep: Bool { open.count > Self.deepest }

    private mutating func put(_ text: String) {
        if heading == nil { html += text } else { heading!.html += text }
    }

    private mutating func tag(_ text: String) { if !isTooDeep { put(text) } }

    private mutating func enter(_ node: MarkdownNode, _ line: Int) {
        switch node {
        case .document, .unknown: break
        case .paragraph: if !isTight { tag("<p>") }
        case .quote: tag("<blockquote>\n")
        case .rule: tag("<hr>\n")
        case .heading:
            heading = ("", "", line)
        case .list(let start, _):
            tag(start.map { $0 == 1 ? "<ol>\n" : "<ol start=\"\($0)\">\n" } ?? "<ul>\n")
        case .item(let isChecked):
            tag(isChecked.map { "<li class=\"task\"><input type=\"checkbox\"\($0 ? " checked" : "")> " } ?? "<li>")
        case .codeBlock(let info, let text): writeCode(info, text, line)
        case .table: tag("<div class=\"scroll\"><table>\n")
        case .row: tag("<tr>")
        case .cell: tag(isInHeader ? "<th>" : "<td>")
        case .text(let text), .html(let text):
            heading?.text += text
            put(Self.escape(text))
        case .code(let text):
            heading?.text += text
            put("<code>\(Self.escape(text))</code>")
        case .softBreak, .lineBreak:
            heading?.text += " "
            put(node == .softBreak ? "\n" : "<br>\n")
        case .emphasis: tag("<em>")
        case .strong: tag("<strong>")
        case .strikethrough: tag("<del>")
        case .link(let url):
            links.append(MarkdownDocument.Link(url: url, line: line))
            openLinks += 1
            if let link = MarkdownLink(url) {
                tag("<a href=\"\(Self.escape(address(link)))\"\(Self.isWeb(link) ? Self.stranger : "")>")
            }
        case .image(let url):
            // What an image shows must not be fetched from strangers, so it is a link to follow.
            if isOwnLink(url) { tag("<a href=\"\(Self.escape(url))\"\(Self.stranger)>") }
        }
    }

    private mutating func exit(_ node: MarkdownNode) {
        switch node {
        case .document, .unknown, .rule, .codeBlock, .text, .code, .softBreak, .lineBreak, .html: break
        case .paragraph: if !isTight { tag("</p>\n") }
        case .quote: tag("</blockquote>\n")
        case .heading(let level): closeHeading(level)
        case .list(let start, _): tag(start == nil ? "</ul>\n" : "</ol>\n")
        case .item: tag("</li>\n")
        case .table: tag("</table></div>\n")
        case .row: tag("</tr>\n")
        case .cell: tag(isInHeader ? "</th>" : "</td>")
        case .emphasis: tag("</em>")
        case .strong: tag("</strong>")
        case .strikethrough: tag("</del>")
        case .link(let url):
            openLinks -= 1
            if MarkdownLink(url) != nil { tag("</a>") }
        case .image(let url): if isOwnLink(url) { tag("</a>") }
        }
    }

    /// A paragraph of a list without blank lines between its items.
    private var isTight: Bool {
        guard open.count >= 2, case .item = open[open.count - 1], case .list(_, let isTight) = open[open.count - 2]
        else { return false }
        return isTight
    }

    private var isInHeader: Bool { open.last == .row(isHeader: true) }

    // MARK: Headings

    private mutating func closeHeading(_ level: Int) {
        guard let (text, inner, line) = heading else { return }
        heading = nil
        let anchor = anchor(text)
        headings.append(MarkdownDocument.Heading(level: level, text: text, anchor: anchor, line: line))
        if omitsTitle, level == 1, headings.count == 1 {
            return
        }
        html += isTooDeep ? inner : "<h\(level) id=\"\(anchor)\">\(inner)</h\(level)>\n"
    }

    /// As GitHub makes them, in ASCII: lower case, dashes for blanks, a number behind the second of a name.
    private mutating func anchor(_ text: String) -> String {
        let words = text.lowercased().map { $0 == " " ? "-" : $0 }.filter { $0.isASCIIWordCharacter || $0 == "-" }
        let base = words.isEmpty ? "section" : String(words.prefix(80))
        var number = anchors[base] ?? 0
        var anchor = base
        while number > 0 || anchors[anchor] != nil {
            anchor = "\(base)-\(max(number, 1))"
            number = max(number, 1) + 1
            if anchors[anchor] == nil { break }
        }
        anchors[base] = max(number, 1)
        anchors[anchor] = anchors[anchor] ?? 1
        return anchor
    }

    // MARK: Code and links

    /// What is to be said in a chat is one command a line, each to be taken by itself.
    private mutating func writeCode(_ info: String, _ text: String, _ line: Int) {
        let language = String(info.prefix { !$0.isWhitespace })
        codeBlocks.append(MarkdownDocument.CodeBlock(language: language, text: text, line: line))
        if language == "chat" {
            let lines = text.split(separator: "\n").map { "<code>\(Self.escape(String($0)))</code>" }
            html += "<pre class=\"chat\">\(lines.joined(separator: "\n"))</pre>\n"
        } else {
            html += "<pre><code>\(Self.escape(text))</code></pre>\n"
        }
    }

    private func address(_ link: MarkdownLink) -> String {
        switch link {
        case .web(let url): url
        case .heading(let anchor): "#\(anchor)"
        case .document(let name, let heading): "./\(name)\(documentSuffix)\(heading.map { "#\($0)" } ?? "")"
        }
    }

    /// An image that becomes a link: not within another.
    private func isOwnLink(_ url: String) -> Bool {
        guard openLinks == 0, let link = MarkdownLink(url) else { return false }
        return Self.isWeb(link)
    }

    private static let stranger = " rel=\"noreferrer noopener\""

    private static func isWeb(_ link: MarkdownLink) -> Bool {
        if case .web = link { true } else { false }
    }

    /// By scalar, as everywhere; control characters and marks that turn the reading direction are dropped.
    static func escape(_ text: String) -> String {
        // Not by `UnicodeScalarView`, whose `+=` counts what is there already each time.
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "&": out += "&amp;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n", "\t": out.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": break
            case "\u{061C}", "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FEFF}": break
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
