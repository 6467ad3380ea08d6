import ArgumentParser
import Documents
import Engine
import Foundation
import Incidents
import OnCall

/// `tocsin check`: is this configuration right, and whom would it fail?
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a configuration: every mistake with file, line and what to do.",
        discussion: "Exits 0 when it is valid, 1 when it is not. Warnings do not change that, unless --strict.")

    @OptionGroup var files: ConfigurationOptions

    @Flag(help: "Do not look for secrets: the check runs where they are not.")
    var withoutSecrets = false

    @Flag(help: "Exit 1 on warnings too.")
    var strict = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        var problems: [String] = []
        var warnings: [String] = []
        var summary = ""
        do {
            let settings = try files.load(files.reader(readSecrets: !withoutSecrets))
            warnings = settings.warnings
            let directory = settings.directory
            summary =
                "\(files.path) is valid: \(directory.users.count) people, \(directory.roster.schedules.count) schedules, "
                + "\(directory.policies.count) policies, \(directory.services.count) services, "
                + "\(directory.routes.count) routes, \(settings.integrations.count) integrations."
        } catch let errors as ConfigurationErrors {
            problems = errors.problems.map(\.description)
        }
        if json {
            struct Report: Encodable {
                let valid: Bool
                let errors: [String]
                let warnings: [String]
            }
            try Output.json(Report(valid: problems.isEmpty, errors: problems, warnings: warnings))
        } else {
            for problem in problems { print("error: \(problem)") }
            for warning in warnings { print("warning: \(warning)") }
            print(problems.isEmpty ? summary : "\(problems.count) error(s). Nothing was applied.")
        }
        if !problems.isEmpty || (strict && !warnings.isEmpty) { throw ExitCode(1) }
    }
}
