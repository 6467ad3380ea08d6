import Incidents
import OnCall
import Timekeeping

/// One person's shifts and pages, added up.
struct LoadLedger {
    let user: UserID
    let from: Instant
    let until: Instant
    let hours: LocalHours
    /// In order of time.
    let shifts: [DutyLoad.Shift]
    let pages: [DutyLoad.Page]

    /// Nil when nothing of theirs lies in the span.
    var person: DutyLoad.Person? {
        let within = shifts.filter { $0.from < until && $0.until > from && $0.from < $0.until }
        let pages = pages.filter { isWithin($0.at) }
        guard !within.isEmpty || !pages.isEmpty else { return nil }
        var (onCall, nights, weekends) = (Duration.zero, Duration.zero, Duration.zero)
        for stretch in union(within) {
            onCall += stretch.until - stretch.from
            nights += hours.nights(from: stretch.from, until: stretch.until)
            weekends += hours.weekends(from: stretch.from, until: stretch.until)
        }
        return DutyLoad.Person(
            user: user, onCall: onCall, nights: nights, weekends: weekends, shifts: within.count, pages: pages.count,
            incidents: Set(pages.map(\.incident)).count, interruptions: interruptions.count)
    }

    var findings: [LoadFinding] { interruptions.compactMap(shortRest) + shifts.flatMap(crowding) }

    private func isWithin(_ at: Instant) -> Bool { from <= at && at < until }

    /// Clipped to the span, in order, without overlap.
    private func union(_ shifts: [DutyLoad.Shift]) -> [(from: Instant, until: Instant)] {
        var found: [(from: Instant, until: Instant)] = []
        for shift in shifts {
            let (begin, end) = (max(shift.from, from), min(shift.until, until))
            if let last = found.last, begin <= last.until {
                found[found.count - 1].until = max(last.until, end)
            } else {
                found.append((begin, end))
            }
        }
        return found
    }

    // MARK: Sleep and rest

    private struct Interruption {
        let at: Instant
        /// The last page that belongs to it.
        var last: Instant
    }

    /// Runs of ringing pages, those counted that begin in the person's night.
    private var interruptions: [Interruption] {
        var runs: [Interruption] = []
        for page in pages where page.rings {
            if let run = runs.last, page.at - run.last <= DutyLoad.sameInterruption {
                runs[runs.count - 1].last = page.at
            } else {
                runs.append(Interruption(at: page.at, last: page.at))
            }
        }
        return runs.filter { isWithin($0.at) && hours.isNight($0.at) }
    }

    /// Rest lasts from the interruption's last page to whatever asks for the person next: a ringing page, or the
    /// beginning of a shift. A shift that merely goes on asks nothing.
    private func shortRest(_ interruption: Interruption) -> LoadFinding? {
        let page = pages.first { $0.rings && $0.at > interruption.last }
        let shift = shifts.first { shift in
            shift.from > interruption.last && !shifts.contains { $0.from < shift.from && $0.until >= shift.from }
        }
        let next: (at: Instant, end: LoadFinding.RestEnd)
        switch (page, shift) {
        case (let page?, let shift?) where shift.from < page.at: next = (shift.from, .shift(shift.schedule))
        case (let page?, _): next = (page.at, .page(page.incident))
        case (nil, let shift?): next = (shift.from, .shift(shift.schedule))
        case (nil, nil): return nil
        }
        let rest = next.at - interruption.last
        guard rest < LoadFinding.restNeeded else { return nil }
        return LoadFinding(user: user, at: interruption.at, kind: .shortRest(rest, end: next.end))
    }

    // MARK: Incidents in one shift

    private func crowding(_ shift: DutyLoad.Shift) -> [LoadFinding] {
        var seen: Set<Incident.ID> = []
        let first = pages.filter {
            shift.from <= $0.at && $0.at < shift.until && isWithin($0.at) && seen.insert($0.incident).inserted
        }
        var found: [LoadFinding] = []
        var index = 0
        while index + LoadFinding.incidentsAllowed < first.count {
            let window = first[index...].prefix { $0.at - first[index].at < LoadFinding.incidentWindow }
            guard window.count > LoadFinding.incidentsAllowed else {
                index += 1
                continue
            }
            found.append(
                LoadFinding(
                    user: user, at: first[index].at,
                    kind: .manyIncidents(window.map(\.incident), schedule: shift.schedule)))
            index += window.count
        }
        return found
    }
}
