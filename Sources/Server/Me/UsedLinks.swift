import Engine
import OnCall
import Synchronization
import Timekeeping

/// Which personal links were used already, so that each opens one session only: whoever finds one in a chat's history
/// or a proxy's log finds nothing.
///
/// In memory only: after a restart a link that has not expired may be used once more. A link is known by what it
/// stands for and not by its letters, since the same bytes can be written in several ways.
package final class UsedLinks: Sendable {
    private let links = Mutex<[UserID: Set<Instant>]>([:])

    package init() {}

    /// Of one person, not expired yet; then that person has to wait. So the whole never outgrows the directory, and
    /// nobody's links can crowd out another's.
    package static let capacity = 64

    package enum Use: Sendable { case first, again, tooMany }

    package func wasUsed(_ link: PersonalLink) -> Bool {
        links.withLock { $0[link.user]?.contains(link.expiresAt) == true }
    }

    /// Counts as a use unless there are too many. Of two at once one is the first.
    package func use(_ link: PersonalLink, at now: Instant) -> Use {
        links.withLock { links in
            var ends = links[link.user, default: []].filter { now < $0 }
            defer { links[link.user] = ends }
            if ends.contains(link.expiresAt) { return .again }
            guard ends.count < Self.capacity else { return .tooMany }
            ends.insert(link.expiresAt)
            return .first
        }
    }
}
