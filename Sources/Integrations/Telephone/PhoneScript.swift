import Engine
import Incidents

/// A page in the words of a call.
struct SpokenPage: Sendable, Hashable {
    let incident: Incident.ID
    let severity: Severity
    let service: String
    let title: String
    let isRepeat: Bool
    /// How many other incidents the call is about.
    let others: Int

    init(
        incident: Incident.ID, severity: Severity, service: String, title: String, isRepeat: Bool, others: Int = 0
    ) {
        self.others = others
        self.incident = incident
        self.severity = severity
        self.service = service
        self.title = title
        self.isRepeat = isRepeat
    }

    init(_ page: PageMessage, isRepeat: Bool) {
        self.init(
            incident: page.incident, severity: page.severity, service: page.service.rawValue, title: page.title,
            isRepeat: isRepeat, others: page.otherNumbers.count)
    }

    /// Sentences. "INC-42" would be spelled out.
    var words: String {
        let title = PlainText.cut(PlainText.printable(self.title), to: 200)
        return "\(isRepeat ? "Again. " : "")This is Tocsin. Severity \(severity.rawValue.dropFirst(3)), "
            + "incident \(incident.number), \(PlainText.cut(PlainText.printable(service), to: 60)). \(title)."
            + (others == 0 ? "" : " And \(others) other incident\(others == 1 ? "" : "s").")
    }

    /// What the keys do.
    var keys: String {
        others == 0
            ? "Press 1 to acknowledge. Press 2 to escalate."
            : "Press 1 to acknowledge incident \(incident.number) only. Press 3 to acknowledge all \(others + 1). "
                + "Press 2 to escalate incident \(incident.number)."
    }
}

/// What a provider is to say and do in a call: TwiML. Source: twilio.com/docs/voice/twiml.
enum PhoneScript {
    /// Reads the page twice, and says how it is acknowledged elsewhere: nobody hears which key is pressed.
    static func page(_ page: SpokenPage) -> String {
        let how =
            "To acknowledge, send the text message, ack \(page.incident.number), or follow the link in your other pages."
        return response(say("\(page.words) \(how)") + pause + say("Again. \(page.words) \(how)"))
    }

    /// Asks for a key, twice.
    static func question(_ page: SpokenPage, answerTo action: String) -> String {
        let how = page.keys
        func ask(_ words: String) -> String {
            "<Gather action=\"\(escaped(action))\" method=\"POST\" input=\"dtmf\" numDigits=\"1\" timeout=\"6\">"
                + "\(say(words))</Gather>"
        }
        return response(
            ask("\(page.words) \(how)") + ask("\(page.words) \(how)")
                + say("No key was pressed. It is not acknowledged.") + "<Hangup/>")
    }

    /// Says something, and asks again.
    static func questionAgain(_ words: String, answerTo action: String) -> String {
        response(
            "<Gather action=\"\(escaped(action))\" method=\"POST\" input=\"dtmf\" numDigits=\"1\" timeout=\"8\">"
                + "\(say(words))</Gather>" + say("It is not acknowledged.") + "<Hangup/>")
    }

    static func goodbye(_ words: String) -> String { response(say(words) + "<Hangup/>") }
    static let hangUp = response("<Hangup/>")
    /// Nothing is to be done or said.
    static let nothing = response("")

    /// Answers an SMS.
    static func message(_ text: String) -> String { response("<Message>\(escaped(text))</Message>") }

    static func notice(_ notice: Notice) -> String {
        guard notice.kind == .code else {
            let words = PlainText.cut(PlainText.printable(notice.title), to: 300)
            return response(say(words) + pause + say(words))
        }
        let digits = notice.title.prefix { $0.isNumber }.map { "\($0)," }.joined(separator: " ")
        let words = "This is Tocsin. Your code is: \(digits) If you did not ask for it, do nothing."
        return response(say(words) + pause + say(words) + pause + say(words))
    }

    private static let pause = "<Pause length=\"1\"/>"

    private static func say(_ words: String) -> String { "<Say language=\"en-US\">\(escaped(words))</Say>" }

    private static func response(_ content: String) -> String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>\(content)</Response>"
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&apos;"
            // XML 1.0, section 2.2: other controls cannot stand in a document at all.
            case "\u{00}"..."\u{08}", "\u{0B}", "\u{0C}", "\u{0E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": break
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
