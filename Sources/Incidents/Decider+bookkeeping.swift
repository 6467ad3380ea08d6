import OnCall

/// Facts that are kept for others: no page and no deadline follows from them.
extension Decider {
    /// What became of a chat message. A fact known already is not recorded again.
    mutating func noteChat(_ fact: ChatRecord) -> Reply {
        let id = fact.incident
        guard let incident = book.incidents[id] else { return .refused(.noSuchIncident(id)) }
        let payload: EventPayload
        var state: ChatState
        switch fact {
        case .posted(let e): (payload, state) = (.chatPosted(e), incident.chats[e.room] ?? ChatState())
        case .told(let e): (payload, state) = (.chatTold(e), incident.chats[e.room] ?? ChatState())
        case .closed(let e): (payload, state) = (.chatClosed(e), incident.chats[e.room] ?? ChatState())
        }
        guard state.note(fact) else { return .already(id, owner: incident.owner) }
        record(payload)
        return .done(incidents: [id])
    }

    /// The same proof given twice is recorded once.
    mutating func verifyContact(
        _ user: UserID, _ method: ContactMethod, _ digest: String, _ masked: String, _ actor: Actor
    ) -> Reply {
        guard directory.users[user] != nil else { return .refused(.noSuchUser(user)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard !digest.isEmpty else { return .refused(.emptyText) }
        guard book.verifiedContacts[user]?[method] != digest else { return .done(incidents: []) }
        record(
            .contactVerified(
                ContactVerified(user: user, method: method, digest: digest, masked: masked, by: actor)))
        return .done(incidents: [])
    }

    mutating func removeContact(_ user: UserID, _ method: ContactMethod, _ actor: Actor) -> Reply {
        guard directory.users[user] != nil else { return .refused(.noSuchUser(user)) }
        if let refusal = stranger(actor) { return .refused(refusal) }
        guard book.verifiedContacts[user]?[method] != nil else { return .refused(.noSuchContact(user, method)) }
        record(.contactRemoved(ContactRemoved(user: user, method: method, by: actor)))
        return .done(incidents: [])
    }
}
