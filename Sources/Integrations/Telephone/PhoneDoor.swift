import Engine
import EngineCore
import HTTPTypes
import Incidents
import Logging
import OnCall
import Timekeeping

/// What a provider asks and tells us: `sms`, `sms-status`, `voice`, `gather` and `call-status` below its account. Nothing
/// is believed before its signature is proved, and what it tells is recorded before it gets its 2xx.
public final class PhoneDoor: CallbackDoor {
    private let vendor: PhoneSettings.Vendor
    private let telephone: Telephone
    private let engine: Engine
    private let replies: PhoneReplies
    private let reports: PhoneReports
    private let refused = SlackTally()

    public init(_ vendor: PhoneSettings.Vendor, telephone: Telephone, engine: Engine, replies: PhoneReplies) {
        self.vendor = vendor
        self.telephone = telephone
        self.engine = engine
        self.replies = replies
        reports = PhoneReports(engine: engine)
    }

    static let paths: Set = ["sms", "sms-status", "voice", "gather", "call-status"]

    private static let signatureFields = [
        HTTPField.Name("X-Twilio-Signature")!, HTTPField.Name("X-SignalWire-Signature")!,
    ]

    private func signature(_ headers: HTTPFields) -> String? {
        // SignalWire sends its own, or Twilio's name for it.
        let fields = vendor == .twilio ? Self.signatureFields.prefix(1) : Self.signatureFields[...]
        return fields.lazy.compactMap { headers[$0] }.first
    }

    public func objection(to headers: HTTPFields, account: String, path: String) -> HookReply? {
        guard let api = telephone.account(vendor, account), api.settings.signingKey != nil, Self.paths.contains(path)
        else { return Self.plain(.notFound, "There is nothing here.") }
        guard signature(headers) != nil else { return refuse(path) }
        return nil
    }

    public func receive(_ request: HookRequest, target: String, account: String, path: String) async -> HookReply {
        guard let api = telephone.account(vendor, account), let key = api.settings.signingKey, Self.paths.contains(path)
        else { return Self.plain(.notFound, "There is nothing here.") }
        let isPost = request.method == .post
        guard let signature = signature(request.headers), let body = PhoneForm(isPost ? request.body : []),
            PhoneSignature.isValid(
                signature, url: "\(telephone.publicURL)\(target)", fields: body.pairs, key: key)
        else { return refuse(path) }
        let query = target.split(separator: "?", maxSplits: 1).dropFirst().first.map { Array($0.utf8) } ?? []
        guard let asked = PhoneForm(query) else { return Self.plain(.badRequest, "The query cannot be read.") }
        let form = isPost ? body : asked
        guard form["AccountSid"] ?? account == account else { return refuse(path) }
        if path == "sms" { return await reply(to: form) }
        guard case .success(let link) = engine.links.readPhone(token: asked["t"] ?? "", now: engine.now) else {
            // A call that is long over; a message whose end nobody waits for.
            return path == "voice" || path == "gather" ? Self.twiml(PhoneScript.hangUp) : Self.empty
        }
        switch path {
        case "voice": return await speak(form, link, api)
        case "gather": return await press(form, link, api)
        case "call-status": return await tell(call: form, link, api)
        default: return await tell(message: form, link, api)
        }
    }

    private func refuse(_ path: String) -> HookReply {
        // Anybody can send these, as many as they like.
        if let count = refused.note() {
            telephone.log.warning(
                "requests without the provider's signature were refused",
                metadata: ["phone.provider": "\(vendor.rawValue)", "phone.path": "\(path)", "phone.count": "\(count)"])
        }
        return Self.plain(.forbidden, "The signature is not the provider's.")
    }

    // MARK: SMS

    private func reply(to form: PhoneForm) async -> HookReply {
        guard let sid = form["MessageSid"] ?? form["SmsSid"], PhoneResource.isSID(sid), let from = form["From"] else {
            return Self.plain(.badRequest, "There is no message in it.")
        }
        let answer = await replies.receive(
            sid: sid, from: from, body: form["Body"] ?? "", isOptOut: form["OptOutType"] != nil)
        switch answer {
        case .text(let text): return Self.twiml(PhoneScript.message(text))
        case .silence: return Self.twiml(PhoneScript.nothing)
        case .unavailable: return Self.busy
        }
    }

    private func tell(message form: PhoneForm, _ link: PhoneLink, _ api: PhoneAPI) async -> HookReply {
        let status = form["MessageStatus"] ?? form["SmsStatus"] ?? ""
        guard let outcome = PhoneStatus.message(status, error: form["ErrorCode"]) else { return Self.empty }
        guard await reports.report(link.attempt, outcome, by: api.label) else { return Self.busy }
        if let sid = form["MessageSid"] ?? form["SmsSid"] { telephone.ledger.close(sid) }
        return Self.empty
    }

    // MARK: Calls

