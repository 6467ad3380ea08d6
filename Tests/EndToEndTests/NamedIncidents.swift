import Foundation

/// The incidents that a message names besides the one it is about, as a person reads them: "+4 more: INC-5-7; again:
/// INC-9".
struct NamedIncidents {
    /// By number, whether it is said that it may have been told already.
    private(set) var others: [Int: Bool] = [:]

    init(in text: String) throws {
        guard let found = text.firstMatch(of: /\+(\d+) more: ((?:again: |; again: |, |INC-\d+(?:-\d+)?)+)/) else {
            return
        }
        let parts = found.2.components(separatedBy: "again: ")
        for (index, part) in parts.enumerated() {
            for one in part.matches(of: /INC-(\d+)(?:-(\d+))?/) {
                let first = Int(one.1) ?? 0
                for number in first...(one.2.flatMap { Int($0) } ?? first) { others[number] = index > 0 }
            }
        }
        guard Int(found.1) == others.count else { throw Trouble("it does not name \(found.1) others: \(text)") }
    }
}
