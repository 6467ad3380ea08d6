import Incidents

/// Further pages of the same person that are told in the same message (S17).
extension PageMessage {
    public struct Other: Sendable, Hashable {
        public var incident: Incident.ID
        public var title: String
        public var severity: Severity
        public var service: ServiceID
        /// An earlier attempt may have arrived already.
        public var isRepeat: Bool
        /// As the message's own.
        public var acknowledgeURL: String

        public init(
            incident: Incident.ID, title: String, severity: Severity, service: ServiceID, isRepeat: Bool,
            acknowledgeURL: String
        ) {
            self.incident = incident
            self.title = title
            self.severity = severity
            self.service = service
            self.isRepeat = isRepeat
            self.acknowledgeURL = acknowledgeURL
        }

        /// One line: how bad, which, where and what.
        public func headline(limit: Int) -> String {
            let start =
                "\(isRepeat ? "Again: " : "")\(severity.rawValue.uppercased()) \(incident) "
                + "\(PlainText.cut(PlainText.printable(service.rawValue), to: 30)): "
            return start + PlainText.cut(PlainText.printable(title), to: max(1, limit - start.count))
        }
    }

    /// Every other incident in the message, in as few characters as name them all: "+4 more: INC-5-7; again: INC-9",
    /// those last that may have been told already. Nil when there is none.
    public var also: String? {
        let all = otherNumbers
        guard !all.isEmpty else { return nil }
        let new = Set(others.filter { !$0.isRepeat }.map(\.incident.number))
        func names(_ numbers: [Int]) -> String { Self.ranges(numbers).map { "INC-\($0)" }.joined(separator: ", ") }
        let again = all.filter { !new.contains($0) }
        let parts = [names(all.filter(new.contains)), again.isEmpty ? "" : "again: \(names(again))"]
        return "+\(all.count) more: \(parts.filter { !$0.isEmpty }.joined(separator: "; "))"
    }

    /// The other incidents' numbers, rising, each once.
    public var otherNumbers: [Int] { Set(others.map(\.incident.number)).subtracting([incident.number]).sorted() }

    /// Each other incident once, the worst first.
    public var otherIncidents: [Other] {
        var seen: Set<Incident.ID> = [incident]
        return others.filter { seen.insert($0.incident).inserted }
    }

    /// "5-7", "9": neighbours together.
    static func ranges(_ numbers: [Int]) -> [String] {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    }
}
