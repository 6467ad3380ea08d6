/// An account with a company that sends SMS and makes calls. Twilio's interface, which others speak too.
public struct PhoneSettings: Sendable, Hashable {
    public enum Vendor: String, Sendable, Hashable, CaseIterable {
        case twilio, signalwire
    }

    /// What people see as the sender.
    public enum Sender: Sendable, Hashable {
        case number(PhoneNumber)
        /// Twilio's Messaging Service, `MG…`, which chooses a number. It cannot call.
        case service(String)
        /// The account's first number that can do what is wanted; asked for once.
        case account
    }

    public var vendor: Vendor
    /// Twilio's account, `AC…`; SignalWire's project.
    public var account: String
    /// Who logs in: the account itself, or an API key.
    public var user: String
    public var password: String
    /// Signs the requests they send us; nil when none can be checked, and then none is taken.
    public var signingKey: String?
    public var sender: Sender
    /// What stands before `/2010-04-01`, without a slash at its end.
    public var base: String

    public static let twilioBase = "https://api.twilio.com"

    public init(
        vendor: Vendor, account: String, user: String? = nil, password: String, signingKey: String?, sender: Sender,
        base: String
    ) {
        self.vendor = vendor
        self.account = account
        self.user = user ?? account
        self.password = password
        self.signingKey = signingKey
        self.sender = sender
        self.base = base
    }

    public var canCall: Bool {
        if case .service = sender { false } else { true }
    }

    /// The number, where the configuration says it.
    public var number: PhoneNumber? {
        if case .number(let number) = sender { number } else { nil }
    }
}

extension PhoneSettings: CustomStringConvertible, CustomReflectable {
    public var description: String { "an account at \(vendor.rawValue)" }
    public var customMirror: Mirror {
        Mirror(self, children: ["vendor": vendor.rawValue, "account": "…", "password": "…", "signingKey": "…"])
    }
}
