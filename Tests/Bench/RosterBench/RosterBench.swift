import Foundation
import OnCall
import Timekeeping

/// Times "who is on call" on one core: an instant, a walk, and a proof of ten years. `make bench` builds it in release
/// and runs it.
///
/// Each figure is processor time, the best of several rounds, for whatever else the machine does only adds to it.
@main
struct RosterBench {
    private static let rounds = 5
    private static let now = Instant(seconds: 1_795_424_400)  // 2026-11-23T09:00:00Z

    static func main() {
        instants()
        walks()
    }

    private static func instants() {
        let old = BenchRosters.hourly(since: CivilDate("2016-11-21"))
        let new = BenchRosters.hourly(since: CivilDate("2026-11-16"))
        let (ofOld, ofNew) = (nanosecondsPerAnswer(old, .none), nanosecondsPerAnswer(new, .none))
        let amended = nanosecondsPerAnswer(old, BenchRosters.overrides(20, around: now))
        let absent = nanosecondsPerAnswer(old, BenchRosters.timeOff(10_000, around: now))
        say("onCall(at:), an hourly rotation ten years old", ofOld, "ns", limit: 2000)
        say("onCall(at:), a new one", ofNew, "ns")
        say("  ten years old to new", ofOld / ofNew, "times", digits: 2)
        say("onCall(at:), ten years old, with 20 overrides", amended, "ns")
        say("onCall(at:), ten years old, with 10 000 entries of time off", absent, "ns", limit: 2000)
    }

    private static func walks() {
        let roster = BenchRosters.fiveLayers(100)
        let ids = roster.schedules.keys.sorted()
        let end = now + .days(3653)
        var shifts = 0
        let walk = best(rounds: 3) {
            shifts = 0
            for id in ids {
                roster.forEachShift(id, from: now, until: end, amendments: .none) { _ in shifts += 1 }
            }
        }
        say("walking a schedule of 5 layers, per shift", walk / Double(shifts) * 1e9, "ns")
        var holes = 0
        let proof = best(rounds: 3) {
            holes = 0
            for id in ids {
                holes += roster.proveCoverage(of: id, from: now, until: end, amendments: .none).holes.count
            }
        }
        say("proof of ten years, 100 schedules of 5 layers", proof, "s", digits: 2, limit: 2)
        print("  \(shifts) shifts, \(holes) holes")
    }

    private static func nanosecondsPerAnswer(_ roster: Roster, _ amendments: Amendments) -> Double {
        let count = 20_000
        var found = 0
        let seconds = best(rounds: rounds) {
            for sample in 0..<count {
                // Three days, in steps that hit every minute of an hour.
                let instant = Instant(milliseconds: now.milliseconds + Int64(sample) * 12_347_000 % 259_200_000)
                found += roster.onCall(BenchRosters.primary, at: instant, amendments: amendments).duties.count
            }
        }
        precondition(found == rounds * count, "Somebody is always on call here.")
        return seconds / Double(count) * 1e9
    }

    private static func best(rounds: Int, _ work: () -> Void) -> Double {
        (0..<rounds).map { _ in
            let begin = processorSeconds
            work()
            return processorSeconds - begin
        }.min() ?? 0
    }

    /// What this thread has had of a core.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func say(_ what: String, _ value: Double, _ unit: String, digits: Int = 0, limit: Double? = nil) {
        let figure = String(format: "%.\(digits)f", value)
        let verdict = limit.map { value < $0 ? "  (under \(Int($0)))" : "  (OVER \(Int($0)))" } ?? ""
        print("\(what): \(figure) \(unit)\(verdict)")
    }
}
