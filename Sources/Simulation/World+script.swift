import EngineCore
import Incidents
import OnCall
import Timekeeping

/// What a scenario can say after `at 00:05:00`.
///
///     alert disk sev1 service=db group=g1 episode=e1 from=prom cluster=eu
///     resolved disk episode=e1 from=prom
///     unreadable from=prom
///     hello from=prom
///     ack INC-1 by ana          take, resolve and note likewise
///     declare db sev1 by ana
///     snooze INC-1 by ana for 30m
///     reopen INC-1 by ana       escalate likewise
///     severity INC-1 sev3 by ana
///     page INC-1 by ana: user ben, schedule sun
///     assign INC-1 cai by ana
///     chat INC-1 posted         told, closed
///     cover sun by ben for 2h   replace, in 1h
///     remove override 1         remove timeoff 1
///     join sun dee in 1h for 2h
///     away ben in 1h for 8h by ana
///     holidays land d1 ben in 1h for 8h
///     wants sun ana in 1h for 2h asked=ben,cai return=5h/2h
///     accept 1 by ben           decline, withdraw
///     silence db for 2h by ana  silence db in 1h for 2h cluster=eu; silence everything for 2h really; unsilence 1
///     plan INC-1 by ana         plan INC-1 to 2 by ana; cancel and undo likewise
///     approve INC-1 by ana      approve INC-1 plan=2 by ana: nobody else is awake
///     good db 1 by ana
///     deploy db 4
///     serving db away 10m       serving db refuses | unsent | lost | drops | silent | late 2m | denies | claims | half 3 | half
///     serving db no metric      serving db lies, serving db honest, serving db races
///     clock +2h
///     crash for 10m
///     store away 40s            store fails, store lies, store silent, store late: the next append only
///     pager sms fails | busy 30s | lost | drops | silent | slow 10s | works      for ana only: pager sms of ana fails
///     apply user ben: nothing
extension World {
    func act(_ line: Scenario.Line) throws {
        var words = line.words
        let options = Dictionary(
            words.compactMap { word -> (String, String)? in
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                return parts.count == 2 ? (parts[0], parts[1]) : nil
            }, uniquingKeysWith: { $1 })
        words.removeAll { $0.contains("=") }
        switch words[0] {
        case "alert", "resolved": try speak(words, options)
        case "unreadable":
            let body = UnreadableAlert(problem: "It is not JSON.", body: "<html>")
            requests.append(Request(unreadable: [body], integration: integration(options)))
            try send(request: requests.count - 1)
        case "hello":
            requests.append(Request(integration: integration(options)))
            try send(request: requests.count - 1)
        case "ack", "take", "resolve", "note", "declare", "cover", "remove":
            try give(command: add(try command(words, line)))
        case "snooze", "reopen", "escalate", "severity", "page", "assign", "chat":
            try give(command: add(try steering(words, line)))
        case "silence", "unsilence": try give(command: add(try silencing(words, options, line)))
        case "plan", "approve", "cancel", "undo", "good": try give(command: add(try rollingBack(words, options, line)))
        case "away", "holidays", "join", "wants", "accept", "decline", "withdraw":
            try give(command: add(try arranging(words, options, line)))
        case "deploy": serving[ServiceID(rawValue: words[1])]?.turn(to: words[2])
        case "serving": try setServing(words, line)
        case "clock": stepClock(by: try SmallDirectory.duration(words[1], line))
        case "crash": try crash(downFor: try SmallDirectory.duration(words.last!, line))
        case "store": try setStore(words, line)
        case "pager": try setPager(words, line)
        case "apply":
            let head = line.text.dropFirst(6).prefix { $0 != ":" }
            setting.removeAll { $0.text.hasPrefix(head + ":") }
            setting.append(Scenario.Line(number: line.number, text: String(line.text.dropFirst(6))))
            edit(to: try SmallDirectory(setting).directory(version: directory.version + 1))
        default: throw ScenarioProblem(line, "nothing of that name can happen")
        }
    }

    private func integration(_ options: [String: String]) -> IntegrationID {
        IntegrationID(rawValue: options["from"] ?? "prom")
    }

