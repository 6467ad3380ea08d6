import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import OnCall
import Testing
import Timekeeping

/// Two incidents whose pages left in one message (S17): its link asks which of them somebody has.
@Suite struct TogetherTests {
    private static let directory: Directory = {
        var directory = House.directory
        directory.users["chi"] = .init(id: "chi", name: "Chi Tanaka", zone: "Asia/Tokyo", reachableBy: [.push])
        return directory
    }()

    /// Two alerts of one sender in one body, for two services.
    private static func body() throws -> String {
        func read(_ text: String) throws -> [String: Any] {
            try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }
        var body = try read(House.alert("First"))
        let second = try read(House.alert("Second", labels: ["model": "reader", "severity": "warning"]))
        body["alerts"] = try #require(body["alerts"] as? [Any]) + (second["alerts"] as? [Any] ?? [])
        return String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
    }

    private func state(_ house: House, _ number: Int) -> Incident.State? {
        house.engine.read { $0.book.incidents[Incident.ID(number)]?.state }
    }

    /// The link's path in the one message there is.
    private func open(_ house: House, _ visitor: Visitor) async throws -> String {
        _ = try await visitor.hook(Self.body())
        let messages = house.pager.messages
        #expect(messages.count == 1)
        let message = try #require(messages.first)
        #expect(message.incident == Incident.ID(1))
        #expect(message.others.map(\.incident) == [Incident.ID(2)])
        return String(message.acknowledgeURL.dropFirst("http://tocsin.test".count))
    }

    @Test("the page shows both, with a button for each and one for all")
    func shown() async throws {
        let house = try await House(directory: Self.directory)
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            let page = try await visitor.ask(.get, path).body
            for words in ["Acknowledge INC-1 as Chi Tanaka", "Acknowledge INC-2", "Acknowledge all 2", "Second"] {
                #expect(page.contains(words), "\(words)")
            }
            #expect(state(house, 1) == .triggered && state(house, 2) == .triggered)
        }
    }

    @Test("one is acknowledged, and only that", arguments: [(["incident": "INC-2"], 2), ([:], 1)])
    func one(fields: [String: String], number: Int) async throws {
        let house = try await House(directory: Self.directory)
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            #expect(try await visitor.submit(path, fields).status == .seeOther)
            #expect(state(house, number) == .acknowledged)
            #expect(state(house, 3 - number) == .triggered)
            let page = try await visitor.ask(.get, path).body
            #expect(page.contains("Chi Tanaka has it") && !page.contains("Acknowledge all"))
        }
    }

    @Test("all are acknowledged by one button")
    func all() async throws {
        let house = try await House(directory: Self.directory)
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            _ = try await visitor.submit(path, ["incident": "all"])
            #expect(state(house, 1) == .acknowledged && state(house, 2) == .acknowledged)
            #expect(!(try await visitor.ask(.get, path).body.contains("<button")))
        }
    }

    @Test("a link acknowledges nothing that was not in its message", arguments: ["INC-3", "INC-9", "", "x"])
    func strange(incident: String) async throws {
        let house = try await House(directory: Self.directory)
        try await house.visit { visitor in
            let path = try await open(house, visitor)
            _ = try await visitor.hook(House.alert("Third", labels: ["model": "third"]))
            #expect(state(house, 3) == .triggered)
            _ = try await visitor.submit(path, ["incident": incident])
            #expect(state(house, 3) == .triggered && state(house, 2) == .triggered)
        }
    }
}
