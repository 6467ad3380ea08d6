import Engine
import Foundation
import Synchronization
import Timekeeping

/// Fetches a calendar from somebody else's server: https, public addresses, few redirects, a bounded size and time.
public struct CalendarFetcher: Sendable {
    private let client: CurlClient
    private let allowsPrivate: Bool
    private let now: @Sendable () -> ContinuousClock.Instant

    public static let largestBytes = 5 << 20
    static let mostRedirects = 3
    private let timeout: Duration
    private var late: String { "it took longer than \(timeout.components.seconds) s" }

    /// - Parameters:
    ///   - allowsPrivate: also http and this machine's own networks; for tests, whose servers are there.
    ///   - timeout: for all of it: looking hosts up, redirects and answers.
    public init(
        client: CurlClient, allowsPrivate: Bool = false, timeout: Duration = .seconds(10),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.client = client
        self.allowsPrivate = allowsPrivate
        self.timeout = timeout
        self.now = now
    }

    /// Asks for what has changed since an earlier answer, if its server gave that one a name.
    public func fetch(_ url: String, since earlier: FetchedCalendar.Name?) async -> FetchedCalendar {
        var place = url
        let deadline = now() + timeout
        for _ in 0...Self.mostRedirects {
            var request: OutboundRequest
            switch await prepare(place, since: earlier, until: deadline) {
            case .success(let prepared): request = prepared
            case .failure(let refusal): return .failed(refusal.reason)
            }
            request.timeout = deadline - now()
            guard request.timeout > .zero else { return .failed(late) }
            switch await client.send(request) {
            case .failed(let failure): return .failed(failure.reason)
            case .response(let response):
                switch response.status {
                case 200: return Self.text(response)
                case 304 where earlier != nil: return .unchanged
                case 301, 302, 303, 307, 308:
                    guard let next = Self.target(of: response, from: place) else {
                        return .failed("it redirects to nowhere")
                    }
                    place = next
                default: return .failed("the server answered \(response.status)")
                }
            }
        }
        return .failed("it redirects more than \(Self.mostRedirects) times")
    }

    private struct Refusal: Error { let reason: String }

    private func prepare(
        _ url: String, since earlier: FetchedCalendar.Name?, until deadline: ContinuousClock.Instant
    ) async -> Result<OutboundRequest, Refusal> {
        guard let address = CalendarAddress(url) else { return .failure(Refusal(reason: "the address is none")) }
        guard address.isHTTPS || allowsPrivate else { return .failure(Refusal(reason: "the address is not https")) }
        let addresses: [String]
        switch await lookUp(address.host, within: deadline - now()) {
        case .addresses(let found): addresses = found
        case .refused(let reason): return .failure(Refusal(reason: reason))
        }
        var headers = [(name: "Accept", value: "text/calendar, */*;q=0.1")]
        if let tag = earlier?.tag { headers.append(("If-None-Match", tag)) }
        if let date = earlier?.date { headers.append(("If-Modified-Since", date)) }
        var request = OutboundRequest(
            method: .get, url: address.url, headers: headers, timeout: timeout,
            responseLimit: Self.largestBytes + 1)
        if !address.isNumber {
            request.pinned = .init(host: address.host, port: address.port, addresses: addresses)
        }
        return .success(request)
    }

    /// A name server that does not answer is not waited for longer than that.
    private func lookUp(_ host: String, within limit: Duration) async -> PublicAddress.Lookup {
        await withCheckedContinuation { continuation in
            let waiting = Once(continuation)
            DispatchQueue.global().async { [allowsPrivate] in
                waiting.resume(PublicAddress.lookUp(host, allowsPrivate: allowsPrivate))
            }
            let milliseconds = Int(max(limit, .zero) / .milliseconds(1))
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
                waiting.resume(.refused(late))
            }
        }
    }

    /// The first to know answers.
    private final class Once: Sendable {
        private let waiting: Mutex<CheckedContinuation<PublicAddress.Lookup, Never>?>

        init(_ continuation: CheckedContinuation<PublicAddress.Lookup, Never>) { waiting = Mutex(continuation) }

        func resume(_ lookup: PublicAddress.Lookup) {
            waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }?.resume(returning: lookup)
        }
    }

    private static func text(_ response: OutboundResponse) -> FetchedCalendar {
        guard response.body.count <= largestBytes else { return .failed("it is larger than 5 MB") }
        if let length = response.header("content-length").flatMap({ Int($0) }), length != response.body.count {
            return .failed("the answer was cut short")
        }
        guard let text = String(validating: response.body, as: UTF8.self) else {
            return .failed("it is not UTF-8 text")
        }
        func printable(_ name: String) -> String? {
            response.header(name).flatMap { value in
                value.utf8.count <= 500 && value.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? value : nil
            }
        }
        return .text(text, .init(tag: printable("etag"), date: printable("last-modified")))
    }

    private static func target(of response: OutboundResponse, from place: String) -> String? {
        guard let location = response.header("location"), let base = URL(string: place),
            let next = URL(string: location, relativeTo: base)?.absoluteURL.absoluteString,
            next.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return next
    }
}
