import Engine

/// The alert formats there are, by the name a configuration gives them.
public enum Formats {
    /// In alphabetical order.
    public static let types = ["alertmanager", "generic", "heartbeat"]

    /// Nil when there is no such type, or when a generic integration has no mapping.
    public static func make(_ settings: IntegrationSettings) -> (any AlertFormat)? {
        switch settings.type {
        case "alertmanager": AlertmanagerFormat(integration: settings.id)
        case "generic": settings.mapping.map { GenericFormat(integration: settings.id, mapping: $0) }
        case "heartbeat": HeartbeatFormat()
        default: nil
        }
    }
}
