import Engine
import Incidents

/// A page or a notice as one short message: 160 characters of the GSM alphabet, where the text allows it.
struct SMSText: Sendable, Hashable {
    let text: String

    /// How bad, which incident, where and what; the page's token, by which a message sent is known again; and at the end
    /// how to acknowledge: the link if it is short enough, else what to reply.
    init(_ page: PageMessage) {
        let token = Self.token(page)
        let reply = " \(token) Reply ack \(page.incident.number)"
        let link = " \(token) Ack: \(PageText.printable(page.acknowledgeURL))"
        let least = page.headlineStart.count + min(page.title.count, Self.leastTitle)
        let narrow = GSM7.likeness(of: PageText.printable(page.title))
        let single = narrow == nil ? GSM7.wideLength : GSM7.messageLength
        let also = page.also.map { " \($0)" } ?? ""
        // As many messages as name every incident; the title has its place in them too.
        let most = narrow == nil ? GSM7.widePart : GSM7.messagePart
        let wanted = least + also.count + reply.count
        let limit = also.isEmpty || wanted <= single ? single : (wanted + most - 1) / most * most
        let tail = also + (link.count + also.count + least <= limit ? link : reply)
        var plain = page
        plain.title = narrow ?? page.title
        text = Self.fit(plain, tail, limit, isNarrow: narrow != nil)
    }

    /// The first line of a notice, and where to go if there is room.
    init(_ notice: Notice) {
        let title = PageText.printable(notice.title)
        let narrow = GSM7.likeness(of: title)
        let limit = narrow == nil ? GSM7.wideLength : GSM7.messageLength
        var text = Self.cut(narrow ?? title, to: limit)
        if let url = notice.url.map(PageText.printable), text.count + 1 + url.count <= limit { text += " \(url)" }
        self.text = text
    }

    /// An answer to a person's SMS, in as many as two messages.
    init(answer: String) {
        let flat = PageText.printable(answer)
        let narrow = GSM7.likeness(of: flat)
        text = Self.cut(narrow ?? flat, to: 2 * (narrow == nil ? GSM7.widePart : GSM7.messagePart))
    }

    /// `#42-3`: the page, in as few characters as possible. No other text of ours holds it.
    static func token(_ page: PageMessage) -> String { "#\(page.attempt.page)" }

    /// Whether a message sent earlier was of this page.
    static func isOf(_ page: PageMessage, _ body: String) -> Bool { body.contains("\(token(page)) ") }

    /// So much of the title is worth more than the link, which its answer by SMS stands in for.
    private static let leastTitle = 48

    private static func fit(_ page: PageMessage, _ tail: String, _ limit: Int, isNarrow: Bool) -> String {
        let start = page.headlineStart
        let narrowStart = GSM7.likeness(of: start).map { $0 + " " } ?? start
        let head = isNarrow ? narrowStart : start
        return cut(head + PageText.printable(page.title), to: max(head.count + 1, limit - length(tail))) + tail
    }

    /// By septets, or by UTF-16 units where there is anything else.
    private static func length(_ text: String) -> Int { GSM7.length(text) ?? text.utf16.count }

    private static func cut(_ text: String, to limit: Int) -> String {
        guard length(text) > limit else { return text }
        var out = text
        while !out.isEmpty, length(out) > limit - 3 { out.removeLast() }
        return out + "..."
    }
}
