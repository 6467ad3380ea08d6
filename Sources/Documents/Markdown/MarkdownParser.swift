import CLibcmarkGFM

/// Reads Markdown (CommonMark 0.29 with GitHub's tables, task lists, autolinks and strikethrough) by libcmark-gfm. All
/// that is unsafe about it is here; what leaves are values.
enum MarkdownParser {
    static func events(of text: String) -> [MarkdownEvent] {
        _ = registered
        guard let parser = cmark_parser_new(CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE) else { return [] }
        defer { cmark_parser_free(parser) }
        for name in ["table", "strikethrough", "autolink", "tasklist"] {
            if let found = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, found) }
        }
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        }
        guard let document = cmark_parser_finish(parser) else { return [] }
        // Extensions belong to the parser, so the tree goes first.
        defer { cmark_node_free(document) }
        return walk(document)
    }

    /// The library keeps one list of extensions for the process, and does not lock it.
    private static let registered: Void = cmark_gfm_core_extensions_ensure_registered()

    private static func walk(_ document: OpaquePointer) -> [MarkdownEvent] {
        guard let iterator = cmark_iter_new(document) else { return [] }
        defer { cmark_iter_free(iterator) }
        var events: [MarkdownEvent] = []
        while true {
            let event = cmark_iter_next(iterator)
            guard event == CMARK_EVENT_ENTER || event == CMARK_EVENT_EXIT, let node = cmark_iter_get_node(iterator)
            else { return events }
            events.append(
                MarkdownEvent(
                    node: self.node(node), isEntering: event == CMARK_EVENT_ENTER,
                    line: Int(cmark_node_get_start_line(node))))
        }
    }

    private static func node(_ node: OpaquePointer) -> MarkdownNode {
        switch string(cmark_node_get_type_string(node)) {
        case "document": return .document
        case "paragraph": return .paragraph
        case "block_quote": return .quote
        case "thematic_break": return .rule
        case "heading": return .heading(level: Int(cmark_node_get_heading_level(node)))
        case "list":
            let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
            return .list(
                start: isOrdered ? Int(cmark_node_get_list_start(node)) : nil,
                isTight: cmark_node_get_list_tight(node) != 0)
        case "item": return .item(isChecked: nil)
        case "tasklist": return .item(isChecked: cmark_gfm_extensions_get_tasklist_item_checked(node))
        case "code_block":
            return .codeBlock(
                info: string(cmark_node_get_fence_info(node)), text: string(cmark_node_get_literal(node)))
        case "table": return .table
        case "table_header", "table_row":
            return .row(isHeader: cmark_gfm_extensions_get_table_row_is_header(node) != 0)
        case "table_cell": return .cell
        case "text": return .text(string(cmark_node_get_literal(node)))
        case "code": return .code(string(cmark_node_get_literal(node)))
        case "softbreak": return .softBreak
        case "linebreak": return .lineBreak
        case "emph": return .emphasis
        case "strong": return .strong
        case "strikethrough": return .strikethrough
        case "link": return .link(url: string(cmark_node_get_url(node)))
        case "image": return .image(url: string(cmark_node_get_url(node)))
        case "html_block", "html_inline": return .html(string(cmark_node_get_literal(node)))
        default: return .unknown
        }
    }

    private static func string(_ text: UnsafePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "" }
}
