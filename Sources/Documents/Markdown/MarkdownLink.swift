/// Where a link of a Markdown document leads, if a reader may follow it.
enum MarkdownLink: Equatable {
    /// `http`, `https` or `mailto`, as it was written.
    case web(String)
    /// A heading of the same document.
    case heading(String)
    /// Another document of the same folder, by its name without `.md`, and a heading of it.
    case document(String, heading: String?)

    /// Nil for everything else: other schemes, other folders, and what hides what it is.
    init?(_ url: String) {
        let isPlain = url.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && !("\u{7F}"..."\u{9F}").contains(scalar)
                && !"\"<>\\^`{|}".unicodeScalars.contains(scalar)
        }
        guard isPlain, !url.isEmpty, url.utf8.count <= 2048 else { return nil }
        let lowered = url.prefix(8).lowercased()
        if ["https://", "http://", "mailto:"].contains(where: lowered.hasPrefix) {
            self = .web(url)
        } else if url.hasPrefix("#") {
            self = .heading(String(url.dropFirst()))
        } else {
            let parts = url.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let isName = parts[0].allSatisfy { $0.isASCIIWordCharacter || $0 == "-" || $0 == "." }
            guard isName, parts[0].hasSuffix(".md"), parts[0].count > 3, !parts[0].hasPrefix(".") else { return nil }
            self = .document(String(parts[0].dropLast(3)), heading: parts.count > 1 ? parts[1] : nil)
        }
    }
}
