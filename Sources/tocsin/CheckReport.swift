import Documents
import Engine
import Incidents
import OnCall

/// What `tocsin check` found, for people and for scripts.
struct CheckReport: Encodable {
    let valid: Bool
    let errors: [String]
    let warnings: [String]
    /// Empty when the configuration is not valid.
    let reachability: [Person]
    private let table: [String]
    private let summary: String

    /// Who can be reached by what. An obstacle is a clause with the way out, by the name of its method.
    struct Person: Encodable {
        let who: String
        let methods: [String]
        let obstacles: [String: String]
    }

    private enum CodingKeys: CodingKey { case valid, errors, warnings, reachability }

    init(_ errors: ConfigurationErrors) {
        valid = false
        self.errors = errors.problems.map(\.description)
        warnings = []
        reachability = []
        table = []
        summary = "\(self.errors.count) error(s). Nothing was applied."
    }

    init(path: String, _ settings: Configuration, _ reachability: Reachability) {
        let directory = settings.directory
        let people = ReachabilityTable(directory, reachability)
        valid = true
        errors = []
        warnings = settings.warnings
        self.reachability = people.rows.map { row in
            Person(
                who: row.who.rawValue, methods: row.methods.map(\.rawValue),
                obstacles: Dictionary(
                    uniqueKeysWithValues: row.obstacles.map { ($0.method.rawValue, $0.description) }))
        }
        table = reachability.isInboxOnly ? [] : people.lines
        summary =
            "\(path) is valid: \(directory.users.count) people, \(directory.roster.schedules.count) schedules, "
            + "\(directory.policies.count) policies, \(directory.services.count) services, "
            + "\(directory.routes.count) routes, \(settings.integrations.count) integrations."
    }

    /// The table is left out when it would say the same of everybody.
    var lines: [String] {
        errors.map { "error: \($0)" } + warnings.map { "warning: \($0)" } + table + [summary]
    }
}
