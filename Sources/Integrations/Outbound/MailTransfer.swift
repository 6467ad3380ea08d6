import CCurl
import Engine
import Timekeeping

/// One mail on its way, as libcurl sees it: one connection, one mail, and the thread that calls `run` for as long as
/// it takes. No connection is kept: a mail saved a handshake by one that is just dying would cost an attempt.
///
/// `@unchecked Sendable` because it is made by one thread, handed to its own, and touched by no other from then on.
final class MailTransfer: @unchecked Sendable {
    private let mail: OutboundMail
    private let isStopping: @Sendable () -> Bool
    /// Nil once it has been called.
    private var done: (@Sendable (MailResult) -> Void)?
    private var dialogue = SMTPDialogue()
    private let readers: [PartReader]

    init(
        _ mail: OutboundMail, isStopping: @escaping @Sendable () -> Bool,
        done: @escaping @Sendable (MailResult) -> Void
    ) {
        self.mail = mail
        self.isStopping = isStopping
        self.done = done
        readers = mail.parts.map { PartReader(Array($0.text.utf8)) }
    }

    /// Blocks until the connection is closed. The answer comes earlier: when the server has said yes or no to the whole
    /// mail, what becomes of the farewell is no matter.
    func run() {
        if let objection = mail.objection {
            return answer(.failed(failure(objection, isRefused: true)))
        }
        guard !isStopping() else { return answer(.failed(failure("Tocsin is stopping"))) }
        guard let easy = curl_easy_init() else { return answer(.failed(failure("libcurl has no memory left"))) }
        var lists: [UnsafeMutablePointer<curl_slist>?] = []
        let mime = curl_mime_init(easy)
        let code = configure(easy, mime, &lists)
        let result =
            if code != CURLE_OK {
                MailResult.failed(failure(FailedTransfer.reason(code), isRefused: code != CURLE_OUT_OF_MEMORY))
            } else {
                outcome(of: withExtendedLifetime(self) { curl_easy_perform(easy) })
            }
        curl_easy_cleanup(easy)
        curl_mime_free(mime)
        for list in lists { curl_slist_free_all(list) }
        answer(result)
    }

    private func answer(_ result: MailResult) {
        done?(result)
        done = nil
    }

    private func failure(_ reason: String, isRefused: Bool = false) -> FailedMail {
        FailedMail(reason: reason, stage: dialogue.stage, mayHaveArrived: mayHaveArrived, isRefused: isRefused)
    }

    /// The final dot leaves after libcurl has asked for the last byte of the text, and not before it: what comes
    /// between the two counts as having left.
    private var mayHaveArrived: Bool { dialogue.stage == .text && readers.allSatisfy(\.isTaken) }

    /// What the dialogue said, if it came to an end; else what libcurl says of why it did not.
    private func outcome(of code: CURLcode) -> MailResult {
        if let reply = dialogue.reply {
            if dialogue.stage == .text, reply.code < 300 { return .sent(reply) }
            if reply.code >= 400 {
                return .failed(
                    FailedMail(
                        reason: dialogue.stage.refusal, stage: dialogue.stage, reply: reply, mayHaveArrived: false))
            }
        }
        guard !isStopping() else { return .failed(failure("Tocsin is stopping")) }
        return .failed(failure(reason(code)))
    }

    private func reason(_ code: CURLcode) -> String {
        switch code {
        case CURLE_OK: "the server did not answer as a mail server"
        case CURLE_USE_SSL_FAILED: "the server offers no STARTTLS"
        case CURLE_LOGIN_DENIED: "the server offers no way to log in that we know"
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL: "the server did not answer as a mail server"
        case CURLE_SSL_CACERT_BADFILE: "the file of trusted certificates cannot be read"
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: "the connection broke"
        default: FailedTransfer.reason(code)
        }
    }

    // MARK: Options

