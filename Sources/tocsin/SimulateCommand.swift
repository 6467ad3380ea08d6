import ArgumentParser
import Documents
import Engine
import EngineCore
import Foundation
import HTTPTypes
import Incidents
import Integrations
import OnCall
import SQLiteStore
import Server
import Timekeeping

/// `tocsin simulate`: this alert at that time, and everything Tocsin would do about it.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Tell beforehand whom an alert would page: every step, until somebody answers or not.",
        discussion: """
            The code that pages decides, with a clock that jumps ahead. Nothing is sent and nothing recorded. Nobody \
            answers unless --ack-after says so, and every provider takes what it is given unless --failing says so.

            tocsin simulate --label service=ranker --severity critical --at 2026-12-24T03:00 --in Europe/Berlin
            tocsin simulate --alert alert.json --integration prod --ack-after 7m --by ana

            Exits 0 when somebody is reached, 1 when nobody is, 2 when the question or the configuration is not valid.
            """)

    @Argument(help: "What the alert says. Default: Test alert.") var title: String?

    @OptionGroup var files: ConfigurationOptions

    @Option(help: "The service it should reach; a label of that name must lead there.") var service: String?
    @Option(help: "sev1 … sev4, or critical, error, warning, info. Default: sev2.") var severity: String?
    @Option(help: "A label, as name=value. May be repeated.") var label: [String] = []

    @Option(
        name: .customLong("alert"),
        help: "A file with the body that a sender would send, such as Alertmanager's webhook. - reads standard input.")
    var file: String?
    @Option(help: "The integration it comes in by. Default: the only one, with --alert; else Tocsin's own.")
    var integration: String?

    @Option(help: "When, such as 2026-12-24T03:00 on the clocks of --in, or RFC 3339. Default: now.") var at: String?
    @Option(
        name: .customLong("in"),
        help: "The time zone whose clocks --at is read on, and the answer written. Default: this machine's ($TZ).")
    var zone: String?
    @Option(
        name: .customLong("for"),
        help: "How much of what follows to tell, such as 2h, at most 7d. Default: 2h after the first page.")
    var length: String?

    @Option(help: "Somebody acknowledges so long after the alert, such as 7m.") var ackAfter: String?
    @Option(help: "Who acknowledges. Default: whoever is reached first.") var by: String?
    @Option(help: "Its sender says that it is over so long after it began.") var resolveAfter: String?
    @Option(help: "A method whose provider refuses everything, such as sms. May be repeated.") var failing: [String] =
        []

    @Option(
        help: """
            Also count the overrides, the time off, the silences and the contacts people proved at /me, from this \
            database. It may be in use by a server.
            """)
    var database: String?

    @Flag(help: "Also list each attempt and how it ended.") var all = false
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let report: ForecastReport
        do {
            report = try foretell()
        } catch {
            for line in Self.problems(error) { Terminal.printError("error: \(line)") }
            throw ExitCode(2)
        }
        if json { try Output.json(report) } else { report.lines(all: all).forEach { print($0) } }
        if database == nil {
            // What is printed as JSON stays JSON.
            if json { Terminal.printError(Self.uncounted) } else { print(Self.uncounted) }
        }
        if !report.reached { throw ExitCode(1) }
    }

    private static let uncounted = """
        Overrides, time off, silences and holidays by address that the server recorded are not counted. Give --database \
        to count them.
        """

    private static func problems(_ error: any Error) -> [String] {
        switch error {
        case let errors as ConfigurationErrors: errors.problems.map(\.description)
        case let invalid as ValidationError: [invalid.message]
        default: ["\(error)"]
        }
    }

    private static let usualLength = Duration.hours(2)

    private func foretell() throws -> ForecastReport {
        let reader = files.reader(readSecrets: false)
        let name = zone ?? HostTime.zoneName
        guard let rules = reader.zone(name) else {
            throw ValidationError("--in: '\(name)' is no zone of the tz database, such as Europe/Berlin.")
        }
        let start = try at.flatMap { Instant(rfc3339: try SpanOptions.instant($0, "--at", name)) } ?? HostTime.now
        let (settings, recorded) = try loaded(reader)
        var plan = try plan(settings, at: start)
        var forecast = Forecast(plan, directory: settings.directory, recorded: recorded)
        if length == nil, forecast.firstReached == nil {
            // Quiet hours and silences may put it off until the morning.
            var patient = plan
            patient.length = Self.farthest
            let far = Forecast(patient, directory: settings.directory, recorded: recorded)
            if let page = far.firstReached {
                plan.length = max(plan.length, page.at - start + Self.usualLength)
                forecast = Forecast(plan, directory: settings.directory, recorded: recorded)
            }
        }
        return ForecastReport(forecast, directory: settings.directory, zone: rules)
    }

    /// How far is looked for a first page.
    private static let farthest = Duration.days(3)

    // MARK: What is asked

    private func plan(_ settings: Configuration, at start: Instant) throws -> Forecast.Plan {
        var plan = try file.map { try read($0, settings, at: start) } ?? written(settings.directory, at: start)
        plan.length = try duration(length, "--for") ?? Self.usualLength
        guard plan.length <= Forecast.longest else { throw ValidationError("--for: 7d is the most.") }
        plan.acknowledgedAfter = try duration(ackAfter, "--ack-after")
        plan.resolvedAfter = try duration(resolveAfter, "--resolve-after")
        for (wait, option) in [(plan.acknowledgedAfter, "--ack-after"), (plan.resolvedAfter, "--resolve-after")] {
            guard let wait, wait > plan.length else { continue }
            if length != nil { throw ValidationError("\(option): that is after the end. Say more with --for.") }
            guard wait <= Forecast.longest else { throw ValidationError("\(option): 7d is the most.") }
            plan.length = min(wait + Self.usualLength, Forecast.longest)
        }
        if let by {
            let user = UserID(rawValue: by)
            guard settings.directory.users[user] != nil else {
                throw ValidationError("--by: \(Refusal.noSuchUser(user).explanation)")
            }
            guard ackAfter != nil else { throw ValidationError("--by: say when with --ack-after.") }
            plan.acknowledgedBy = user
        }
        for word in failing {
            guard let method = ContactMethod(rawValue: word) else {
                let known = ContactMethod.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                throw ValidationError("--failing: '\(word)' is no method. Write one of \(known).")
            }
            plan.failing.insert(method)
        }
        return plan
    }

    private func duration(_ text: String?, _ option: String) throws -> Duration? {
        guard let text else { return nil }
        guard let duration = Duration(written: text) else {
            throw ValidationError("\(option): '\(text)' is no length of time. Write it like 7m or 1h30m.")
        }
        return duration
    }

    /// As `tocsin fire` would send it.
    private func written(_ directory: Directory, at start: Instant) throws -> Forecast.Plan {
        let source = try integration.map { try known($0, directory) } ?? .tocsin
        var labels: [String: String] = [:]
        for pair in label {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw ValidationError("--label: '\(pair)' is not name=value.") }
            labels[parts[0]] = parts[1]
        }
        guard let severity = Severity(word: severity ?? "sev2") else {
            throw ValidationError("--severity: '\(severity ?? "")' is none. Write sev1, sev2, sev3 or sev4.")
        }
        if let service {
            let id = ServiceID(rawValue: service)
            guard directory.services[id] != nil else {
                throw ValidationError("--service: \(Refusal.noSuchService(id).explanation)")
            }
            guard let added = directory.labels(leadingTo: id, from: source, given: labels) else {
                throw ValidationError("--service: no route leads there from these labels. Name labels that do.")
            }
            labels = added
        }
        let signal = AlertSignal(
            alert: AlertKey(integration: source, key: "simulate"), status: .firing, severity: severity,
            title: String((title ?? "Test alert").prefix(Decider.longestTitle)), labels: labels)
        return Forecast.Plan(alerts: [signal], integration: source, at: start)
    }

    private func known(_ name: String, _ directory: Directory) throws -> IntegrationID {
        let id = IntegrationID(rawValue: name)
        guard id == .tocsin || directory.integrations[id] != nil else {
            let known = directory.integrations.keys.map(\.rawValue).sorted().joined(separator: ", ")
            throw ValidationError("--integration: there is no '\(name)'. Known: \(known.isEmpty ? "none" : known).")
        }
        return id
    }

    /// Read as it would be at the door.
    private func read(_ path: String, _ settings: Configuration, at start: Instant) throws -> Forecast.Plan {
        guard title == nil, label.isEmpty, severity == nil, service == nil else {
            throw ValidationError("--alert: the file says all. Leave out the title, --label, --severity and --service.")
        }
        let readable = settings.integrations.filter { $0.type != "heartbeat" }
        if let integration { _ = try known(integration, settings.directory) }
        let matching = readable.filter { integration == nil || $0.id.rawValue == integration }
        guard matching.count == 1, let format = Formats.make(matching[0]) else {
            let names = readable.map(\.id.rawValue).sorted().joined(separator: ", ")
            throw ValidationError(
                "--alert: say by which integration it comes in, with --integration. "
                    + "Those that read alerts: \(names.isEmpty ? "none" : names).")
        }
        let body =
            path == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: path)
        guard let body else { throw ValidationError("--alert: \(path) cannot be read.") }
        let read = format.read(HookRequest(method: .post, headers: [:], body: [UInt8](body)))
        guard !read.alerts.isEmpty else {
            let problem = read.unreadable.first.map { PlainText.printable($0.problem) } ?? "There is no alert in it."
            throw ValidationError("--alert: \(path): \(problem)")
        }
        var plan = Forecast.Plan(alerts: read.alerts, integration: matching[0].id, at: start)
        plan.unreadable = read.unreadable
        return plan
    }

    // MARK: What is known

    private func loaded(_ reader: ConfigurationReader) throws -> (Configuration, [Event]) {
        let settings = try files.load(reader)
        guard let database else { return (settings, []) }
        let store = try LogCommand.DatabaseOption.open(database)
        let entered = try store.contacts().isEmpty ? [:] : ContactBook(store: store, configuration: settings).everybody
        let overrides = try store.records(stream: Event.Stream.overrides.description)
        let silences = try store.live(at: HostTime.now).records.filter { $0.stream.hasPrefix("silence/") }
        let recorded = try (overrides + silences).sorted { $0.sequence < $1.sequence }.map(EventCodec.decode)
        return (entered.isEmpty ? settings : try files.load(reader, entered: entered), recorded)
    }
}