    private func speak(_ words: [String], _ options: [String: String]) throws {
        let labels = options.filter { !["from", "group", "episode"].contains($0.key) }
        let signal = AlertSignal(
            alert: AlertKey(integration: integration(options), key: words[1]),
            status: words[0] == "alert" ? .firing : .resolved, episode: options["episode"], group: options["group"],
            severity: words.count > 2 ? Severity(word: words[2]) : nil, title: "\(words[1]) is wrong", labels: labels)
        requests.append(Request(signals: [signal], integration: signal.alert.integration))
        try send(request: requests.count - 1)
    }

    private func command(_ words: [String], _ line: Scenario.Line) throws -> Command {
        let user = words.firstIndex(of: "by").map { UserID(rawValue: words[$0 + 1]) }
        let actor = Actor(user: user, via: .api)
        func incident() throws -> Incident.ID {
            guard let id = Incident.ID(words[1]) else { throw ScenarioProblem(line, "not an incident") }
            return id
        }
        func span() throws -> (from: Instant, until: Instant) {
            let wait = try words.firstIndex(of: "in").map { try SmallDirectory.duration(words[$0 + 1], line) } ?? .zero
            let length = try words.firstIndex(of: "for").map { try SmallDirectory.duration(words[$0 + 1], line) }
            return (wallNow + wait, wallNow + wait + (length ?? .hours(1)))
        }
        switch words[0] {
        case "ack": return .acknowledge(try incident(), by: user ?? "nobody", via: .api)
        case "take": return .take(try incident(), by: user ?? "nobody", via: .api)
        case "resolve": return .resolve(try incident(), by: actor)
        case "note": return .note(try incident(), text: "looking", by: actor)
        case "declare":
            let severity = words.count > 2 ? Severity(word: words[2]) : nil
            return .declare(
                ServiceID(rawValue: words[1]), title: "It feels wrong", body: "", severity: severity ?? .unknown,
                by: actor)
        case "cover":
            let (from, until) = try span()
            return .addOverride(
                ScheduleID(rawValue: words[1]), from: from, until: until, kind: .cover(user ?? "nobody"),
                leaveHole: false,
                by: actor)
        default:
            let id = Int(words.last!) ?? 0
            return words[1] == "timeoff" ? .removeTimeOff(id, by: actor) : .removeOverride(id, by: actor)
        }
    }

    private func setStore(_ words: [String], _ line: Scenario.Line) throws {
        switch words[1] {
        case "away": store.isAwayUntil = now + (try SmallDirectory.duration(words[2], line))
        case "fails": nextAppends.append(.failed(after: .zero))
        case "lies": nextAppends.append(.lied(after: .zero, answered: .zero))
        case "silent": nextAppends.append(.unanswered(storedAfter: .zero))
        case "late":
            temper.storeIsRemote = true
            nextAppends.append(.late(after: .seconds(15)))
        default: throw ScenarioProblem(line, "a store does not do that")
        }
    }

    private func setPager(_ words: [String], _ line: Scenario.Line) throws {
        guard let method = ContactMethod(rawValue: words[1]) else { throw ScenarioProblem(line, "no such method") }
        let user = words[2] == "of" ? UserID(rawValue: words[3]) : nil
        let rest = Array(words.dropFirst(user == nil ? 2 : 4))
        let wait = rest.count > 1 ? try SmallDirectory.duration(rest[1], line) : nil
        let fate: PagerFate
        switch rest[0] {
        case "works": fate = .delivers(after: .zero)
        case "fails": fate = .failsForGood(after: .zero)
        case "busy": fate = .failsForNow(after: .zero, retryAfter: wait)
        case "drops": fate = .drops(after: .zero, arrives: true)
        case "lost": fate = .drops(after: .zero, arrives: false)
        case "silent": fate = .neverReports(after: .zero)
        case "undelivered":
            let report = ProviderReport(after: wait ?? .seconds(30), isDelivered: false)
            fate = .reportsLater(after: .zero, arrives: false, [report])
        case "confirmed":
            let report = ProviderReport(after: wait ?? .seconds(30), isDelivered: true)
            fate = .reportsLater(after: .zero, arrives: true, [report, report])
        case "confused":
            fate = .reportsLater(
                after: .zero, arrives: true,
                [true, false, true].enumerated().map {
                    ProviderReport(after: .seconds($0.offset + 1), isDelivered: $0.element)
                })
        case "slow": fate = .delivers(after: wait ?? .seconds(10))
        default: throw ScenarioProblem(line, "a pager does not do that")
        }
        pagerModes.append(PagerMode(method: method, user: user, fate: fate, until: nil))
    }
}
