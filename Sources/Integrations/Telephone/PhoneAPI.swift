import Engine
import Foundation
import Timekeeping

/// One account's way to its provider. Source: twilio.com/docs/messaging/api and /voice/api;
/// signalwire.com/docs/compatibility-api/rest, which is the same under another address.
struct PhoneAPI: Sendable {
    let settings: PhoneSettings
    /// `twilio`, or `twilio 2` for the second account there: for evidence.
    let label: String
    let client: CurlClient
    let now: @Sendable () -> Instant

    /// What came of a request. Clauses name codes, never numbers nor the provider's own words.
    enum Answer: Sendable {
        case ok(JSONValue)
        /// The same request would fail the same way.
        case refused(String)
        case later(String, retryAfter: Duration?)
        /// It may have been done.
        case doubtful(String)
    }

    func post(_ path: String, _ fields: [(name: String, value: String)], within time: Duration) async -> Answer {
        await send(
            OutboundRequest(
                method: .post, url: "\(place)/\(path)",
                headers: [login, ("Content-Type", "application/x-www-form-urlencoded")],
                body: Array(PhoneForm(fields).encoded.utf8), timeout: time, responseLimit: Self.responseLimit))
    }

    func get(_ path: String, _ query: [(name: String, value: String)] = [], within time: Duration) async -> Answer {
        let query = query.isEmpty ? "" : "?\(PhoneForm(query).encoded.replacing("+", with: "%20"))"
        return await send(
            OutboundRequest(
                method: .get, url: "\(place)/\(path)\(query)", headers: [login], timeout: time,
                responseLimit: Self.responseLimit))
    }

    private var place: String { "\(settings.base)/2010-04-01/Accounts/\(settings.account)" }

    private var login: (name: String, value: String) {
        ("Authorization", "Basic \(Data("\(settings.user):\(settings.password)".utf8).base64EncodedString())")
    }

    private static let responseLimit = 512 * 1024

    private func send(_ request: OutboundRequest) async -> Answer {
        guard request.timeout > .zero else { return .later("no time was left", retryAfter: nil) }
        return Self.answer(await client.send(request), now: now())
    }

    static func answer(_ result: OutboundResult, now: Instant) -> Answer {
        switch result {
        case .failed(let failed) where failed.mayHaveArrived: return .doubtful("\(failed.reason); it may have arrived")
        case .failed(let failed):
            return failed.isRefused ? .refused(failed.reason) : .later(failed.reason, retryAfter: nil)
        case .response(let response): return answer(response, now)
        }
    }

    private static func answer(_ response: OutboundResponse, _ now: Instant) -> Answer {
        let body = try? JSONValue(json: response.body)
        let code = body?["code"]?.scalar
        let words = "HTTP \(response.status)\(PhoneErrors.clause(code))"
        switch response.status {
        case 200...299:
            if response.status == 204 { return .ok(.null) }
            return body.map(Answer.ok) ?? .doubtful("\(words) without an answer that can be read; it may have arrived")
        case 408, 425, 429, 500...599:
            let wait = response.header("Retry-After").flatMap {
                RetryAfter.wait($0, date: response.header("Date"), now: now)
            }
            return .later(words, retryAfter: wait)
        default: return code == "20429" ? .later(words, retryAfter: nil) : .refused(words)
        }
    }
}

/// One resource of a provider's: a message or a call.
struct PhoneResource: Sendable, Hashable {
    let sid: String
    let status: String
    let body: String
    let from: String?
    let direction: String
    let error: String?
    let answeredBy: String?
    let createdAt: Instant?

    init?(_ json: JSONValue) {
        guard let sid = json["sid"]?.scalar, Self.isSID(sid), let status = json["status"]?.scalar else { return nil }
        self.sid = sid
        self.status = String(status.prefix(32).filter { $0.isASCII && ($0.isLetter || $0 == "-" || $0 == "_") })
        body = json["body"]?.scalar ?? ""
        from = json["from"]?.scalar
        direction = json["direction"]?.scalar ?? ""
        error = json["error_code"]?.scalar
        answeredBy = json["answered_by"]?.scalar
        createdAt = json["date_created"]?.scalar.flatMap(Self.time)
    }

    /// Those of a list, `messages` or `calls`.
    static func list(_ json: JSONValue, _ name: String) -> [PhoneResource] {
        guard case .array(let items)? = json[name] else { return [] }
        return items.compactMap(PhoneResource.init)
    }

    /// Letters, digits and hyphens, as Twilio's and SignalWire's ids are: it goes into a path.
    static func isSID(_ text: String) -> Bool {
        (10...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
            }
    }

    /// "Sun, 01 Mar 2026 02:03:04 +0000".
    private static func time(_ text: String) -> Instant? {
        RetryAfter.instant(httpDate: text.replacing(" +0000", with: " GMT"))
    }
}
