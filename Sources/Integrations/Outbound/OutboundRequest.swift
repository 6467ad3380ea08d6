/// One HTTP request to somebody else's server.
public struct OutboundRequest: Sendable {
    public enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    public var method: Method
    /// `http` or `https`, ASCII, no user name or password in it.
    public var url: String
    /// In this order. The client itself sets Host and Content-Length, and User-Agent when it is not among them.
    public var headers: [(name: String, value: String)]
    /// Sent as it is.
    public var body: [UInt8]
    /// From the moment it is handed over to the end of the answer; connecting alone may take 5 s of it at most.
    public var timeout: Duration
    /// Bytes of the answer's body that are kept; the transfer ends when there are more.
    public var responseLimit: Int
    /// Where the host is, instead of looking it up again: what was found fit to be asked is what is asked.
    public var pinned: Pinned?

    /// A host's addresses as numbers, those of IPv6 in brackets.
    public struct Pinned: Sendable, Hashable {
        public var host: String
        public var port: Int
        public var addresses: [String]

        public init(host: String, port: Int, addresses: [String]) {
            self.host = host
            self.port = port
            self.addresses = addresses
        }
    }

    public init(
        method: Method = .post, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeout: Duration = .seconds(10), responseLimit: Int = 65_536
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.responseLimit = responseLimit
    }
}

public enum OutboundResult: Sendable {
    /// A final status line arrived, whatever it says and whatever became of the rest.
    case response(OutboundResponse)
    case failed(FailedTransfer)
}

public struct OutboundResponse: Sendable {
    public var status: Int
    /// Names as they were sent; at most 64 KiB of them.
    public var headers: [(name: String, value: String)]
    /// At most the request's `responseLimit` bytes.
    public var body: [UInt8]
    /// From the moment the transfer began.
    public var elapsed: Duration

    /// The first header of that name, in any case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

public struct FailedTransfer: Error, Sendable, Hashable {
    /// A clause without names, addresses or secrets: "the connection was refused".
    public var reason: String
    /// False only when it is certain that no byte of the request left.
    public var mayHaveArrived: Bool
    /// The request itself cannot be sent, now or later.
    public var isRefused: Bool

    public init(reason: String, mayHaveArrived: Bool, isRefused: Bool = false) {
        self.reason = reason
        self.mayHaveArrived = mayHaveArrived
        self.isRefused = isRefused
    }
}

extension OutboundRequest {
    /// Why it must not be sent; nil when it may. Nothing that comes from an alert or a form can add a header or a
    /// second request.
    var objection: String? {
        let scheme = url.prefix(8).lowercased()
        guard scheme.hasPrefix("https://") || scheme.hasPrefix("http://") else {
            return "the URL is neither http nor https"
        }
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return "the URL has a space, a control character or a letter outside ASCII"
        }
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else { return "a header's name is not a token" }
            guard !Self.ownHeaders.contains(name.lowercased()) else { return "the header \(name) is the client's own" }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                return "the header \(name) has a line break or another control character"
            }
        }
        guard timeout > .zero else { return "it was given no time" }
        return nil
    }

    private static let ownHeaders: Set = [
        "host", "content-length", "transfer-encoding", "connection", "expect",
    ]

    /// RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
