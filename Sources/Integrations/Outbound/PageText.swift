import Engine
import Incidents
import OnCall
import Timekeeping

/// A page in words. What comes from an alert is somebody else's text: nothing in it can move a cursor, colour a
/// terminal or turn the reading direction.
public enum PageText {
    /// What a lock screen or one SMS shows.
    public static let shortLimit = 160

    /// At most `shortLimit` characters on one line: how bad, which incident, where, what, and how to acknowledge.
    public static func short(_ message: PageMessage) -> String {
        let least = message.headlineStart.count + min(printable(message.title).count, leastTitle)
        for tail in [message.acknowledgeURL, message.incidentURL].map({ " Ack: \(printable($0))" })
        where shortLimit - tail.count >= least {
            return message.headline(limit: shortLimit - tail.count) + tail
        }
        let tail = " Ack: tocsin incident ack \(message.incident)"
        return message.headline(limit: shortLimit - tail.count) + tail
    }

    /// `short`, and below it the rest.
    public static func full(_ message: PageMessage) -> String {
        ([short(message), ""] + detailLines(message)).joined(separator: "\n")
    }

    /// What a person reads below the first line: what happened, for whom, since when, and where to go.
    static func detailLines(_ message: PageMessage) -> [String] {
        details(message).map { $0.name.isEmpty ? "  \($0.text)" : "\($0.name): \($0.text)" }
    }

    /// A framed block of a few lines for a terminal, ending in a line break. The frame is open on the right, where
    /// the width of a character cannot be known.
    public static func terminal(_ message: PageMessage) -> String {
        let head = "\(message.incident)  \(message.severity.rawValue)  \(printable(message.service.rawValue))"
        var lines = [AlertLimits.cut(printable(message.title), to: AlertLimits.titleLength)]
        lines += summaryLines(message).map { "  " + $0 }
        lines += details(message, withSummary: false).map { name, text in
            name + String(repeating: " ", count: max(1, 9 - name.count)) + text
        }
        return framed(head, lines)
    }

    /// The same frame around what is no page.
    public static func terminal(_ notice: Notice) -> String {
        let lines = [notice.title] + notice.body.split(whereSeparator: \.isNewline).map { "  " + $0 }
        return framed(
            "For \(printable(notice.userName))",
            lines.map { printable($0) } + (notice.url.map { [printable($0)] } ?? []))
    }

    private static func framed(_ head: String, _ lines: [String]) -> String {
        (["┌─ \(head) " + String(repeating: "─", count: max(4, 67 - head.count))] + lines.map { "│ " + $0 }
            + ["└" + String(repeating: "─", count: 70), ""]).joined(separator: "\n")
    }

    /// On one line, without control characters, terminal sequences and marks that turn the direction of reading.
    public static func printable(_ text: String) -> String { PlainText.printable(text) }

    // MARK: Details

    private static let leastTitle = 24
    private static let summaryLinesShown = 3
    /// With their titles; all are named by number.
    private static let othersShown = 10
    private static let summaryLineLength = 120

    private static func details(_ message: PageMessage, withSummary: Bool = true) -> [(name: String, text: String)] {
        var details: [(name: String, text: String)] = []
        if let runbook = message.runbooks.first { details += [self.runbook(runbook)] }
        if let also = message.also { details.append(("Also", also)) }
        details += message.otherIncidents.prefix(othersShown).map { ("", $0.headline(limit: summaryLineLength)) }
        if withSummary { details += summaryLines(message).map { ("Summary", $0) } }
        details.append(("For", "\(printable(message.userName)) (\(printable(message.user.rawValue)))"))
        details.append(("Because", message.reason.explanation))
        if message.isRepeat { details.append(("Again", "an earlier attempt may have arrived already")) }
        details.append(("Since", message.clock(message.openedAt)))
        details += message.runbooks.dropFirst().map { self.runbook($0) }
        for (name, url) in message.links.sorted(by: { $0.key < $1.key }) {
            // Whatever a link calls itself, one sees where it leads.
            details.append((WebLink.label(printable(name).capitalizedASCII, url: url), printable(url)))
        }
        details.append(("Open", printable(message.incidentURL)))
        details.append(("Ack", printable(message.acknowledgeURL)))
        return details
    }

    private static func runbook(_ link: RunbookLink) -> (name: String, text: String) {
        ("Runbook", "\(printable(link.title)) \(printable(link.url))")
    }

    private static func summaryLines(_ message: PageMessage) -> [String] {
        message.summary.prefix(AlertLimits.summaryLength).split(whereSeparator: \.isNewline)
            .map { printable(String($0)) }.filter { !$0.isEmpty }
            .prefix(summaryLinesShown).map { AlertLimits.cut($0, to: summaryLineLength) }
    }
}

extension String {
    /// With its first letter in upper case, if that is an English one.
    fileprivate var capitalizedASCII: String { prefix(1).uppercased() + dropFirst() }
}
