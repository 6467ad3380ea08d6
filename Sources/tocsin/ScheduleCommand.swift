import ArgumentParser

/// `tocsin schedule …`: schedules proved, shown and taken elsewhere.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Take schedules elsewhere.", subcommands: [ScheduleExport.self])
}
