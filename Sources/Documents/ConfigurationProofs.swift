import Engine
import Incidents
import OnCall
import Timekeeping

/// Looks at what a valid configuration would do, and says whom it would fail.
struct ConfigurationProofs {
    let builder: ConfigurationBuilder
    let directory: Directory
    let reachability: Reachability
    private let paged: PagedPeople

    func run() {
        reportRosterProblems()
        for schedule in directory.pagedSchedules { reportHole(in: schedule) }
        reportUnreached()
        reportLateRules()
        proveLastResort()
    }

    private func reportRosterProblems() {
        let problems = directory.roster.problems()
        for (id, field) in builder.scheduleFields.sorted(by: { $0.key < $1.key }) {
            let opening = "Schedule \(id): "
            for problem in problems where problem.hasPrefix(opening) {
                field.warn(problem.dropFirst(opening.count).trimmingSuffix("."))
            }
        }
    }

    /// S18: names the first hole and counts the rest. Whom nothing reaches is told at the person, once.
    private func reportHole(in id: ScheduleID) {
        guard let field = builder.scheduleFields[id], let schedule = directory.roster.schedules[id],
            let zone = directory.roster.zones[schedule.zone], let proof = proofs[id], let hole = proof.holes.first
        else { return }
        let span =
            hole.until == proof.until
            ? "\(HoleWords.moment(hole.from, zone)) to at least \(HoleWords.moment(hole.until, zone)) (\(zone.id))"
            : HoleWords.span(hole.from, hole.until, zone)
        let others = proof.holes.count - 1
        let more = others == 0 ? "" : ". So it is \(others) more \(others == 1 ? "time" : "times") in \(horizonWords)"
        field.warn(
            "nobody is on call from \(span): \(HoleWords(directory).summary(hole))\(more)",
            "A step that pages it then goes on to the next one at once. Run tocsin schedule prove \(id).")
    }

    private var horizonWords: String {
        let days = builder.horizon.milliseconds / 86_400_000
        return days < 365 ? "\(days) days" : "\(days / 365) years"
    }

    /// One warning for each person; one alone when no channel is configured, because then they all say the same.
    private func reportUnreached() {
        guard !reachability.isInboxOnly else {
            builder.channelsField?.warn(
                "none is configured, so pages stand in the console's inbox and wake nobody",
                "Add smtp, ntfy, slack, sms or webhook.")
            return
        }
        for problem in reachability.report(directory, now: builder.now) {
            builder.userFields[problem.user]?.warn(problem.message, problem.wayOut)
        }
    }

    /// S12: a rule that would ring when the step that started it has moved on.
    private func reportLateRules() {
        for own in builder.ownRules {
            guard let user = directory.users[own.user] else { continue }
            for (rule, field) in own.rules where user.reachableBy.contains(rule.method) {
                guard let (policy, number, wait) = shortestStep(paging: own.user), rule.after >= wait else { continue }
                field.warn(
                    "would ring after \(rule.after.written), but step \(number) of policy \(policy) has moved on after "
                        + "\(wait.written)",
                    "Ring earlier, or let the step wait longer.")
            }
        }
    }

    private func shortestStep(paging user: UserID) -> (PolicyID, Int, Duration)? {
        var shortest: (policy: PolicyID, number: Int, wait: Duration)?
        for policy in directory.policies.values.sorted(by: { $0.id < $1.id }) {
            for (index, step) in policy.steps.enumerated()
            where step.wait < shortest?.wait ?? .days(1)
                && step.page.contains(where: { paged.people($0).contains(user) })
            {
                shortest = (policy.id, index + 1, step.wait)
            }
        }
        return shortest
    }

    /// S1: the last resort must reach somebody.
    private func proveLastResort() {
        let people = directory.lastResort.flatMap { target in
            switch target {
            case .user(let id): [id]
            case .team(let id): directory.teams[id]?.members ?? []
            case .schedule(let id): onCall(id)
            }
        }
        let reached = people.contains { directory.users[$0]?.everyMethod.isEmpty == false }
        guard !reached else { return }
        builder.lastResortField?.error(
            "reaches nobody: none of these has anybody on call in the next \(horizonWords)",
            "Name a person: [user ana].")
    }

    private func onCall(_ id: ScheduleID) -> [UserID] { proofs[id]?.people ?? [] }

    /// Of every schedule that pages mean.
    private let proofs: [ScheduleID: CoverageProof]

    init(builder: ConfigurationBuilder, directory: Directory, reachability: Reachability) {
        self.builder = builder
        self.directory = directory
        self.reachability = reachability
        paged = PagedPeople(directory, now: builder.now)
        proofs = Dictionary(
            uniqueKeysWithValues: directory.pagedSchedules.map { id in
                let end = builder.now + builder.horizon
                return (id, directory.roster.proveCoverage(of: id, from: builder.now, until: end, amendments: .none))
            })
    }
}
