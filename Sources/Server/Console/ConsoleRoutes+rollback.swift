import Engine
import EngineCore
import HTTPTypes
import Incidents
import OnCall

/// A rollback's steps, button by button.
extension ConsoleRoutes {
    func addRollbacks(to routes: Routes) {
        act("rollback", routes, .planned) { id, user, form in
            .planRollback(id, to: form["to"], by: Actor(user: user, via: .console))
        }
        act("rollback/undo", routes, .planned) { id, user, _ in
            .undoRollback(id, by: Actor(user: user, via: .console))
        }
        act("rollback/cancel", routes, .calledOff) { [engine] id, user, form in
            _ = try engine.checkedPlan(form, of: id)
            return .cancelRollback(id, by: Actor(user: user, via: .console))
        }
        act("rollback/approve", routes, .approved) { [engine] id, user, form in
            let plan = try engine.checkedPlan(form, of: id)
            return .approveRollback(id, by: try Self.somebody(user), via: .console, breakGlass: nil, plan: plan)
        }
        act("rollback/alone", routes, .approved) { [engine] id, user, form in
            let plan = try engine.checkedPlan(form, of: id)
            return .approveRollback(
                id, by: try Self.somebody(user), via: .console, breakGlass: form["reason"] ?? "", plan: plan)
        }
    }
}

extension Engine {
    /// A yes, and a calling off, counts only for the plan that the page showed.
    /// - Throws: `Problem` when that is not the incident's latest.
    func checkedPlan(_ form: Form, of incident: Incident.ID) throws -> RollbackID {
        guard let plan = form["plan"].flatMap({ RollbackID($0) }), plan.incident == incident else {
            throw Problem(.unprocessableContent, "Go back, reload the page, and look at the plan first.")
        }
        if let void = objection(toApproving: plan) { throw Problem(.conflict, void, code: "rollback_void") }
        return plan
    }
}
