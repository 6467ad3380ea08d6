import Commands
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite struct TimeTests {
    static let zones: [ZoneID] = [
        "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo",
        "Pacific/Auckland", "America/St_Johns", "UTC",
    ]

    /// Overrides that begin and end anywhere in the weeks around a clock change, said with their offsets.
    @Test("what a confirmation says in the speaker's zone means the same when it is said again", arguments: zones)
    func confirmations(zone: ZoneID) throws {
        var mill = LineMill(seed: 7)
        let changes = [at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z"), at("2026-04-24T00:00:00Z")]
        for _ in 0..<400 {
            let now = mill.pick(changes) - .minutes(Int64(mill.roll(3 * 1440)))
            let from = now + .minutes(Int64(mill.roll(4 * 1440)))
            let until = from + .minutes(Int64(1 + mill.roll(2 * 1440)))
            let scene = Stage.clock(now.rfc3339, zone)
            let line = "override sun ben from \(from.rfc3339) to \(until.rfc3339)"
            let order = Order.override("sun", from: from, until: until, kind: .cover("ben"))
            guard case .order(order, let confirmation?) = CommandReader().read(line, in: scene) else {
                Issue.record("\(line) → \(written(CommandReader().read(line, in: scene)))")
                continue
            }
            let said = confirmation.prefix { $0 != "=" }.split(separator: " ")
            let words = try #require(said.firstIndex { $0.first?.isUppercase == true && !Self.isDay($0) })
            let again = "override sun ben \(said[..<words].joined(separator: " "))"
            guard case .order(order, _) = CommandReader().read(again, in: scene) else {
                // Today's name and a clock time still to come are asked about only without a date.
                Issue.record("\(again) → \(written(CommandReader().read(again, in: scene))), not \(line)")
                continue
            }
        }
    }

    private static func isDay(_ word: Substring) -> Bool { Weekday(abbreviation: String(word)) != nil }

    @Test("every minute of a day is found as the next occurrence of its clock time, in a zone that changes its clocks")
    func nextOccurrence() {
        let now = at("2026-10-24T10:00:00Z")
        for minutes in stride(from: Int64(1), through: 1440, by: 7) {
            let wanted = now + .minutes(minutes)
            let clock = Stage.berlin.civil(at: wanted).time
            let isTwice =
                if case .repeated = Stage.berlin.resolve(Stage.berlin.civil(at: wanted)) { true } else { false }
            let reading = CommandReader().read("who primary \(clock)", in: Stage.clock(now.rfc3339))
            switch reading {
            case .order(.who(["primary"], let at?), _):
                #expect(!isTwice)
                // 25 hours lie between two noons that day.
                #expect(at == wanted || Stage.berlin.civil(at: at).time == clock && at < wanted, "\(clock)")
            case .choose(_, let choices): #expect(isTwice && choices.count == 2, "\(clock)")
            default: Issue.record("\(clock) → \(written(reading))")
            }
        }
    }

    @Test("two ambiguous hours are four choices, without those that cannot be")
    func combinations() {
        guard case .choose(_, let choices) = CommandReader().read("override primary ben tomorrow 9-6", in: Stage.busy)
        else { return #expect(Bool(false), "not asked") }
        #expect(
            choices.map(\.line) == [
                "override primary ben tomorrow 09:00-06:00", "override primary ben tomorrow 09:00-18:00",
                "override primary ben tomorrow 21:00-06:00", "override primary ben tomorrow 21:00-18:00",
            ])
    }
}
