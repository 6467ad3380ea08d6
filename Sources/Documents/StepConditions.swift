import Incidents
import OnCall

/// What `when:` of a step may say: one condition or several that must all hold.
///
///     when: severity >= sev2
///     when: [severity >= sev2, outside service hours]
///     when: "recipient mon-fri 08:00-20:00"
struct StepConditions {
    private(set) var severity: EscalationPolicy.Condition?
    private(set) var during: EscalationPolicy.During?
    private(set) var recipientHours: WeeklyHours?

    static let hint =
        "Write it like severity >= sev2, service hours, outside service hours or \"recipient 08:00-20:00\"."

    init(_ field: Field?, condition: (String, Field) -> EscalationPolicy.Condition?) {
        var windows: [Restriction] = []
        for item in field?.itemsOrOne(Self.hint) ?? [] {
            guard let text = item.text(Self.hint) else { continue }
            switch text {
            case "service hours": set(.serviceHours, item)
            case "outside service hours": set(.outsideServiceHours, item)
            case let text where text.hasPrefix("recipient "):
                windows += item.restriction(String(text.dropFirst("recipient ".count))).map { [$0] } ?? []
            default:
                if severity != nil { item.error("is a second condition on the severity", "Write one step for each.") }
                severity = condition(text, item)
            }
        }
        if !windows.isEmpty { recipientHours = WeeklyHours(windows) }
    }

    private mutating func set(_ new: EscalationPolicy.During, _ item: Field) {
        if during != nil { item.error("is a second condition on the service's hours", "Leave one.") }
        during = new
    }
}
