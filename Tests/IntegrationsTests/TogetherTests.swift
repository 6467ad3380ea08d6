import Engine
import Incidents
import Testing

@testable import Integrations

@Suite("Several incidents in one message")
struct TogetherTests {
    private static func page(_ numbers: [Int], title: String = "disk", again: Set<Int> = []) -> PageMessage {
        var page = PageMessage.example(title: title)
        page.others = numbers.map {
            PageMessage.Other(
                incident: Incident.ID($0), title: "other \($0)", severity: .sev3, service: "web",
                isRepeat: again.contains($0),
                acknowledgeURL: "https://t.example/a/other-\($0)")
        }
        return page
    }

    @Test("every incident is named once, neighbours together, and never its own")
    func also() {
        #expect(Self.page([]).also == nil)
        #expect(Self.page([42]).also == nil)
        #expect(Self.page([43]).also == "+1 more: INC-43")
        #expect(Self.page([48, 43, 44, 42, 45, 43]).also == "+4 more: INC-43-45, INC-48")
        #expect(Self.page([43, 44, 45, 48], again: [44, 48]).also == "+4 more: INC-43, INC-45; again: INC-44, INC-48")
        #expect(Self.page([43], again: [43]).also == "+1 more: again: INC-43")
    }

    @Test("an SMS names them all, in as many parts as that takes", arguments: ["disk", "диск", ""])
    func sms(title: String) throws {
        let few = SMSText(Self.page([43, 44, 45], title: title)).text
        #expect(few.contains("+3 more: INC-43-45") && few.contains("#42-3 "), "\(few)")
        #expect(few.contains("INC-42 ranker"))
        let odd = Array(stride(from: 101, to: 301, by: 2))
        let many = SMSText(Self.page(odd, title: title)).text
        for number in odd { #expect(many.contains("INC-\(number)")) }
        #expect(many.contains(title) && many.contains("#42-3 "), "\(many)")
        let length = try #require(GSM7.length(many) ?? many.utf16.count)
        #expect(length <= 1600, "Twilio takes 1600 characters; it has \(length)")
    }

    @Test("a push asks which, by leading to the page where that is said")
    func push() throws {
        let push = NtfyPush(Self.page([43, 44], again: [44])) { _, _ in nil }
        #expect(push.title.hasSuffix("+2"))
        #expect(push.message.contains("+2 more: INC-43; again: INC-44"))
        #expect(push.message.contains("Again: SEV3 INC-44 web: other 44"))
        #expect(push.acknowledgeURL == nil)
        #expect(push.chooseURL == Self.page([]).acknowledgeURL)
        #expect(NtfyPush(Self.page([])) { _, _ in nil }.chooseURL == nil)
    }

    @Test("a mail and a chat message name them all and say which button is whose")
    func texts() throws {
        let page = Self.page(Array(43...60))
        let mail = MailMessage(page) { _, _ in nil }
        #expect(mail.text.contains("Also: +18 more: INC-43-60"))
        #expect(mail.text.contains("SEV3 INC-43 web: other 43") && !mail.text.contains("other 60"))
        let chat = SlackPage.message(page, rendered: nil)
        #expect("\(chat.blocks)".contains("Acknowledge INC-42"))
        #expect(chat.text.contains("+18 more: INC-43-60"))
    }

    @Test("a call says how many others there are, and has a key for all")
    func call() {
        let spoken = SpokenPage(Self.page([43, 44]), isRepeat: false)
        #expect(spoken.words.hasSuffix("And 2 other incidents."))
        #expect(spoken.keys.contains("Press 3 to acknowledge all 3."))
        #expect(SpokenPage(Self.page([43]), isRepeat: false).words.hasSuffix("And 1 other incident."))
        #expect(SpokenPage(Self.page([]), isRepeat: false).keys == "Press 1 to acknowledge. Press 2 to escalate.")
    }
}
