import Foundation
import Integrations
import Testing

/// The model of Twilio and SignalWire in Tests/Python/fake_twilio.py, as a test drives it: phones ring and are answered,
/// people reply, the weather turns, and everything it objected to is told.
final class FakeTwilio: Sendable {
    private let double: PythonDouble
    private let client = CurlClient()

    static let account = "AC" + String(repeating: "1", count: 32)
    static let project = "22222222-2222-4222-8222-222222222222"
    static let number = "+15005550006"
    static let otherNumber = "+15005550009"
    static let environment = ["TW_TOKEN": "0123456789abcdef0123456789abcdef", "SW_TOKEN": "PT-sw", "SW_KEY": "PSK_sw"]

    /// - Parameters:
    ///   - people: by number, how their phones behave.
    ///   - tocsin: where replies are sent; nil when nobody has set that up.
    init(_ people: [String: [String: String]], tocsin: String?) async throws {
        var twilio: [String: Any] = [
            "sid": Self.account, "token": Self.environment["TW_TOKEN"]!, "number": Self.number,
        ]
        if let tocsin { twilio["sms_url"] = "\(tocsin)/callbacks/twilio/\(Self.account)/sms" }
        let config: [String: Any] = [
            "accounts": [
                twilio,
                [
                    "sid": Self.project, "token": "PT-sw", "vendor": "signalwire", "number": Self.otherNumber,
                    "signing_key": "PSK_sw",
                ],
            ], "people": people,
        ]
        let text = String(decoding: try JSONSerialization.data(withJSONObject: config), as: UTF8.self)
        double = try await PythonDouble("fake_twilio.py", ["--config", text])
    }

    func stop() {
        client.shutdown()
        double.stop()
    }

    // MARK: As the configuration names it

    var twilio: String {
        "{twilio: {account: \(Self.account), token: {env: TW_TOKEN}, from: \"\(Self.number)\", "
            + "url: \"http://127.0.0.1:\(double.port)\"}}"
    }

    var signalwire: String {
        "{signalwire: {space: example, project: \(Self.project), token: {env: SW_TOKEN}, signing_key: {env: SW_KEY}, "
            + "from: \"\(Self.otherNumber)\", url: \"http://127.0.0.1:\(double.port)/api/laml\"}}"
    }

    // MARK: What happens

    func weather(
        _ fault: any Sendable, times: Int = 1, retryAfter: Int? = nil, at account: String = account
    ) async throws {
        var body: [String: any Sendable] = ["account": account, "fault": fault, "times": times]
        body["retry_after"] = retryAfter
        try await post("weather", body)
    }

    func person(_ number: String, _ change: [String: String]) async throws {
        try await post("person", change.merging(["number": number]) { $1 })
    }

    func reply(_ number: String, _ text: String) async throws {
        try await post("reply", ["from": number, "body": text, "account": Self.account])
    }

    /// The status that a request which nobody signed was answered with.
    func forge(_ url: String, _ fields: [String: String]) async throws -> Int? {
        try await post("forge", ["url": url, "fields": fields])["status"] as? Int
    }

    // MARK: What is there

    struct Sent: Sendable {
        let sid: String
        let to: String
        let body: String
        let status: String
        /// Of a call: where its script is fetched.
        let script: String
    }

    func messages(at account: String = account) async throws -> [Sent] {
        try await ledger("messages", account).filter { $0["direction"] as? String != "inbound" }.map(Self.sent)
    }

    func calls(at account: String = account) async throws -> [Sent] {
        try await ledger("calls", account).map(Self.sent)
    }

    private static func sent(_ item: [String: any Sendable]) -> Sent {
        Sent(
            sid: item["sid"] as? String ?? "", to: item["to"] as? String ?? "", body: item["body"] as? String ?? "",
            status: item["status"] as? String ?? "",
            script: (item["asked"] as? [String: any Sendable])?["Url"] as? String ?? "")
    }

    private func ledger(_ name: String, _ account: String) async throws -> [[String: any Sendable]] {
        let accounts = try #require(try await state()["accounts"] as? [String: any Sendable])
        let one = try #require(accounts[account] as? [String: any Sendable])
        return try #require(one[name] as? [[String: any Sendable]])
    }

    /// What that person's phone has shown.
    func texts(of number: String) async throws -> [String] {
        (try await state()["texts"] as? [String: any Sendable])?[number] as? [String] ?? []
    }

    /// What was said in calls.
    func heard() async throws -> [String] {
        (try await state()["heard"] as? [[String: any Sendable]] ?? []).map { $0["said"] as? String ?? "" }
    }

    func objections() async throws -> [String] { try await state()["objections"] as? [String] ?? ["no list"] }

    /// How often what became of a call was asked for.
    func looks() async throws -> Int {
        (try await state()["requests"] as? [[String: any Sendable]] ?? []).count {
            $0["method"] as? String == "GET" && ($0["path"] as? String)?.contains("/Calls/") == true
        }
    }

    /// Requests of its own that were not answered 2xx.
    func refusedCallbacks() async throws -> [String] {
        (try await state()["callbacks"] as? [[String: any Sendable]] ?? []).compactMap { told in
            let status = told["status"] as? Int ?? 0
            return (200..<300).contains(status) ? nil : "\(told["url"] ?? ""): \(status)"
        }
    }

    private func state() async throws -> [String: any Sendable] { try await ask(.get, "state", nil) }

    @discardableResult
    private func post(_ verb: String, _ body: [String: any Sendable]) async throws -> [String: any Sendable] {
        try await ask(.post, verb, body)
    }

    private func ask(
        _ method: OutboundRequest.Method, _ verb: String, _ body: [String: any Sendable]?
    ) async throws -> [String: any Sendable] {
        let result = await client.send(
            OutboundRequest(
                method: method, url: "\(double.control)/_control/\(verb)",
                headers: [("Content-Type", "application/json")],
                body: try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) } ?? [],
                timeout: .seconds(30), responseLimit: 64 << 20))
        guard case .response(let response) = result, response.status == 200,
            let answer = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: any Sendable]
        else { throw Trouble("fake Twilio, \(verb): \(result)") }
        return answer
    }
}
