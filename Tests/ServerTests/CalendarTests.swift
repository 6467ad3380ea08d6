import Engine
import Foundation
import HTTPTypes
import Incidents
import LogDoubles
import OnCall
import Server
import Testing
import Timekeeping

@Suite struct CalendarTests {
    private func issue(_ visitor: Visitor, _ kind: String, _ name: String) async throws -> String {
        let made = try await visitor.post("/calendars", ["kind": kind, "name": name])
        #expect(made.status == .created)
        let url = try #require(made.text("url"))
        #expect(made.text("webcal") == url.replacingOccurrences(of: "http:", with: "webcal:"))
        return url.replacingOccurrences(of: "http://tocsin.test", with: "")
    }

    @Test("an issued calendar is read by whoever knows its address, and answers no more once it is revoked")
    func life() async throws {
        try await House().visit { visitor in
            let path = try await issue(visitor, "schedule", "sun")
            #expect(path.hasPrefix("/ical/") && path.hasSuffix(".ics") && path.utf8.count > 40)
            let file = try await visitor.ask(.get, path)
            #expect(file.status == .ok && file.body.contains("SUMMARY:On call sun: Chi Tanaka"))
            #expect(file.headers[.contentType] == "text/calendar; charset=utf-8")
            #expect(file.headers[.cacheControl] == "private, max-age=300")
            #expect(file.headers[.init("X-Robots-Tag")!]?.hasPrefix("noindex") == true)
            #expect(file.headers[.setCookie] == nil)
            #expect(!file.body.contains(path))
            #expect(try await visitor.get("/calendars").items.first?["name"] as? String == "sun")

            #expect(try await visitor.delete("/calendars/1").status == .noContent)
            let revoked = try await visitor.ask(.get, path)
            let unknown = try await visitor.ask(.get, path.replacingOccurrences(of: "/ical/", with: "/ical/x"))
            #expect(revoked.status == .notFound && unknown.status == .notFound)
            #expect(revoked.body == unknown.body)
            #expect(try await visitor.get("/calendars").items.isEmpty)
            #expect(try await visitor.delete("/calendars/1").text("code") == "no_such_calendar")
            let next = try await issue(visitor, "schedule", "sun")
            #expect(next != path, "A number is never given twice, and neither is an address.")
        }
    }

    @Test("a client that knows the file is told so, until a shift changes")
    func unchanged() async throws {
        let house = try await House()
        let start = Instant(seconds: (house.engine.now + .days(2)).milliseconds / 1000)
        try await house.visit { visitor in
            let path = try await issue(visitor, "person", "chi")
            let first = try await visitor.ask(.get, path)
            let tag = try #require(first.headers[.eTag])
            let modified = try #require(first.headers[.lastModified])
            #expect(modified.hasSuffix(" GMT") && modified.utf8.count == 29)
            let again = try await visitor.ask(.get, path, [.ifNoneMatch: "\"x\", \(tag)"])
            #expect(again.status == .notModified && again.body.isEmpty && again.headers[.eTag] == tag)
            #expect(try await visitor.ask(.get, path, [.ifModifiedSince: modified]).status == .notModified)
            let head = try await visitor.ask(.head, path)
            #expect(head.status == .ok && head.body.isEmpty && head.headers[.eTag] == tag)
            let body = [
                "schedule": "sun", "kind": "cover", "user": "ana", "from": start.rfc3339,
                "until": (start + .hours(8)).rfc3339,
            ]
            #expect(try await visitor.post("/overrides", body).status == .created)
            let later = try await visitor.ask(.get, path, [.ifNoneMatch: tag])
            #expect(later.status == .ok && later.headers[.eTag] != tag)
        }
    }

    @Test("the log holds no address, and what is asked for wrongly is refused")
    func mistakes() async throws {
        let house = try await House()
        try await house.visit { visitor in
            let path = try await issue(visitor, "person", "ana")
            let token = String(path.dropFirst(6).dropLast(4))
            let records = try house.store.records(stream: "overrides")
            #expect(!records.isEmpty)
            #expect(!"\(records.map { $0.facts })".contains(token))
            #expect(try await visitor.post("/calendars", ["kind": "tribe", "name": "x"]).pointers == ["#/kind"])
            #expect(
                try await visitor.post("/calendars", ["kind": "person", "name": "x"]).text("code") == "no_such_user")
            #expect(try await visitor.post("/calendars", ["kind": "team", "name": "x"]).text("code") == "no_such_team")
            #expect(try await visitor.ask(.get, "/ical/\(token)").status == .notFound)
            #expect(try await visitor.ask(.post, path).status == .methodNotAllowed)
            let personal = String(house.personalLink("ana").dropFirst(4))
            #expect(try await visitor.ask(.get, "/ical/\(personal).ics").status == .notFound)
        }
    }
}