    private func tell(call form: PhoneForm, _ link: PhoneLink, _ api: PhoneAPI) async -> HookReply {
        let status = form["CallStatus"] ?? ""
        if let outcome = PhoneStatus.call(status, answeredBy: form["AnsweredBy"], error: form["ErrorCode"]) {
            guard await reports.report(link.attempt, outcome, by: api.label) else { return Self.busy }
        }
        if PhoneStatus.isFinal(status), let sid = form["CallSid"] { telephone.ledger.close(sid) }
        return Self.empty
    }

    private func speak(_ form: PhoneForm, _ link: PhoneLink, _ api: PhoneAPI) async -> HookReply {
        if let machine = PhoneStatus.machine(form["AnsweredBy"]) {
            guard await reports.report(link.attempt, machine, by: api.label) else { return Self.busy }
            return Self.twiml(PhoneScript.hangUp)
        }
        guard let page = page(link) else { return Self.twiml(PhoneScript.goodbye("This incident is over. Goodbye.")) }
        return Self.twiml(PhoneScript.question(page, answerTo: action(link, form, api)))
    }

    /// The same address that the call came from, with the same token.
    private func action(_ link: PhoneLink, _ form: PhoneForm, _ api: PhoneAPI) -> String {
        let token = engine.links.phone(link.attempt, user: link.user, expiresAt: engine.now + Links.phoneLife)
        return "\(telephone.callbacks(api.settings) ?? telephone.publicURL)/gather?t=\(token)"
    }

    private func page(_ link: PhoneLink) -> SpokenPage? {
        engine.read { core in
            let id = link.attempt.page.incident
            guard let incident = core.book.incidents[id], incident.isOpen, let briefing = core.briefings[id],
                let page = core.book.page(link.attempt.page), page.user == link.user
            else { return nil }
            return SpokenPage(
                incident: id, severity: incident.severity,
                service: core.directory.services[incident.service]?.name ?? incident.service.rawValue,
                title: briefing.title, isRepeat: page.isDoubtful,
                others: core.book.toldAndNeeded(with: link.attempt.page, in: link.attempt.number).count)
        }
    }

    private func press(_ form: PhoneForm, _ link: PhoneLink, _ api: PhoneAPI) async -> HookReply {
        let id = link.attempt.page.incident
        let command: Command
        switch form["Digits"] {
        case "1": command = .acknowledge(id, by: link.user, via: .call)
        case "2": command = .escalate(id, by: Actor(user: link.user, via: .call))
        case "3":
            command = .acknowledge(id, by: link.user, via: .call)
            for other in engine.read({
                $0.book.toldAndNeeded(with: link.attempt.page, in: link.attempt.number)
            }) {
                let request = form["CallSid"].map { RequestID(rawValue: "call:\($0):3:\(other.number)") }
                let reply = await engine.submit(
                    .command(.acknowledge(other, by: link.user, via: .call), request: request))
                if case .unavailable = reply { return again(link, form, api) }
            }
        default:
            let words = "That key has no meaning here. \(page(link)?.keys ?? "")"
            return Self.twiml(PhoneScript.questionAgain(words, answerTo: action(link, form, api)))
        }
        // It ends by itself, and is not cut off in its own goodbye.
        if let sid = form["CallSid"] { telephone.ledger.close(sid) }
        let request = form["CallSid"].map { RequestID(rawValue: "call:\($0):\(form["Digits"] ?? "")") }
        let reply = await engine.submit(.command(command, request: request))
        switch reply {
        case .done, .already:
            let pressed = AttemptOutcome(.delivered, evidence: "a key was pressed")
            _ = await reports.report(link.attempt, pressed, by: api.label)
            let words =
                switch form["Digits"] {
                case "1": "Acknowledged. It is yours. Goodbye."
                case "3": "All are acknowledged. They are yours. Goodbye."
                default: "The next step is called. Goodbye."
                }
            return Self.twiml(PhoneScript.goodbye(words))
        case .refused(let refusal): return Self.twiml(PhoneScript.goodbye("\(refusal.explanation) Goodbye."))
        case .unavailable: return again(link, form, api)
        case .overrideAdded, .timeOffAdded, .coverRequested, .calendarIssued, .silenceAdded:
            return Self.twiml(PhoneScript.hangUp)
        }
    }

    private func again(_ link: PhoneLink, _ form: PhoneForm, _ api: PhoneAPI) -> HookReply {
        let words = "That was not recorded. Press the key again."
        return Self.twiml(PhoneScript.questionAgain(words, answerTo: action(link, form, api)))
    }

    // MARK: Answers

    private static let empty = HookReply(status: .noContent, headers: [:], body: "")

    private static var busy: HookReply {
        var reply = plain(.serviceUnavailable, "Not recorded. Please try again.")
        reply.headers[.retryAfter] = "5"
        return reply
    }

    private static func twiml(_ text: String) -> HookReply {
        HookReply(status: .ok, headers: [.contentType: "text/xml; charset=utf-8"], body: text)
    }

    private static func plain(_ status: HTTPResponse.Status, _ text: String) -> HookReply {
        HookReply(status: status, headers: [.contentType: "text/plain; charset=utf-8"], body: "\(text)\n")
    }
}
