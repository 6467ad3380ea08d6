import Incidents
import OnCall

extension ContactDetails {
    /// These, with what the person entered and proved themselves in the place of what was written for them.
    public func entering(_ own: ContactDetails) -> ContactDetails {
        ContactDetails(
            webhook: own.webhook ?? webhook, mail: own.mail ?? mail, push: own.push ?? push, slack: own.slack ?? slack,
            phone: own.phone ?? phone)
    }
}

extension [UserID: ContactDetails] {
    /// These, with what people entered and proved themselves in the place of what was written for them.
    public func entering(_ own: [UserID: ContactDetails]) -> [UserID: ContactDetails] {
        var merged = self
        for (user, details) in own { merged[user] = (self[user] ?? ContactDetails()).entering(details) }
        return merged
    }
}
