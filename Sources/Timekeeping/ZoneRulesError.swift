/// Why a time zone's file cannot be used. The description is one sentence for the operator.
public struct ZoneRulesError: Error, Hashable, Sendable {
    enum Code: Error, Hashable {
        case notTZif
        case truncated
        case malformed(String)
        case countsLeapSeconds
        case unreadableFooter(String)
    }

    public let zone: ZoneID
    private let code: Code

    init(zone: ZoneID, code: Code) {
        self.zone = zone
        self.code = code
    }
}

extension ZoneRulesError: CustomStringConvertible {
    public var description: String {
        switch code {
        case .notTZif:
            "The time zone \(zone) is not in TZif format."
        case .truncated:
            "The file of the time zone \(zone) ends too early."
        case .malformed(let what):
            "The file of the time zone \(zone) is damaged: \(what)."
        case .countsLeapSeconds:
            "The file of the time zone \(zone) counts leap seconds; use the one without, not from the folder \"right\"."
        case .unreadableFooter(let footer):
            "The file of the time zone \(zone) ends with a rule for later years that makes no sense: \(footer)."
        }
    }
}
