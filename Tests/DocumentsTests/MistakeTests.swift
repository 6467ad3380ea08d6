import Engine
import Testing

/// One change to the valid configuration, and everything that must then be said: where, about which field, what is
/// wrong and what to do. Nothing else may be said: one mistake is not told twice.
struct Mistake: CustomTestStringConvertible, Sendable {
    let name: String
    let old: String
    let new: String
    let says: [String]

    init(_ name: String, _ old: String, _ new: String, _ says: String...) {
        self.init(name, old, new, says: says)
    }

    init(_ name: String, _ old: String, _ new: String, says: [String]) {
        self.name = name
        self.old = old
        self.new = new
        self.says = says
    }

    var testDescription: String { name }
}

@Test(
    "Each mistake is told with its place, its field, what is wrong and what to do",
    arguments: Mistake.people + Mistake.policies + Mistake.services + Mistake.channels + Mistake.messengers
        + Mistake.phones
        + Mistake.files + Mistake.rollbacks)
func mistakeIsTold(_ mistake: Mistake) throws {
    var reading = Reading().replacing(mistake.old, mistake.new)
    reading.environment["KEY_SHORT"] = "hunter2"
    reading.environment["TWO_LINES"] = "hunter2\nhunter2"
    reading.environment["SPACED_TOKEN"] = "tk_hunter2 hunter2"
    reading.environment["KEY_SLASHED"] = "hunter2/hunter2/hunter2"
    #expect(reading.files != Reading().files, "The change must change something.")
    let errors = try reading.errors()
    #expect(errors == mistake.says.map { "tocsin.yaml:" + $0 })
    #expect(!errors.joined().contains("hunter2"), "A secret must not be shown.")
}

@Test("The configuration that the mistakes are made in has none")
func baseIsValid() throws {
    #expect(try Reading().errors().isEmpty)
    #expect(try Reading().configuration().warnings.isEmpty)
}
