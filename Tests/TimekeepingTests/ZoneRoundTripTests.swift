import Foundation
import Testing
import Timekeeping

@Suite("All zones, all changes from 2024 to 2040")
struct ZoneRoundTripTests {
    private static let start = instant("2024-01-01T00:00:00Z")
    private static let end = instant("2041-01-01T00:00:00Z")
    private static let steps: [Int64] = [
        -93_600, -86_400, -43_200, -7_201, -7_200, -5_400, -3_601, -3_600, -1_801, -1_800, -900, -1,
        0, 1, 900, 1_800, 1_801, 3_600, 3_601, 5_400, 7_200, 7_201, 43_200, 86_400, 93_600,
    ]

    @Test("an instant's local time leads back to it, and later local times never lead to earlier instants")
    func roundTrips() throws {
        let zones = try ZoneinfoOracle.zoneNames()
        var (transitions, comparisons) = (0, 0)
        var problems: [String] = []
        for file in try ZoneinfoOracle.distinctFiles(of: zones) {
            let rules = try ZoneRules(id: file.zone, tzif: file.bytes)
            var next = rules.nextTransition(after: Self.start - .milliseconds(1))
            while let transition = next, transition < Self.end {
                transitions += 1
                comparisons += Self.steps.count * 2
                problems += Self.problems(around: transition, in: rules)
                #expect(rules.offsetSeconds(at: transition) != rules.offsetSeconds(at: transition - .milliseconds(1)))
                next = rules.nextTransition(after: transition)
                if let next { #expect(next > transition) }
            }
        }
        #expect(problems.isEmpty, "\(problems.count) problems, such as \(problems.prefix(5))")
        #expect(transitions > 3_000)
        print("Round trips: \(zones.count) zones, \(transitions) transitions, \(comparisons) comparisons.")
    }

    private static func problems(around transition: Instant, in rules: ZoneRules) -> [String] {
        var problems: [String] = []
        func expect(_ holds: Bool, _ what: String) {
            if !holds { problems.append("\(rules.id) around \(transition.rfc3339): \(what)") }
        }

        for step in steps {
            let moment = transition + .seconds(step)
            switch rules.resolve(rules.civil(at: moment)) {
            case .unique(let only): expect(only == moment, "\(step) is unique but elsewhere")
            case .repeated(let first, let last): expect(moment == first || moment == last, "\(step) is neither reading")
            case .skipped: expect(false, "\(step) is shown but said to be skipped")
            }
        }

        var previous: (first: Instant, last: Instant)?
        let middle = rules.civil(at: transition)
        for step in steps {
            let (days, rest) = (Int(step) / 86_400, Int(step) % 86_400)
            let seconds = middle.time.secondsFromMidnight + rest
            let clock = CivilDateTime(
                date: middle.date.adding(days: days + (seconds < 0 ? -1 : seconds / 86_400)),
                time: CivilTime(secondsFromMidnight: seconds < 0 ? seconds + 86_400 : seconds % 86_400)
            )
            let (first, last) = (rules.firstInstant(of: clock), rules.lastInstant(of: clock))
            expect(first <= last, "\(clock) ends before it begins")
            if let previous { expect(previous.first <= first && previous.last <= last, "\(clock) goes back in time") }
            if case .skipped(let jump) = rules.resolve(clock) {
                expect(rules.civil(at: jump) > clock, "\(clock) is not before the jump's end")
                expect(rules.civil(at: jump - .seconds(1)) < clock, "\(clock) is not after the jump's start")
            }
            previous = (first, last)
        }
        return problems
    }
}