    private func configure(
        _ easy: UnsafeMutableRawPointer, _ mime: OpaquePointer?, _ lists: inout [UnsafeMutablePointer<curl_slist>?]
    ) -> CURLcode {
        let settings = mail.settings
        var options = CurlOptions(easy)
        options.setCommon(timeout: mail.timeout)
        options.set(CURLOPT_URL, mail.url)
        options.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        options.set(
            CURLOPT_USE_SSL, Int(settings.security == .none ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue))
        options.set(CURLOPT_SSL_VERIFYPEER, 1)
        options.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = settings.caFile {
            options.set(CURLOPT_CAINFO, file)
            // Instead of the system's, not beside them.
            options.check(tocsin_curl_set_string(easy, CURLOPT_CAPATH, nil))
        }
        if let user = settings.user { options.set(CURLOPT_USERNAME, user) }
        if let password = settings.password { options.set(CURLOPT_PASSWORD, password) }
        // Closed within the transfer, where the farewell has an end; libcurl would wait two minutes for it later.
        options.set(CURLOPT_FORBID_REUSE, 1)
        options.set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
        let lines = mail.headers.map { "\($0.name): \($0.value)" } + contentType
        for (option, lines) in [(CURLOPT_MAIL_RCPT, mail.recipients.map { "<\($0)>" }), (CURLOPT_HTTPHEADER, lines)] {
            var list: UnsafeMutablePointer<curl_slist>?
            for line in lines {
                guard let longer = curl_slist_append(list, line) else {
                    options.check(CURLE_OUT_OF_MEMORY)
                    break
                }
                list = longer
            }
            lists.append(list)
            options.check(tocsin_curl_set_list(easy, option, list))
        }
        for (part, reader) in zip(mail.parts, readers) {
            guard let mime, let place = curl_mime_addpart(mime) else { return CURLE_OUT_OF_MEMORY }
            options.check(curl_mime_type(place, "\(part.type); charset=utf-8"))
            options.check(curl_mime_encoder(place, "quoted-printable"))
            options.check(
                curl_mime_data_cb(
                    place, curl_off_t(reader.bytes.count), readPart, nil, nil,
                    Unmanaged.passUnretained(reader).toOpaque()))
        }
        options.check(tocsin_curl_set_mime(easy, mime))
        options.check(
            tocsin_curl_watch(
                easy, takeReply, takeCommand, lookUp, Unmanaged.passUnretained(self).toOpaque()))
        return options.firstError
    }

    /// libcurl itself would say that the parts are separate things, not ways to read one.
    private var contentType: [String] { ["Content-Type: multipart/alternative"] }

    // MARK: Called by libcurl

    fileprivate func received(_ line: UnsafeRawBufferPointer) {
        dialogue.received(line)
        guard dialogue.stage == .text, let reply = dialogue.reply, reply.code < 300 else { return }
        answer(.sent(reply))
    }

    fileprivate func sent(_ command: UnsafeRawBufferPointer) { dialogue.sent(command) }

    /// A farewell that takes longer than a second is not waited for.
    fileprivate var mustEnd: Bool { dialogue.isOver || isStopping() }
}

/// The text of one part, as libcurl asks for it.
private final class PartReader {
    let bytes: [UInt8]
    private var taken = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isTaken: Bool { taken == bytes.count }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - taken)
        bytes.withUnsafeBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[taken..<taken + count]))
        }
        taken += count
        return count
    }
}

private let readPart: curl_read_callback = { buffer, size, count, context in
    Unmanaged<PartReader>.fromOpaque(context!).takeUnretainedValue()
        .fill(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
}

private let takeReply: curl_write_callback = { bytes, size, count, context in
    transfer(context).received(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

private let takeCommand: curl_debug_callback = { _, kind, bytes, count, context in
    if kind == CURLINFO_HEADER_OUT { transfer(context).sent(UnsafeRawBufferPointer(start: bytes, count: count)) }
    return 0
}

private let lookUp: curl_xferinfo_callback = { context, _, _, _, _ in transfer(context).mustEnd ? 1 : 0 }

private func transfer(_ context: UnsafeMutableRawPointer?) -> MailTransfer {
    Unmanaged<MailTransfer>.fromOpaque(context!).takeUnretainedValue()
}

extension MailStage {
    /// What the server said no to, in a clause.
    var refusal: String {
        switch self {
        case .greeting: "the server turned us away"
        case .hello: "the server refused our name in EHLO"
        case .startTLS: "the server refused STARTTLS"
        case .login: "the server refused our login"
        case .sender: "the server refused our sender address"
        case .recipient: "the server refused the recipient"
        case .data, .text: "the server refused the mail"
        }
    }
}
