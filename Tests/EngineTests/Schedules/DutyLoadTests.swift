import Engine
import Incidents
import OnCall
import Testing
import Timekeeping

@Suite("Load and rest")
struct DutyLoadTests {
    private static let from = instant("2026-11-02T00:00:00Z")
    private static let until = instant("2026-11-16T00:00:00Z")

    private func shift(
        _ from: String, _ until: String, _ schedule: ScheduleID = "sun", _ user: UserID = "ana"
    ) -> DutyLoad.Shift {
        .init(user: user, schedule: schedule, from: instant(from), until: instant(until))
    }

    private func page(_ at: String, _ incident: Int = 1, rings: Bool = true, _ user: UserID = "ana") -> DutyLoad.Page {
        .init(user: user, incident: Incident.ID(incident), at: instant(at), rings: rings)
    }

    private func load(
        _ shifts: [DutyLoad.Shift], _ pages: [DutyLoad.Page] = [], zone: ZoneID = "UTC"
    ) -> DutyLoad {
        DutyLoad(from: Self.from, until: Self.until, shifts: shifts, pages: pages) { _ in zoneRules(zone) }
    }

    @Test("Hours are counted once however many schedules one is on call in, and only inside the span")
    func hours() throws {
        let person = try #require(
            load([
                shift("2026-11-02T08:00:00Z", "2026-11-02T20:00:00Z"),
                shift("2026-11-02T16:00:00Z", "2026-11-03T00:00:00Z", "moon"),
                shift("2026-11-15T20:00:00Z", "2026-11-16T08:00:00Z"),
                shift("2026-11-17T00:00:00Z", "2026-11-18T00:00:00Z"),
            ]).people.first)
        #expect(person.onCall == .hours(16 + 4))
        #expect(person.nights == .hours(2 + 2))
        #expect(person.weekends == .hours(4))
        #expect(person.shifts == 3)
        #expect(load([shift("2026-11-17T00:00:00Z", "2026-11-18T00:00:00Z")]).people.isEmpty)
    }

    @Test("Ringing pages half an hour apart break sleep once; those that wait to be read, and those by day, do not")
    func interruptions() throws {
        let person = try #require(
            load(
                [],
                [
                    page("2026-11-03T01:00:00Z"), page("2026-11-03T01:30:00Z", 2), page("2026-11-03T02:00:00Z"),
                    page("2026-11-03T02:30:00.001Z"),
                    page("2026-11-04T03:00:00Z", rings: false), page("2026-11-04T12:00:00Z"),
                    page("2026-11-01T23:00:00Z"), page("2026-11-16T01:00:00Z"),
                ]
            ).people.first)
        #expect(person.interruptions == 2)
        #expect(person.pages == 6 && person.incidents == 2)
        #expect(person.onCall == .zero && person.shifts == 0)
    }

    @Test("Sleep is broken by the person's own clock")
    func ownNight() {
        let pages = [page("2026-11-03T14:00:00Z")]
        #expect(load([], pages, zone: "Asia/Tokyo").people.first?.interruptions == 1)
        #expect(load([], pages, zone: "Europe/London").people.first?.interruptions == 0)
    }

    @Test("Less than eleven hours from a night's last page to the next page is told, eleven are not")
    func restUntilPage() {
        let night = [page("2026-11-03T02:00:00Z"), page("2026-11-03T02:20:00Z", 2)]
        let short = load([], night + [page("2026-11-03T13:19:00Z", 3)])
        #expect(
            short.findings == [
                LoadFinding(
                    user: "ana", at: instant("2026-11-03T02:00:00Z"),
                    kind: .shortRest(.minutes(659), end: .page(Incident.ID(3))))
            ])
        #expect(load([], night + [page("2026-11-03T13:20:00Z", 3)]).findings.isEmpty)
        #expect(load([], night + [page("2026-11-03T05:00:00Z", 3, rings: false)]).findings.isEmpty)
        #expect(load([], [page("2026-11-03T12:00:00Z"), page("2026-11-03T13:00:00Z")]).findings.isEmpty)
    }

    @Test("A shift that begins too soon is told; one that merely goes on in another schedule is not")
    func restUntilShift() {
        let night = [page("2026-11-03T03:00:00Z")]
        let held = shift("2026-11-02T22:00:00Z", "2026-11-03T06:00:00Z")
        let soon = load([held, shift("2026-11-03T12:00:00Z", "2026-11-03T20:00:00Z", "day")], night)
        #expect(
            soon.findings.map(\.kind) == [.shortRest(.hours(9), end: .shift("day"))])
        #expect(load([held, shift("2026-11-03T14:00:00Z", "2026-11-03T20:00:00Z", "day")], night).findings.isEmpty)
        #expect(load([held, shift("2026-11-03T06:00:00Z", "2026-11-03T20:00:00Z", "day")], night).findings.isEmpty)
        let both = load(
            [held, shift("2026-11-03T12:00:00Z", "2026-11-03T20:00:00Z", "day")],
            night + [page("2026-11-03T11:00:00Z", 2)])
        #expect(both.findings.map(\.kind) == [.shortRest(.hours(8), end: .page(Incident.ID(2)))])
    }

    @Test("What ends a rest may lie beyond the span")
    func beyond() {
        let held = shift("2026-11-15T20:00:00Z", "2026-11-16T00:00:00Z")
        let next = shift("2026-11-16T06:00:00Z", "2026-11-16T09:00:00Z")
        let found = load([held, next], [page("2026-11-15T23:00:00Z")]).findings
        #expect(found.map(\.kind) == [.shortRest(.hours(7), end: .shift("sun"))])
    }

    @Test("Three incidents in one shift are told, two and many pages of one are not")
    func incidents() {
        let held = shift("2026-11-03T08:00:00Z", "2026-11-03T20:00:00Z")
        let two = [page("2026-11-03T09:00:00Z"), page("2026-11-03T10:00:00Z", 2), page("2026-11-03T11:00:00Z", 2)]
        #expect(load([held], two).findings.isEmpty)
        let three = load([held], two + [page("2026-11-03T19:59:00Z", 3)])
        #expect(
            three.findings == [
                LoadFinding(
                    user: "ana", at: instant("2026-11-03T09:00:00Z"),
                    kind: .manyIncidents([1, 2, 3].map { Incident.ID($0) }, schedule: "sun"))
            ])
        #expect(load([], two + [page("2026-11-03T19:59:00Z", 3)]).findings.isEmpty, "outside any shift")
    }

    @Test("A long shift is held to any twelve hours of it, and each incident is told once")
    func longShift() {
        let week = shift("2026-11-02T08:00:00Z", "2026-11-09T08:00:00Z")
        let spread = (0..<6).map { page("2026-11-0\(3 + $0)T09:00:00Z", $0 + 1) }
        #expect(load([week], spread).findings.isEmpty)
        let apart = [page("2026-11-03T08:00:00Z", 1), page("2026-11-03T15:00:00Z", 2), page("2026-11-03T20:00:00Z", 3)]
        #expect(load([week], apart).findings.isEmpty, "twelve hours to the minute")
        let crowded = (8..<13).map { page("2026-11-05T\($0 < 10 ? "0" : "")\($0):00:00Z", $0) }
        #expect(
            load([week], spread + crowded).findings.map(\.kind) == [
                .manyIncidents([8, 3, 9, 10, 11, 12].map { Incident.ID($0) }, schedule: "sun")
            ])
    }
}
