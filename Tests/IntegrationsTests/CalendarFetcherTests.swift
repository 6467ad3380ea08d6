import Engine
import Foundation
import Integrations
import Testing
import Timekeeping

@Suite("Calendars from elsewhere")
struct CalendarFetcherTests {
    @Test(
        "addresses of this machine, of private networks and of none are not public",
        arguments: [
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
            "0.0.0.0", "255.255.255.255", "224.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1",
            "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "2001::1",
            "ff02::1", "fec0::1",
        ])
    func notPublic(address: String) {
        guard case .refused = PublicAddress.lookUp(address) else {
            Issue.record("\(address) was let through.")
            return
        }
    }

    @Test(
        "addresses of the internet are public",
        arguments: [
            "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "223.255.255.255", "2606:4700::1111",
            "::ffff:8.8.8.8", "2002:808:808::",
        ])
    func isPublic(address: String) {
        guard case .addresses(let found) = PublicAddress.lookUp(address) else {
            Issue.record("\(address) was refused.")
            return
        }
        #expect(found.count == 1)
    }

    private let client = CurlClient()
    private var fetcher: CalendarFetcher { CalendarFetcher(client: client, allowsPrivate: true) }

    @Test("a calendar is fetched, and asked for again by the names that its server gave it")
    func conditional() async throws {
        let server = try TestServer { request, _ in
            request.headers["if-none-match"] == "\"v1\""
                ? .answer(304)
                : .answer(200, headers: ["ETag": "\"v1\"", "Last-Modified": "x"], body: Array("BEGIN".utf8))
        }
        defer { server.stop() }
        let name = FetchedCalendar.Name(tag: "\"v1\"", date: "x")
        #expect(await fetcher.fetch(server.url("/a.ics"), since: nil) == .text("BEGIN", name))
        #expect(await fetcher.fetch(server.url("/a.ics"), since: name) == .unchanged)
        #expect(server.requests.last?.headers["if-modified-since"] == "x")
    }

    @Test("redirects are followed a few times and no further, and never to where nobody may be sent")
    func redirects() async throws {
        let server = try TestServer { request, _ in
            switch request.path {
            case "/once": .answer(302, headers: ["Location": "/there"])
            case "/there": .answer(200, body: Array("ok".utf8))
            case "/file": .answer(302, headers: ["Location": "file:///etc/passwd"])
            default: .answer(302, headers: ["Location": request.path])
            }
        }
        defer { server.stop() }
        #expect(await fetcher.fetch(server.url("/once"), since: nil) == .text("ok", .init(tag: nil, date: nil)))
        #expect(await fetcher.fetch(server.url("/loop"), since: nil) == .failed("it redirects more than 3 times"))
        #expect(await fetcher.fetch(server.url("/file"), since: nil) == .failed("the address is none"))
    }

    @Test("without leave neither http nor this machine is asked at all")
    func guarded() async throws {
        let server = try TestServer { _, _ in .answer(200) }
        defer { server.stop() }
        let fetcher = CalendarFetcher(client: client)
        #expect(await fetcher.fetch(server.url(), since: nil) == .failed("the address is not https"))
        let secure = "https://127.0.0.1:\(server.port)/"
        #expect(
            await fetcher.fetch(secure, since: nil)
                == .failed("the host is in a private network, and only public ones are asked"))
        #expect(await fetcher.fetch("https://ana:secret@example.com/", since: nil) == .failed("the address is none"))
        #expect(server.connectionCount == 0)
    }

    @Test("what is too large, cut short or no text is not taken")
    func bounded() async throws {
        let large = [UInt8](repeating: 0x20, count: CalendarFetcher.largestBytes + 1)
        let server = try TestServer { request, _ in
            switch request.path {
            case "/large": .answer(200, body: large)
            case "/binary": .answer(200, body: [0xFF, 0xFE])
            case "/gone": .answer(410)
            default: .bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nBEGIN")
            }
        }
        defer { server.stop() }
        #expect(await fetcher.fetch(server.url("/large"), since: nil) == .failed("it is larger than 5 MB"))
        #expect(await fetcher.fetch(server.url("/binary"), since: nil) == .failed("it is not UTF-8 text"))
        #expect(await fetcher.fetch(server.url("/gone"), since: nil) == .failed("the server answered 410"))
        #expect(await fetcher.fetch(server.url("/short"), since: nil) == .failed("the answer was cut short"))
    }
}
