import Incidents
import OnCall

/// What rollbacks leave open.
extension PostmortemQuestions {
    var rolling: [Question] { facts.rollbacks.flatMap(questions) + unanswered + automatic }

    private func questions(_ rollback: PostmortemFacts.Rollback) -> [Question] {
        var questions: [Question] = []
        if let ended = rollback.ended, let moment = rollback.endedAt {
            if let text = text(rollback, ended) { questions.append(Question(text, [moment.citation])) }
        } else {
            questions.append(
                Question("How did rollback \(rollback.id) end?", [rollback.events.last?.citation ?? facts.last]))
        }
        if let moment = rollback.brokeGlass {
            questions.append(
                Question(
                    "Rollback \(rollback.id) was approved by one person alone. Was a second one out of reach?",
                    [moment.citation]))
        }
        return questions
    }

    private func text(_ rollback: PostmortemFacts.Rollback, _ ended: RollbackEnded) -> String? {
        let name = "Rollback \(rollback.id)"
        return switch ended.end {
        case .succeeded:
            rollback.planned.from.version.map {
                "What was wrong with version \($0), and which check would have shown it before it served?"
            }
        case .reverted: "\(name) made nothing better and was taken back. Where was the fault then?"
        case .frozen: "\(name) ended without a verdict. What is served now, and is it well?"
        case .refused: "\(name) was not made: \(ended.why.explanation). What would have made it possible?"
        case .expired: "\(name) waited for an approval that did not come. Who could have given it?"
        case .cancelled: "\(name) was called off. What had been learned?"
        }
    }

    private var unanswered: [Question] {
        facts.unknownChecks.map { check in
            Question("Why had the \(check.kind.words) check no answer?", check.cites)
        }
    }

    private var automatic: [Question] {
        facts.automaticRefusals.map { refusal in
            Question(
                "The policy would have rolled back by itself and did not. Should it have? \(refusal.why.sentence)",
                [refusal.moment.citation])
        }
    }
}

extension PostmortemActions {
    var rolling: [Action] { facts.rollbacks.flatMap(actions) + answering }

    private var answering: [Action] {
        facts.unknownChecks.map { Action("Make the \($0.kind.words) check answer.", $0.cites) }
    }

    private func actions(_ rollback: PostmortemFacts.Rollback) -> [Action] {
        var actions: [Action] = []
        if let ended = rollback.ended, let moment = rollback.endedAt {
            let bad = rollback.planned.from.version
            switch ended.end {
            case .succeeded where rollback.planned.kind != .undo:
                if let bad {
                    let text =
                        "Keep version \(bad) from serving again before its fault is found, and add the check that "
                        + "would have stopped it."
                    actions.append(Action(text, [moment.citation]))
                }
            case .frozen:
                actions.append(Action("Find out what is served and bring it to a known state.", [moment.citation]))
            case .expired:
                actions.append(Action("Say who approves rollbacks when nobody answers.", [moment.citation]))
            case .refused:
                actions.append(Action("Make the way back work: \(ended.why.explanation).", [moment.citation]))
            case .succeeded, .reverted, .cancelled: break
            }
        }
        return actions
    }
}
