/// One step of a walk through a Markdown document: a node begins or ends. Leaves only begin.
struct MarkdownEvent {
    let node: MarkdownNode
    let isEntering: Bool
    /// Counted from 1; 0 where it is not known.
    let line: Int
}

/// What stands in a Markdown document. Texts are what was meant, not yet escaped for anything.
enum MarkdownNode: Equatable {
    case document, paragraph, quote, rule
    case heading(level: Int)
    /// `start` is nil for bullets.
    case list(start: Int?, isTight: Bool)
    /// `isChecked` is nil unless it is a task.
    case item(isChecked: Bool?)
    /// The info is what stands behind the fence.
    case codeBlock(info: String, text: String)
    case table
    case row(isHeader: Bool)
    case cell
    case text(String)
    case code(String)
    case softBreak, lineBreak, emphasis, strong, strikethrough
    case link(url: String)
    case image(url: String)
    /// HTML as it was written.
    case html(String)
    case unknown

    var isLeaf: Bool {
        switch self {
        case .rule, .codeBlock, .text, .code, .softBreak, .lineBreak, .html: true
        case .document, .paragraph, .quote, .heading, .list, .item, .table, .row, .cell, .emphasis, .strong,
            .strikethrough, .link, .image, .unknown:
            false
        }
    }
}
