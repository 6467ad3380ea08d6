import ArgumentParser
import Documents
import Engine
import Foundation
import Incidents
import Timekeeping

/// `tocsin runbook …`: the runbooks, offline, from their folders.
struct RunbookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runbook", abstract: "List, show and check runbooks.",
        subcommands: [List.self, Show.self, Lint.self])

    /// Which runbooks: of folders, or those a configuration has.
    struct Source: ParsableArguments {
        @Option(
            name: .customLong("config"),
            help: "The configuration whose runbooks are meant. Default: tocsin.yaml here, if there is one.")
        var path: String?

        @Option(help: "The folder of the runbooks that come with Tocsin. Default: those beside it.")
        var runbooks: String?

        @Option(help: "Only the runbooks of this folder. May be given several times; the later one wins.")
        var folder: [String] = []

        /// The configuration's path; nil when there is none.
        private var configuration: String? {
            let standard = "tocsin.yaml"
            return path ?? (FileManager.default.fileExists(atPath: standard) ? standard : nil)
        }

        func library() throws -> RunbookLibrary {
            if !folder.isEmpty { return RunbookLibrary(folders: folder) }
            let own = try configuration.flatMap {
                try ConfigurationReader.here(readSecrets: false).runbookFolder(path: $0)
            }
            return RunbookLibrary(folders: [runbooks ?? ShareFolder.find("runbooks"), own].compactMap { $0 })
        }

        /// Whose names commands may use; nil when there is no configuration, or none that is valid.
        func directory() -> Directory? {
            guard folder.isEmpty, let configuration else { return nil }
            let reader = ConfigurationReader.here(readSecrets: false, runbooks: runbooks)
            return try? ConfigurationOptions.load(path: configuration, contacts: nil, reader).directory
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the runbooks with what they match.")

        @OptionGroup var source: Source
        @Flag(help: "Print JSON.") var json = false

        struct Line: Encodable {
            let id: String, title: String, owner: String, reviewed: String
            let matches: [String], severities: [String], rollback: Bool
        }

        func run() throws {
            let lines = try source.library().runbooks.map { runbook in
                Line(
                    id: runbook.id.rawValue, title: runbook.title, owner: runbook.owner,
                    reviewed: runbook.reviewed.description,
                    matches: runbook.matches.map { $0.map(\.description).joined(separator: ", ") },
                    severities: runbook.severities.map(\.rawValue).sorted(), rollback: runbook.advisesRollback)
            }
            if json { return try Output.json(lines) }
            let width = lines.map(\.id.count).max() ?? 0
            for line in lines {
                print(line.id.padding(toLength: width + 2, withPad: " ", startingAt: 0) + line.title)
                let blank = String(repeating: " ", count: width + 2)
                print(
                    "\(blank)\(line.owner), reviewed \(line.reviewed)\(line.rollback ? ", usual act: roll back" : "")")
                for match in line.matches { print("\(blank)for \(match)") }
            }
            if lines.isEmpty { print("There are no runbooks.") }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a runbook as Markdown.")

        @OptionGroup var source: Source
        @Argument(help: "Its name, such as model-latency.") var name: String
        @Option(name: .customLong("html"), help: "Write it as HTML to this file instead.") var output: String?

        func run() throws {
            let library = try source.library()
            guard let runbook = library[RunbookID(rawValue: name)] else {
                let known = library.runbooks.map(\.id.rawValue).joined(separator: ", ")
                throw ValidationError(
                    "There is no runbook \(PlainText.printable(name)). \(known.isEmpty ? "" : "There are \(known).")")
            }
            guard let output else { return print(runbook.markdown) }
            let body = MarkdownDocument(runbook.markdown, documentSuffix: ".html").html.text
            let page = """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>\(runbook.id)</title>
                </head>
                <body>
                \(body)</body>
                </html>

                """
            try Data(page.utf8).write(to: URL(fileURLWithPath: output))
        }
    }

    struct Lint: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check runbooks: front matter, sections, steps, links, and commands that nobody understands.",
            discussion: "Exits 1 when there are errors. Warnings do not change that, unless --strict.")

        @OptionGroup var source: Source
        @Flag(help: "Exit 1 on warnings too.") var strict = false
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let library = try source.library()
            let lint = library.lint(today: HostTime.today, directory: source.directory())
            if json {
                struct Report: Encodable { let errors: [String], warnings: [String], runbooks: Int }
                try Output.json(
                    Report(
                        errors: lint.errors.map(\.description), warnings: lint.warnings.map(\.description),
                        runbooks: library.runbooks.count))
            } else {
                for problem in lint.errors { print("error: \(problem)") }
                for problem in lint.warnings { print("warning: \(problem)") }
                print(
                    "\(library.runbooks.count) runbooks, \(lint.errors.count) errors, \(lint.warnings.count) warnings.")
            }
            if !lint.errors.isEmpty || (strict && !lint.warnings.isEmpty) { throw ExitCode(1) }
        }
    }
}

extension HostTime {
    /// In UTC.
    static var today: CivilDate { CivilDate(daysSinceEpoch: Int(now.milliseconds / 86_400_000)) }
}
