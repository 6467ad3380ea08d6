import Engine
import HTTPTypes
import OnCall
import Server
import Testing
import Timekeeping

@Suite struct UsedLinksTests {
    private let start = Instant(rfc3339: "2026-11-23T09:34:10Z")!

    @Test("a personal link opens one session; looking at it uses nothing up, and others of that person still work")
    func once() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let (link, another) = (house.personalLink("ana"), house.personalLink("ana"))
            for _ in 0..<2 { #expect(try await visitor.ask(.get, link).status == .ok) }
            _ = try await visitor.enter(link)
            for written in [link, "\(link)="] {
                for answer in [try await visitor.submit(written, [:]), try await visitor.ask(.get, written)] {
                    #expect(answer.status == .gone, "\(written)")
                    #expect(answer.body.contains("This link was used already"))
                    #expect(answer.body.contains("ask for another"))
                    #expect(answer.headers[.setCookie] == nil)
                }
            }
            _ = try await visitor.enter(another)
        }
    }

    @Test("a form that was refused has not used the link up")
    func refused() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let link = house.personalLink("ana")
            let large = ["x": String(repeating: "x", count: 17_000)]
            #expect(try await visitor.submit(link, large).status == .contentTooLarge)
            _ = try await visitor.enter(link)
        }
    }

    @Test("used links are remembered until they expire, so many for each person, and nobody's count is another's")
    func bounded() {
        let used = UsedLinks()
        let links = (0...UsedLinks.capacity).map {
            PersonalLink(user: "ana", expiresAt: start + .hours(1) + .milliseconds(Int64($0)))
        }
        for link in links.dropLast() { #expect(used.use(link, at: start) == .first) }
        #expect(used.use(links[0], at: start) == .again)
        #expect(used.use(links[UsedLinks.capacity], at: start) == .tooMany)
        #expect(!used.wasUsed(links[UsedLinks.capacity]))
        #expect(used.use(PersonalLink(user: "chi", expiresAt: links[0].expiresAt), at: start) == .first)
        let later = links[0].expiresAt
        #expect(used.use(links[1], at: later) == .again)
        #expect(used.use(links[UsedLinks.capacity], at: later) == .first)
    }

    @Test("of many who use one link at once one gets in")
    func atOnce() async {
        let used = UsedLinks()
        let link = PersonalLink(user: "ana", expiresAt: start + .hours(1))
        let uses = await withTaskGroup(of: UsedLinks.Use.self) { group in
            for _ in 0..<50 { group.addTask { used.use(link, at: start) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(uses.count { $0 == .first } == 1)
        #expect(uses.count { $0 == .again } == 49)
    }
}
