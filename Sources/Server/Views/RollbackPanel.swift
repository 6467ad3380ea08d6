import Engine
import EngineCore
import Incidents
import OnCall
import Timekeeping

/// A rollback as a person sees it on a page: what would change, a button for the yes, how far it is, and what was seen
/// before and after, side by side. The same in the console and behind the link in a page.
struct RollbackPanel {
    /// How a page's forms prove that they are its own and say who presses.
    struct Forms {
        /// The page itself, to be loaded again.
        let address: String
        /// Where a step is sent to: "plan", "approve", "alone", "cancel", "undo". Its button says it too, as "do".
        let action: (String) -> String
        /// Hidden fields.
        let guards: HTML?
        let who: HTML?
    }

    let service: ServiceID
    /// Nil when nothing of the service can be rolled back any more.
    let policy: RollbackPolicy?
    let serving: ServingRecord?
    /// The incident's last one.
    let file: RollbackFile?
    let canPlan: Bool
    /// Whether a version may be named, and not only the last good one.
    let offersVersions: Bool
    let directory: Directory
    let clock: LocalTime
    let now: Instant
    let forms: Forms

    /// Nothing where there is nothing to roll back.
    var html: HTML? {
        guard policy != nil || file != nil else { return nil }
        return "<h2 id=\"rollback\">Rollback</h2>\(file.map(state))\(planning)"
    }

    // MARK: Planning

    private var planning: HTML? {
        guard canPlan, policy != nil, file?.stage == nil || file?.stage == .ended else { return nil }
        guard let serving else {
            return "<p class=\"quiet\">Nobody has seen yet what serves \(service.rawValue).</p>"
        }
        let words = serving.words(of: service, clock: clock, now: now)
        guard offersVersions || serving.lastGood != nil else {
            return "<p class=\"quiet\">\(words) Name a version in the console.</p>"
        }
        let button = Button(step: "plan", words: planWords(serving))
        let plan: HTML = """
            <p>\(words)</p>
            \(form(offersVersions ? versions(serving) : nil, [button]))
            <p class="quiet small">Nothing changes before somebody approves the plan.</p>
            """
        guard file != nil else { return "<div class=\"card\">\(plan)</div>" }
        return "<details class=\"card\"><summary>Plan another</summary>\(plan)</details>"
    }

    private func planWords(_ serving: ServingRecord) -> String {
        offersVersions ? "Plan a rollback" : "Plan a return to version \(serving.lastGood ?? "")"
    }

    private func versions(_ serving: ServingRecord) -> HTML {
        let good = serving.lastGood.map { Viewer.option("", "version \($0), the last good one") }
        let others = serving.state.available.filter { $0 != serving.state.version && $0 != serving.lastGood }.map {
            Viewer.option($0, "version \($0)\(serving.proved.contains($0) ? ", known to be good" : "")")
        }
        return "<label>Back to <select name=\"to\">\(good)\(others)</select></label>"
    }

    // MARK: How far it is

    private func state(_ file: RollbackFile) -> HTML {
        let lines = RollbackLines(file, directory: directory, clock: clock, now: now)
        return """
            <div class="card">
            <p class="quiet small">Rollback \(file.id.description) · \(HTML.foreign(file.policy.target))</p>
            <p class="title">\(HTML.foreign(lines.difference))</p>
            <p><b class="\(tone(file))">\(lines.stage)</b></p>
            \(lines.said.map { "<p>\($0)</p>" as HTML })
            \(evidence(file))
            \(acts(file, lines))
            </div>
            """
    }

    private func tone(_ file: RollbackFile) -> HTML {
        switch file.end?.end {
        case .succeeded: "good"
        case .reverted, .frozen, .refused: "state triggered"
        case .expired, .cancelled, nil: "state"
        }
    }

    private func acts(_ file: RollbackFile, _ lines: RollbackLines) -> HTML? {
        switch file.stage {
        case .waiting: approval(file, lines)
        case .approved, .changing, .doubtful, .verifying, .revertOwed:
            "<p><a href=\"\(forms.address)#rollback\">Look again</a></p>"
        case .ended:
            switch file.end?.end {
            case .succeeded, .frozen: form(nil, [Button(step: "undo", words: "Plan the way back to \(lines.from)")])
            case .reverted, .refused, .expired, .cancelled, nil: nil
            }
        }
    }

    private func approval(_ file: RollbackFile, _ lines: RollbackLines) -> HTML {
        let plan: HTML = "<input type=\"hidden\" name=\"plan\" value=\"\(file.id.description)\">"
        let why: HTML = "\(plan)<label>Why <input name=\"reason\" maxlength=\"1000\" required></label>"
        let alone: HTML = """
            <details><summary>Go on alone</summary>
            <p>For when nobody else can be reached. It is recorded, and a manager is told.</p>
            \(form(why, [Button(step: "alone", words: "Break the glass")]))
            </details>
            """
        let buttons = [
            Button(step: "approve", words: "Approve", look: "big first"), Button(step: "cancel", words: "Call it off"),
        ]
        return """
            <p>\(lines.checks)</p>
            <p>\(lines.consent)</p>
            \(form(plan, buttons))
            \(file.policy.allowsBreakGlass ? alone : nil)
            """
    }

    /// The first button is the one that Enter presses.
    private func form(_ fields: HTML?, _ buttons: [Button]) -> HTML {
        """
        <form method="post" action="\(forms.action(buttons[0].step))">
        \(forms.guards)
        \(fields)
        \(forms.who)
        <div class="buttons">\(buttons.map(html))</div>
        </form>
        """
    }

    private struct Button {
        let step: String
        let words: String
        var look: HTML = "big"
    }

    private func html(_ button: Button) -> HTML {
        """
        <button class="\(button.look)" formaction="\(forms.action(button.step))" name="do" value="\(button.step)">\
        \(button.words)</button>
        """
    }

    // MARK: Evidence

    /// Each check in a row: before, after, and after taking it back.
    private func evidence(_ file: RollbackFile) -> HTML? {
        var columns: [(String, [ServingCheck])] = []
        if let before = file.before { columns.append(("Before", before)) }
        for verification in file.verifications {
            columns.append((verification.isRevert ? "Taken back" : "After", verification.checks))
        }
        guard !columns.isEmpty else { return nil }
        let kinds = ServingCheck.Kind.allCases.filter { kind in
            columns.contains { $0.1.contains { $0.kind == kind } }
        }
        guard !kinds.isEmpty else { return "<p class=\"quiet\">Before: nothing could be seen.</p>" }
        let rows = kinds.map { kind -> HTML in
            let cells = columns.map { column -> HTML in
                "<td>\(column.1.filter { $0.kind == kind }.map(cell))</td>"
            }
            return "<tr><th scope=\"row\">\(kind.words)</th>\(cells)</tr>"
        }
        let heads = columns.map { "<th scope=\"col\">\($0.0)</th>" as HTML }
        return "<div class=\"scroll\"><table class=\"evidence\"><tr><td></td>\(heads)</tr>\(rows)</table></div>"
    }

    private func cell(_ check: ServingCheck) -> HTML {
        let look: HTML =
            switch check.result {
            case .passed: "good"
            case .failed: "state triggered"
            case .unknown: "state"
            }
        return "<b class=\"\(look)\">\(check.result.rawValue)</b><br>\(HTML.foreign(check.evidence))<br>"
    }
}
