import Dispatch
import Foundation
import Synchronization
import Timekeeping

/// Wakes the engine when its next deadline comes, and looks up at least every second, since the wall clock may have
/// stepped while everybody slept. A thread of its own: a deadline must not wait for a busy thread pool.
final class AlarmClock: Sendable {
    private let wakeUp = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    private struct State {
        var sleepsUntil = DispatchTime.now()
        var isStopped = false
    }

    private static let longestSleep = Duration.seconds(1)

    /// Calls `tick` on each waking; it answers how long there is nothing to do.
    func start(_ tick: @escaping @Sendable () -> Duration?) {
        let thread = Thread { [self] in
            while !state.withLock({ $0.isStopped }) {
                // A wish uttered while `tick` runs must be heard: until it is known how long to sleep, any is sooner.
                state.withLock { $0.sleepsUntil = .distantFuture }
                let pause = min(tick() ?? Self.longestSleep, Self.longestSleep)
                let until = DispatchTime.now() + .milliseconds(max(0, Int(pause.milliseconds)))
                state.withLock { $0.sleepsUntil = until }
                _ = wakeUp.wait(timeout: until)
            }
        }
        thread.name = "tocsin.alarm"
        thread.start()
    }

    /// Makes sure that the engine is awake in that time.
    func wake(at pause: Duration?) {
        guard let pause, pause < Self.longestSleep else { return }
        let wanted = DispatchTime.now() + .milliseconds(max(0, Int(pause.milliseconds)))
        if state.withLock({ wanted < $0.sleepsUntil }) { wakeUp.signal() }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wakeUp.signal()
    }
}
