import Incidents
import OnCall
import Timekeeping

/// Silences and what they hold back, in words.
extension TimelineWords {
    func silencing(_ payload: EventPayload, _ text: EventText?) -> String {
        switch payload {
        case .silenceAdded(let e):
            "Silence \(e.silence.id) of \(e.silence.scope) from \(e.silence.from.rfc3339) until "
                + "\(e.silence.until.rfc3339), by \(actor(e.silence.by))\(text?.body.map { ": \($0)" } ?? "")"
        case .silenceEnded(let e):
            e.by.map { "Silence \(e.id) taken back by \(actor($0))" } ?? "Silence \(e.id) is over"
        case .alertSuppressed(let e):
            "\(alert(e.alert, text)) fired in service \(e.service) and is held back by silence \(e.silence)"
        case .suppressionEnded(let e):
            switch e.reason {
            case .resolved:
                "\(alert(e.alert, text)), held back by silence \(e.silence), was resolved by its sender"
            case .released: "\(alert(e.alert, text)) is held back by silence \(e.silence) no more"
            }
        default: ""
        }
    }
}

extension Silence {
    /// "services checkout and web with env=prod", "every service".
    public var scope: String {
        let names = services.map(\.rawValue).joined(separator: ", ")
        let whose = services.isEmpty ? "every service" : services.count == 1 ? "service \(names)" : "services \(names)"
        let labels = matchers.map(\.written).joined(separator: ", ")
        return labels.isEmpty ? whose : "\(labels) in \(whose)"
    }
}
