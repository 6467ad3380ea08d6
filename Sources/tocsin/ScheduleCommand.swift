import ArgumentParser

/// `tocsin schedule …`: what schedules come to.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Prove that somebody is on call, see who is when, and take it elsewhere.",
        subcommands: [ScheduleProve.self, ScheduleShow.self, ScheduleExport.self])
}
