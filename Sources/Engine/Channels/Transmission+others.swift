import EngineCore
import Incidents

extension Transmission {
    /// Whether other pages of the same person by the same method are about: then a call in doubt cannot be told from
    /// theirs by its provider.
    func isAmongOthers(in book: borrowing IncidentBook) -> Bool {
        book.incidents.values.contains { incident in
            incident.pages.contains { page in
                page.user == user.id && page.method == method && page.attempts > 0 && page.id != attempt.page
                    && (page.isOpen || incident.isOpen)
            }
        }
    }
}
