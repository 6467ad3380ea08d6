/// The free text of open silences and of the alerts that they hold back, kept beside the decision state.
public struct SilenceTexts: Sendable {
    /// Title, summary and links of what is held back.
    public private(set) var alerts: [AlertKey: EventText] = [:]
    /// Why each silence was made.
    public private(set) var reasons: [Int: String] = [:]

    public init() {}

    public mutating func note(_ event: Event) {
        switch event.payload {
        case .silenceAdded(let e): reasons[e.silence.id] = event.text?.body
        case .silenceEnded(let e): reasons[e.id] = nil
        case .alertSuppressed(let e): alerts[e.alert] = event.text
        case .suppressionEnded(let e): alerts[e.alert] = nil
        default: break
        }
    }
}
