import HTTPTypes
import Hummingbird
import NIOCore
import OnCall
import Server
import Testing
import Timekeeping

@Suite struct SessionsTests {
    private let sessions = Sessions(adminToken: "tocsin_a", isHTTPS: false)
    private let start = Instant(rfc3339: "2026-11-23T09:34:10Z")!

    private func request(_ cookie: String) -> Request {
        let pair = cookie.split(separator: ";").first.map(String.init) ?? ""
        return Request(
            head: HTTPRequest(
                method: .get, scheme: nil, authority: nil, path: "/", headerFields: [.cookie: pair]),
            body: RequestBody(buffer: ByteBuffer()))
    }

    @Test("a session of the console lasts eight days, a personal one twelve hours, and not a moment longer")
    func life() {
        let (console, own) = (request(sessions.open(at: start)), request(sessions.open("ana", at: start)))
        let (end, ownEnd) = (start + .days(8), start + .hours(12))
        #expect(sessions.session(of: console, now: end - .milliseconds(1))?.expiresAt == end)
        #expect(sessions.personal(of: own, now: ownEnd - .milliseconds(1))?.user == "ana")
        #expect(sessions.session(of: console, now: end) == nil)
        #expect(sessions.personal(of: own, now: ownEnd) == nil)
    }

    @Test("a new admin token ends every session")
    func newToken() {
        let other = Sessions(adminToken: "tocsin_b", isHTTPS: false)
        #expect(other.session(of: request(sessions.open(at: start)), now: start) == nil)
        #expect(other.personal(of: request(sessions.open("ana", at: start)), now: start) == nil)
    }

    @Test("neither kind is the other", arguments: ["ana", "a.b", "ä ö"])
    func kinds(user: String) {
        let user = UserID(rawValue: user)
        let (console, own) = (request(sessions.open(at: start)), request(sessions.open(user, at: start)))
        #expect(sessions.session(of: console, now: start)?.user == nil)
        #expect(sessions.personal(of: own, now: start)?.user == user)
        #expect(sessions.session(of: own, now: start) == nil)
        #expect(sessions.personal(of: console, now: start) == nil)
    }
}
