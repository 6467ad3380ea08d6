import ArgumentParser

/// `tocsin schedule …`: what schedules come to.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "See who is on call when, and take it elsewhere.",
        subcommands: [ScheduleShow.self, ScheduleExport.self])
}
