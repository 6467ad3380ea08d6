import ArgumentParser

/// The command line: one verb tree. Commands here read arguments, wire things together and print; nothing else.
@main
struct Tocsin: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "tocsin",
        abstract: "Incident response and on-call: takes alerts in and pages people until somebody answers.",
        version: version,
        subcommands: [
            Serve.self, Check.self, ApplyCommand.self, OnCallCommand.self, SimulateCommand.self, Fire.self,
            IncidentCommand.self,
            OverrideCommand.self, TimeOffCommand.self, SilenceCommand.self, CoverCommand.self, ScheduleCommand.self,
            CalendarCommand.self,
            ReportCommand.self, RollbackCommand.self, SayCommand.self, ContactCommand.self, InboxCommand.self,
            RunbookCommand.self, PostmortemCommand.self, LogCommand.self, DoctorCommand.self, DrillCommand.self,
            Demo.self,
        ])
}
