import Engine
import Foundation
import Timekeeping

/// Fetches a calendar from somebody else's server: https, public addresses, few redirects, a bounded size.
public struct CalendarFetcher: Sendable {
    private let client: CurlClient
    private let allowsPrivate: Bool

    public static let largestBytes = 5 << 20
    static let mostRedirects = 3
    static let timeout = Duration.seconds(10)

    /// - Parameter allowsPrivate: also http and this machine's own networks; for tests, whose servers are there.
    public init(client: CurlClient, allowsPrivate: Bool = false) {
        self.client = client
        self.allowsPrivate = allowsPrivate
    }

    /// Asks for what has changed since an earlier answer, if its server gave that one a name.
    public func fetch(_ url: String, since earlier: FetchedCalendar.Name?) async -> FetchedCalendar {
        var place = url
        for _ in 0...Self.mostRedirects {
            let request: OutboundRequest
            switch await prepare(place, since: earlier) {
            case .success(let prepared): request = prepared
            case .failure(let refusal): return .failed(refusal.reason)
            }
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
        _ url: String, since earlier: FetchedCalendar.Name?
    ) async -> Result<OutboundRequest, Refusal> {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil
        else { return .failure(Refusal(reason: "the address is none")) }
        let isHTTPS = parts.scheme?.lowercased() == "https"
        guard isHTTPS || allowsPrivate && parts.scheme?.lowercased() == "http" else {
            return .failure(Refusal(reason: "the address is not https"))
        }
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let lookup = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [allowsPrivate] in
                continuation.resume(returning: PublicAddress.lookUp(bare, allowsPrivate: allowsPrivate))
            }
        }
        guard case .addresses(let addresses) = lookup else {
            if case .refused(let reason) = lookup { return .failure(Refusal(reason: reason)) }
            return .failure(Refusal(reason: "the host has no address"))
        }
        var headers = [(name: "Accept", value: "text/calendar, */*;q=0.1")]
        if let tag = earlier?.tag { headers.append(("If-None-Match", tag)) }
        if let date = earlier?.date { headers.append(("If-Modified-Since", date)) }
        var request = OutboundRequest(
            method: .get, url: url, headers: headers, timeout: Self.timeout, responseLimit: Self.largestBytes + 1)
        request.pinned = .init(host: bare, port: parts.port ?? (isHTTPS ? 443 : 80), addresses: addresses)
        return .success(request)
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
