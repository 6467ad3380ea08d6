import Engine
import Incidents
import Logging
import Synchronization
import Timekeeping

/// The accounts that send SMS and make calls, and what is under way at them.
public final class Telephone: Sendable {
    enum Kind: String, Sendable { case sms, call }

    private let channels: @Sendable () -> ChannelSettings
    private let client: CurlClient
    /// Keeps away from an account that asks for it or fails again and again, while there may be another.
    let gates: Channels
    let publicURL: String
    let now: @Sendable () -> Instant
    let log: Logger
    let ledger = PhoneLedger()

    private struct State {
        /// The numbers of accounts that the configuration names no sender for.
        var numbers: [String: PhoneNumber] = [:]
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - channels: asked for every attempt, so a correction helps the next.
    ///   - publicURL: how providers reach this server.
    public init(
        channels: @escaping @Sendable () -> ChannelSettings, client: CurlClient, gates: Channels = Channels(),
        publicURL: String,
        now: @escaping @Sendable () -> Instant, log: Logger
    ) {
        self.channels = channels
        self.client = client
        self.gates = gates
        self.publicURL = publicURL
        self.now = now
        self.log = log
    }

    // MARK: Accounts

    /// In order of preference.
    func accounts(_ kind: Kind) -> [PhoneAPI] {
        let channels = channels()
        let wanted = kind == .sms ? channels.sms : channels.call
        return everybody(channels).filter { api in wanted.contains { Self.isSame($0, api.settings) } }
            .sorted { a, b in
                let places = [a, b].map { api in wanted.firstIndex { Self.isSame($0, api.settings) } ?? 0 }
                return places[0] < places[1]
            }
    }

    /// Every account once.
    var everybody: [PhoneAPI] { everybody(channels()) }

    func account(_ vendor: PhoneSettings.Vendor, _ account: String) -> PhoneAPI? {
        everybody.first { $0.settings.vendor == vendor && $0.settings.account == account }
    }

    func account(labelled label: String) -> PhoneAPI? { everybody.first { $0.label == label } }

    private func everybody(_ channels: ChannelSettings) -> [PhoneAPI] {
        var seen: [PhoneSettings] = []
        for settings in channels.sms + channels.call where !seen.contains(where: { Self.isSame($0, settings) }) {
            seen.append(settings)
        }
        return seen.enumerated().map { index, settings in
            let number = seen[...index].count { $0.vendor == settings.vendor }
            let label = number == 1 ? settings.vendor.rawValue : "\(settings.vendor.rawValue) \(number)"
            return PhoneAPI(settings: settings, label: label, client: client, now: now)
        }
    }

    private static func isSame(_ a: PhoneSettings, _ b: PhoneSettings) -> Bool {
        (a.vendor, a.account) == (b.vendor, b.account)
    }

    // MARK: The way back

    /// Where an account's provider tells us of its calls and messages; nil when it cannot reach us, or what it says
    /// could not be checked.
    func callbacks(_ settings: PhoneSettings) -> String? {
        guard settings.signingKey != nil, Self.canReach(publicURL, from: settings) else { return nil }
        return "\(publicURL)/callbacks/\(settings.vendor.rawValue)/\(settings.account)"
    }

    private static func canReach(_ publicURL: String, from settings: PhoneSettings) -> Bool {
        // A provider that stands on this machine, as a test's does, reaches this machine.
        publicURL.hasPrefix("https://") || isLocal(settings.base) && isLocal(publicURL)
    }

    private static func isLocal(_ url: String) -> Bool {
        ["localhost", "127.0.0.1", "[::1]", "::1"].contains(WebLink.host(of: url) ?? "")
    }

    /// Why nobody can acknowledge by pressing a key in a call, in a sentence for `doctor`; nil when it works, or when
    /// nobody is called.
    public static func pressOneTrouble(_ channels: ChannelSettings, publicURL: String) -> String? {
        guard !channels.call.isEmpty else { return nil }
        if channels.call.allSatisfy({ !canReach(publicURL, from: $0) }) {
            return
                "Press 1 to acknowledge is off, because there is no public https URL that the provider of calls could "
                + "reach. Calls are made and their fate is asked for. Give --public-url an https address to switch it on."
        }
        if channels.call.allSatisfy({ $0.signingKey == nil }) {
            return
                "Press 1 to acknowledge is off, because there is no signing_key to check the provider's requests with."
        }
        return nil
    }

    // MARK: Senders

    /// What a message or call comes from, as a field of the request; nil when there is nothing, with the reason.
    func sender(_ api: PhoneAPI, _ kind: Kind, within time: Duration) async -> Result<PhoneSender, PhoneNoSender> {
        switch api.settings.sender {
        case .number(let number): return .success(PhoneSender(name: "From", value: number.text))
        case .service(let id): return .success(PhoneSender(name: "MessagingServiceSid", value: id))
        case .account: break
        }
        let key = "\(api.label) \(kind.rawValue)"
        if let number = state.withLock({ $0.numbers[key] }) {
            return .success(PhoneSender(name: "From", value: number.text))
        }
        guard case .ok(let answer) = await api.get("IncomingPhoneNumbers.json", [("PageSize", "50")], within: time),
            case .array(let items)? = answer["incoming_phone_numbers"]
        else { return .failure(PhoneNoSender(reason: "its numbers could not be asked for")) }
        let ability = kind == .sms ? "sms" : "voice"
        let number = items.first { $0["capabilities"]?[ability] == .bool(true) }?["phone_number"]?.scalar
        guard let number = number.flatMap({ PhoneNumber($0) }) else {
            return .failure(PhoneNoSender(reason: "the account has no number for that"))
        }
        state.withLock { $0.numbers[key] = number }
        return .success(PhoneSender(name: "From", value: number.text))
    }

    /// The number that replies to SMS come to, as far as it is known.
    func replyNumber(_ api: PhoneAPI) -> PhoneNumber? {
        api.settings.number ?? state.withLock { $0.numbers["\(api.label) sms"] }
    }
}

struct PhoneSender: Sendable {
    let name: String
    let value: String
}

struct PhoneNoSender: Error, Sendable {
    let reason: String
}
