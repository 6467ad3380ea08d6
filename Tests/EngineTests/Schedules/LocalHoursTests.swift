import Engine
import Testing
import Timekeeping

@Suite("Nights and weekends on one's own clock")
struct LocalHoursTests {
    private func nights(_ zone: ZoneID, _ from: String, _ until: String) -> Duration {
        LocalHours(zone: zoneRules(zone)).nights(from: instant(from), until: instant(until))
    }

    private func weekends(_ zone: ZoneID, _ from: String, _ until: String) -> Duration {
        LocalHours(zone: zoneRules(zone)).weekends(from: instant(from), until: instant(until))
    }

    @Test("A week has seven nights of nine hours, ten when clocks go back in one, eight when they go forward")
    func weeks() {
        #expect(nights("Europe/London", "2026-10-12T10:00:00+01:00", "2026-10-19T10:00:00+01:00") == .hours(63))
        #expect(nights("Europe/London", "2026-10-19T10:00:00+01:00", "2026-10-26T10:00:00Z") == .hours(64))
        #expect(nights("Europe/London", "2026-03-23T10:00:00Z", "2026-03-30T10:00:00+01:00") == .hours(62))
        #expect(weekends("Europe/London", "2026-10-12T10:00:00+01:00", "2026-10-19T10:00:00+01:00") == .hours(48))
        #expect(weekends("Europe/London", "2026-10-19T10:00:00+01:00", "2026-10-26T10:00:00Z") == .hours(49))
        #expect(weekends("Europe/London", "2026-03-23T10:00:00Z", "2026-03-30T10:00:00+01:00") == .hours(47))
    }

    @Test("The same week is other hours to somebody elsewhere")
    func elsewhere() {
        #expect(nights("Asia/Tokyo", "2026-10-19T10:00:00+01:00", "2026-10-26T10:00:00Z") == .hours(63))
        #expect(weekends("Asia/Tokyo", "2026-10-19T10:00:00+01:00", "2026-10-26T10:00:00Z") == .hours(48))
        // London's working day is Auckland's evening and half of its night: 20:00 to 04:00.
        #expect(nights("Pacific/Auckland", "2026-07-01T09:00:00+01:00", "2026-07-01T17:00:00+01:00") == .hours(6))
        #expect(nights("Europe/London", "2026-07-01T09:00:00+01:00", "2026-07-01T17:00:00+01:00") == .zero)
    }

    @Test("Only the part inside counts")
    func parts() {
        #expect(nights("UTC", "2026-11-03T23:00:00Z", "2026-11-04T06:30:00Z") == .minutes(450))
        #expect(nights("UTC", "2026-11-03T05:00:00Z", "2026-11-03T23:30:00Z") == .minutes(120 + 90))
        #expect(nights("UTC", "2026-11-03T07:00:00Z", "2026-11-03T22:00:00Z") == .zero)
        #expect(nights("UTC", "2026-11-04T06:30:00Z", "2026-11-03T23:00:00Z") == .zero)
        #expect(weekends("UTC", "2026-11-06T20:00:00Z", "2026-11-07T03:00:00Z") == .hours(3))
        #expect(weekends("UTC", "2026-11-08T20:00:00Z", "2026-11-09T03:00:00Z") == .hours(4))
    }

    @Test("A night lasts from 22:00 until just before 07:00")
    func edges() {
        let hours = LocalHours(zone: zoneRules("America/New_York"))
        for (time, isNight) in [
            ("2026-07-01T21:59:59.999-04:00", false), ("2026-07-01T22:00:00-04:00", true),
            ("2026-07-02T06:59:59.999-04:00", true), ("2026-07-02T07:00:00-04:00", false),
        ] {
            #expect(hours.isNight(instant(time)) == isNight, "\(time)")
        }
    }

    @Test("A day that the date line swallowed takes its night with it, and nothing counts twice")
    func dateLine() {
        // Thursday the 29th of December 2011 was followed by Saturday the 31st.
        #expect(nights("Pacific/Apia", "2011-12-28T12:00:00-10:00", "2012-01-01T12:00:00+14:00") == .hours(27))
        #expect(weekends("Pacific/Apia", "2011-12-28T12:00:00-10:00", "2012-01-01T12:00:00+14:00") == .hours(36))
    }
}
