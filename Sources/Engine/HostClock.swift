import Incidents
import Timekeeping

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The machine's two clocks: what the wall says, and how much time has really passed.
///
/// The only place below the faces where anybody asks what time it is.
struct HostClock {
    private var lastWall = HostClock.wall
    private var lastElapsed = ContinuousClock.now

    /// A difference this large between the clocks is a step, not drift (S3).
    static let smallestStep = Duration.seconds(2)

    /// Now by the wall, and the step it has made against elapsed time since the last look, if it made one.
    mutating func look() -> (now: Instant, step: Duration?) {
        let wall = Self.wall
        let elapsed = ContinuousClock.now
        let difference = (wall - lastWall) - (elapsed - lastElapsed)
        lastWall = wall
        lastElapsed = elapsed
        let step = Duration.milliseconds(difference.milliseconds)
        return (wall, step >= Self.smallestStep || step <= .zero - Self.smallestStep ? step : nil)
    }

    static var wall: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    private static let start = ContinuousClock.now

    /// Elapsed time since the process first asked. No step of the wall clock moves it.
    static var steady: SteadyInstant { SteadyInstant(milliseconds: (ContinuousClock.now - start).milliseconds) }
}
