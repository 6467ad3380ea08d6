import Crypto
import Engine
import Incidents

/// What a sender's words may take up. Only display text is cut; a key that is too long is hashed, so that two long
/// keys never become one.
enum AlertLimits {
    static let keyLength = 255
    static let groupLength = 64
    static let titleLength = 300
    static let summaryLength = 16_384
    static let linkLength = 2048
    /// Listed singly in one request; a body of a million commas must not become a million sentences.
    static let unreadableListed = 20

    /// The name itself, or "h:" and the first 32 hexadecimal digits of its SHA-256.
    static func name(_ text: String, atMost length: Int) -> String {
        guard text.utf8.count > length, text.count > length else { return text }
        let digest = SHA256.hash(data: Array(text.utf8)).prefix(16)
        return "h:" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func cut(_ text: String, to length: Int) -> String { PlainText.cut(text, to: length) }

    /// Only what a browser opens and cannot run.
    static func isWebLink(_ url: String) -> Bool {
        let lower = url.prefix(8).lowercased()
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://"), url.utf8.count <= linkLength else {
            return false
        }
        return url.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !$0.properties.isWhitespace }
            && !url.hasSuffix("://")
    }
}

/// The unreadable parts of one request, the first of them singly.
struct UnreadableList {
    private(set) var listed: [UnreadableAlert] = []
    private var unlisted = 0

    mutating func add(_ problem: String, _ body: JSONValue) {
        if listed.count < AlertLimits.unreadableListed {
            listed.append(UnreadableAlert(problem: problem, body: body.text))
        } else {
            unlisted += 1
        }
    }

    var all: [UnreadableAlert] {
        unlisted == 0 ? listed : listed + [UnreadableAlert(problem: "\(unlisted) more could not be read.", body: "")]
    }
}

extension UnreadableAlert {
    /// A body no part of which could be read.
    init(problem: String, whole body: [UInt8]) {
        // Four bytes are the longest character there is in UTF-8.
        self.init(problem: problem, body: String(decoding: body.prefix(4 * Self.bodyLimit), as: UTF8.self))
    }
}
