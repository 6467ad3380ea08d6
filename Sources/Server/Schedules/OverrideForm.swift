import Engine
import EngineCore
import HTTPTypes
import Incidents
import OnCall
import Timekeeping

/// The form that puts somebody on call for some hours: what was typed into it, and what was wrong with that.
struct OverrideForm {
    /// Fields as they were sent or asked for.
    var typed: [String: String] = [:]
    /// One sentence with the way out.
    var trouble: HTML?
    /// Whether it begins unfolded.
    var isOpen = false
    /// Whether the way out is to allow a hole.
    var asksForHole = false

    /// What a form names instead of a person.
    static let nobody = "-"
    static let anybody = ""
    static let besides = "+"

    func html(_ guest: Guest, schedule: ScheduleID, path: String) -> HTML {
        let viewer = guest.viewer
        let open: HTML = isOpen ? " open" : .empty
        return """
            <details class="card" id="change"\(open)>
            <summary>Take hours\(guest.own == nil ? ", or put somebody else in" : .empty)</summary>
            <form method="post" action="\(path)/overrides">
            \(viewer.guards)
            <input type="hidden" name="zone" value="\(viewer.clock.zone.id.rawValue)">
            <div class="pair">
            \(field("from", "From (\(viewer.clock.place) time)", viewer, .zero))
            \(field("until", "Until (\(viewer.clock.place) time)", viewer, .hours(4)))
            </div>
            \(guest.own == nil ? viewer.actingSelect : nil)
            \(hole)
            <div class="buttons">
            <button class="big first" name="comes" value="me">Take these hours</button>
            <button class="big" name="comes" value="me-too">Be there besides</button>
            </div>
            \(guest.own == nil ? somebodyElse(viewer) : nil)
            </form>
            </details>
            """
    }

    /// With the times typed before; else from the next full hour on.
    private func field(_ name: String, _ label: String, _ viewer: Viewer, _ later: Duration) -> HTML {
        let hour = Instant(seconds: (viewer.now.milliseconds / 3_600_000 + 1) * 3600)
        let value = typed[name] ?? Self.write(hour + later, viewer.clock)
        return """
            <div><label for="\(name)">\(label)</label>
            <input type="datetime-local" id="\(name)" name="\(name)" value="\(value)" required></div>
            """
    }

    private var hole: HTML? {
        guard asksForHole else { return nil }
        return """
            <label class="tick"><input type="checkbox" name="leave_hole" value="yes">It may leave nobody on call</label>
            """
    }

    private func somebodyElse(_ viewer: Viewer) -> HTML {
        let people = viewer.directory.users.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        func options(_ chosen: String?) -> [HTML] {
            people.map {
                Viewer.option("user \($0.id.rawValue)", $0.name, isChosen: "user \($0.id.rawValue)" == chosen)
            }
        }
        return """
            <div class="pair">
            <label>Who comes
            <select name="who"><option value="">(choose whom)</option>\(options(typed["who"]))\
            \(Viewer.option(Self.nobody, "nobody: only take somebody out", isChosen: typed["who"] == Self.nobody))
            </select></label>
            <label>Instead of
            <select name="for">\(Viewer.option(Self.anybody, "whoever is on call then"))\
            \(Viewer.option(Self.besides, "nobody: besides whoever is", isChosen: typed["for"] == Self.besides))\
            \(options(typed["for"]))</select></label>
            </div>
            <div class="buttons"><button class="big" name="comes" value="other">Put them in</button></div>
            """
    }

    // MARK: Times

    /// "2026-11-23T16:00", as such fields have it.
    static func write(_ at: Instant, _ clock: LocalTime) -> String {
        "\(clock.zone.civil(at: at).date)T\(clock.clock(at))"
    }
}

/// What a form asked for, read.
struct OverrideWish {
    let from: Instant
    let until: Instant
    let kind: Override.Kind
    let leaveHole: Bool
    /// What has to be said about the times before anything is done.
    let doubts: [String]

    /// - Parameters:
    ///   - acting: who speaks; the only one who may come where `isOwn`.
    /// - Throws: `Problem` 422 with the way out.
    init(_ form: Form, acting: UserID?, isOwn: Bool, zones: (String) -> ZoneRules?, people: Directory) throws {
        guard let zone = form["zone"].flatMap(zones) else {
            throw Problem(.unprocessableContent, "The form names no time zone. Reload the page, and try again.")
        }
        var doubts: [String] = []
        from = try Self.instant(form["from"], "From", zone, isEnd: false, &doubts)
        until = try Self.instant(form["until"], "Until", zone, isEnd: true, &doubts)
        self.doubts = doubts
        leaveHole = form["leave_hole"] == "yes"
        guard from < until else {
            throw Problem(.unprocessableContent, "That ends before it begins. Choose a later end.")
        }
        switch form["comes"] {
        case "me", "me-too":
            guard let acting else {
                throw Problem(.unprocessableContent, "Choose who you are: these hours become yours.")
            }
            kind = form["comes"] == "me" ? .cover(acting) : .add(acting)
        case "other" where !isOwn: kind = try Self.kind(form, people)
        default: throw Problem(.unprocessableContent, "There is no such button.")
        }
    }

    private static func kind(_ form: Form, _ people: Directory) throws -> Override.Kind {
        func user(_ text: String?) throws -> UserID? {
            guard let text, text.hasPrefix("user ") else { return nil }
            let id = UserID(rawValue: String(text.dropFirst(5)))
            guard people.users[id] != nil else { throw Refusal.noSuchUser(id).problem }
            return id
        }
        let (who, other) = (try user(form["who"]), try user(form["for"]))
        switch (who, other, form["who"], form["for"]) {
        case (let who?, let other?, _, _): return .replace(other, with: who)
        case (let who?, nil, _, OverrideForm.besides): return .add(who)
        case (let who?, nil, _, nil): return .cover(who)
        case (nil, let other?, OverrideForm.nobody, _): return .remove(other)
        case (nil, nil, OverrideForm.nobody, _):
            throw Problem(.unprocessableContent, "Choose whom to take out, below \"Instead of\".")
        default: throw Problem(.unprocessableContent, "Choose who comes.")
        }
    }

    /// What was typed on those clocks; or, on the way back from a question, the instant itself. A time shown twice
    /// means the whole of it: from its first, until its last.
    static func instant(
        _ text: String?, _ field: String, _ zone: ZoneRules, isEnd: Bool, _ doubts: inout [String]
    ) throws -> Instant {
        if let instant = text.flatMap({ Instant(rfc3339: $0) }) { return instant }
        let parts = (text ?? "").split(separator: "T", maxSplits: 1)
        guard parts.count == 2, let date = CivilDate(String(parts[0])), let time = CivilTime(String(parts[1])) else {
            throw Problem(.unprocessableContent, "\(field): choose a day and a time.")
        }
        let place = LocalTime(zone: zone).place
        switch zone.resolve(CivilDateTime(date: date, time: time)) {
        case .unique(let instant): return instant
        case .skipped:
            throw Problem(
                .unprocessableContent,
                "\(field): clocks in \(place) jump over \(time) on \(DutyWords.day(date)). Choose another time.")
        case .repeated(let first, let last):
            let chosen = isEnd ? last : first
            doubts.append(
                "Clocks in \(place) show \(time) twice on \(DutyWords.day(date)). \(field) means the "
                    + "\(isEnd ? "second" : "first"), which is \(LocalTime.utc.clock(chosen)) UTC.")
            return chosen
        }
    }
}
