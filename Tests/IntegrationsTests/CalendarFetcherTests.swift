import Engine
import Foundation
import Integrations
import Synchronization
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
            "ff02::1", "fec0::1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "::127.0.0.1",
            "64:ff9b:1::7f00:1",
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
    // Hosts are looked up on threads that other tests, which block, may hold for a while.
    private var fetcher: CalendarFetcher {
        CalendarFetcher(client: client, allowsPrivate: true, timeout: .seconds(120))
    }

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

    @Test(
        "however this machine is written, it is not asked",
        arguments: [
            "localhost", "localhost.", "LOCALHOST", "127.0.0.1.", "2130706433", "017700000001", "0x7f000001",
            "0x7F.0.0.1", "0177.0.0.1", "127.1", "%31%32%37.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:7f00:0001]", "[64:ff9b::127.0.0.1]",
        ])
    func written(host: String) async throws {
        let server = try TestServer { _, _ in .answer(200) }
        defer { server.stop() }
        let answer = await CalendarFetcher(client: client).fetch("https://\(host):\(server.port)/", since: nil)
        #expect(answer == .failed("the host is in a private network, and only public ones are asked"))
        #expect(server.connectionCount == 0)
    }

    @Test(
        "what is neither a name nor an address is no host",
        arguments: [
            "256.0.0.1", "1.2.3.4.5", "a..example.com", ".example.com", "example.com..", "b%C3%BCcher.example",
            "example.0x7f", "[::1%25lo]", "[1.2.3.4]", "a%20b.example",
        ])
    func noHost(host: String) async {
        #expect(await fetcher.fetch("http://\(host)/", since: nil) == .failed("the address is none"))
    }

    @Test("a host is asked under one form, so that what was looked up is what is asked")
    func oneForm() async throws {
        let server = try TestServer { request, _ in
            request.path == "/there"
                ? .answer(200, body: Array("ok".utf8))
                : .answer(302, headers: ["Location": "http://2130706433:\(request.headers["host"]!.suffix(5))/there"])
        }
        defer { server.stop() }
        let url = "http://LocalHost.:\(server.port)/x?y=%2Fz"
        #expect(await fetcher.fetch(url, since: nil) == .text("ok", .init(tag: nil, date: nil)))
        #expect(
            server.requests.map { $0.headers["host"] } == ["localhost", "127.0.0.1"].map { "\($0):\(server.port)" })
        #expect(server.requests.first?.path == "/x?y=%2Fz")
    }

    @Test("an address of IPv6 is asked as it stands")
    func ipv6() async throws {
        let (port, socket) = try TestServer.closedPort()
        defer { close(socket) }
        guard case .failed(let reason) = await fetcher.fetch("http://[::1]:\(port)/", since: nil) else {
            Issue.record("Nobody is there.")
            return
        }
        #expect(reason.contains("connect"), "\(reason)")
    }

    @Test("the time is for all redirects together")
    func slow() async throws {
        let start = ContinuousClock.now
        let passed = Mutex(Duration.zero)
        let server = try TestServer { request, number in
            passed.withLock { $0 += .seconds(4) }
            return number < 3
                ? .answer(302, headers: ["Location": "/\(number)"]) : .answer(200, body: Array("ok".utf8))
        }
        defer { server.stop() }
        let fetcher = CalendarFetcher(client: client, allowsPrivate: true) { start + passed.withLock { $0 } }
        #expect(await fetcher.fetch(server.url(), since: nil) == .failed("it took longer than 10 s"))
        #expect(server.requests.count == 3)
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
