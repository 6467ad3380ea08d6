import Engine
import EngineCore
import Incidents
import OnCall

extension IncidentPage {
    var rollback: HTML? {
        let path = "/incidents/\(file.id.number)/rollback"
        return RollbackPanel(
            service: file.service, policy: viewer.directory.services[file.service]?.rollback, serving: serving,
            file: file.rollbacks.last, canPlan: live?.isOpen == true, offersVersions: true,
            directory: viewer.directory, clock: viewer.clock, now: viewer.now,
            forms: .init(
                address: "/incidents/\(file.id.number)", action: { $0 == "plan" ? path : "\(path)/\($0)" },
                guards: viewer.guards,
                who: viewer.actingSelect)
        ).html
    }
}
