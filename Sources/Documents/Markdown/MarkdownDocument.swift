import Engine

/// A Markdown text, read: as safe HTML, and what it holds for those who check it.
public struct MarkdownDocument: Sendable {
    /// Whatever the text says, there is no script, style, frame or image in it, and its links lead to the web, to its
    /// own headings or to documents beside it. Other HTML is shown as it was typed.
    public let html: SafeHTML
    public let headings: [Heading]
    public let codeBlocks: [CodeBlock]
    public let links: [Link]

    public struct Heading: Sendable, Hashable {
        public let level: Int
        public let text: String
        /// Its id in the HTML.
        public let anchor: String
        public let line: Int
    }

    public struct CodeBlock: Sendable, Hashable {
        /// The first word behind the fence: `chat`, `bash`.
        public let language: String
        public let text: String
        /// Of the fence.
        public let line: Int
    }

    public struct Link: Sendable, Hashable {
        public let url: String
        public let line: Int
    }

    /// A longer text is cut here, and says so at its end.
    public static let longestBytes = 1 << 20

    /// - Parameters:
    ///   - omitsTitle: leaves a first heading of level 1 out of the HTML; it is among `headings` all the same.
    ///   - documentSuffix: what stands behind the name of a document that is linked to, such as `.html`.
    public init(_ text: String, omitsTitle: Bool = false, documentSuffix: String = "") {
        var text = text
        if text.utf8.count > Self.longestBytes {
            text = String(decoding: text.utf8.prefix(Self.longestBytes), as: UTF8.self) + "\n\n(cut here)\n"
        }
        var writer = MarkdownWriter(omitsTitle: omitsTitle, documentSuffix: documentSuffix)
        for event in MarkdownParser.events(of: text) { writer.write(event) }
        html = SafeHTML(uncheckedText: writer.html)
        headings = writer.headings
        codeBlocks = writer.codeBlocks
        links = writer.links
    }
}
